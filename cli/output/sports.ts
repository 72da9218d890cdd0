import type { SportsProblem } from '../../core/sports/yaml-file.ts';
import { NameKind } from '../../gen/bos/v1/common_pb.js';
import { type SportsDifference, SportsObjectKind, type UnknownName } from '../../gen/bos/v1/sports_pb.js';
import { when } from './text.ts';

const wordsOf = (enumName: string | undefined) => (enumName ?? '').toLowerCase().replaceAll('_', ' ');

/** `event group Ice Hockey / NHL: missing on chain` */
export function differenceText(difference: SportsDifference): string {
  const name = [difference.sport, difference.identifier].filter(
    (part, i, parts) => parts.indexOf(part) === i,
  );
  const what = `${wordsOf(SportsObjectKind[difference.kind])} ${name.join(' / ')}`;
  const covered =
    difference.proposalIds.length === 0 ? '' : ` (in ${difference.proposalIds.join(', ')} already)`;
  if (difference.chainId === '') return `${what}: missing on chain${covered}`;
  const changes = difference.fields.map(
    (field) =>
      `${field.field} is ${JSON.stringify(field.actual ?? null)}, should be ${JSON.stringify(field.expected ?? null)}`,
  );
  return `${what} (${difference.chainId}): ${changes.join('; ')}${covered}`;
}

/** A row for the table of what is wrong or odd in a data set. */
export function problemRow(
  level: 'error' | 'warning',
  { file, line, path, message }: SportsProblem,
): readonly string[] {
  return [level, line === undefined ? file : `${file}:${line}`, path, message];
}

/** A row for the list of unknown names. */
export function unknownNameRow(unknown: UnknownName): readonly string[] {
  const { hint } = unknown;
  return [
    wordsOf(NameKind[hint?.kind ?? 0]),
    hint?.name ?? '',
    hint?.sport ?? '',
    String(unknown.count),
    when(unknown.lastAt),
    unknown.providers.join(', '),
    hint?.outOfSeason || (hint?.nearest.join(', ') ?? ''),
  ];
}
