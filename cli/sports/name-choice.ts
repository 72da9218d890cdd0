import { NameKind } from '../../gen/bos/v1/common_pb.js';
import type { UnknownName } from '../../gen/bos/v1/sports_pb.js';

/** A name with what it names and where. */
export interface NameChoice {
  readonly kind: NameKind;
  readonly name: string;
  readonly sport: string;
}

/** Kinds by how command lines spell them. */
const KINDS: ReadonlyMap<string, NameKind> = new Map([
  ['sport', NameKind.SPORT],
  ['event_group', NameKind.EVENT_GROUP],
  ['participant', NameKind.PARTICIPANT],
]);

/**
 * What a name that a person speaks of is: as given, else as it came in.
 * @param unknown the names that came in
 */
export function nameChoice(
  name: string,
  given: { readonly kind?: string | undefined; readonly sport?: string | undefined },
  unknown: readonly UnknownName[],
): NameChoice | { readonly problem: string } {
  const { sport = '' } = given;
  const kind = KINDS.get(given.kind ?? '');
  if (kind === NameKind.SPORT) return { kind, name, sport: '' };
  if (kind !== undefined && sport !== '') return { kind, name, sport };
  const found = new Map<string, NameChoice>();
  for (const { hint } of unknown) {
    if (hint === undefined || hint.outOfSeason !== '' || plain(hint.name) !== plain(name)) continue;
    if (kind !== undefined && hint.kind !== kind) continue;
    if (sport !== '' && plain(hint.sport) !== plain(sport)) continue;
    found.set(JSON.stringify([hint.kind, hint.sport]), { kind: hint.kind, name, sport: hint.sport });
  }
  const [only, ...more] = found.values();
  if (!only) {
    return {
      problem: `no unknown name "${name}" came in: see bos sports unknown, or say what it is by --kind and --sport`,
    };
  }
  if (more.length === 0) return only;
  const places = [only, ...more].map(
    (one) => `${kindText(one.kind)}${one.sport === '' ? '' : ` of ${one.sport}`}`,
  );
  return { problem: `"${name}" came in as ${places.join(' and as ')}: say which by --kind and --sport` };
}

function kindText(kind: NameKind): string {
  return [...KINDS].find(([, one]) => one === kind)?.[0] ?? '';
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
