import { BosError } from '../../errors.ts';
import { eventGroupOf, templateOf } from '../make-sport.ts';
import type { SportFiles } from '../sport-files.ts';
import { eventName, marketDescription, marketGroupDescription, type TextPairs } from '../texts.ts';
import type { MarketGroupTemplate, Participant } from '../types.ts';
import type { CheckedFile, SportsProblem } from '../yaml-file.ts';

type Team = Pick<Participant, 'identifier'>;

/** Two teams that no data set has, to see what texts become. */
export const SAMPLE_TEAMS: readonly [home: Team, away: Team] = [
  { identifier: 'Sample Hosts' },
  { identifier: 'Sample Guests' },
];

/** Texts with fields that nothing has, which could not be put on chain. */
export function textErrors({ eventGroups, marketGroups }: SportFiles): readonly SportsProblem[] {
  const found: SportsProblem[] = [];
  for (const file of eventGroups.values()) {
    if (!file) continue;
    const league = eventGroupOf(file.data);
    found.push(...unrendered(file, ['eventscheme', 'name'], () => eventName(league, ...SAMPLE_TEAMS)));
  }
  for (const [key, file] of marketGroups) {
    const template = file && templateOf(key, file.data);
    // What is never created is never rendered; the canonical data have such with fields of their own.
    if (!template || template.dynamic === 'other') continue;
    found.push(
      ...unrendered(file, ['description'], () => sampleGroupText(template)),
      ...template.markets.flatMap((_, at) =>
        unrendered(file, ['bettingmarkets', at, 'description'], () => sampleMarketText(template, at)),
      ),
    );
  }
  return found;
}

/** Texts of a group of the sample teams, for its first asset. */
export function sampleGroupText(template: MarketGroupTemplate): TextPairs {
  return marketGroupDescription(template, ...SAMPLE_TEAMS, template.assets[0] ?? '');
}

/** Texts of a market of the sample teams. */
export function sampleMarketText(template: MarketGroupTemplate, index: number): TextPairs {
  return marketDescription(template, index, ...SAMPLE_TEAMS, {
    // Sides that differ, as they do where the value is not zero.
    handicaps: [-2.5, 2.5],
    overunder: 2.5,
  });
}

function unrendered<T>(
  file: CheckedFile<T>,
  path: readonly PropertyKey[],
  render: () => unknown,
): readonly SportsProblem[] {
  try {
    render();
    return [];
  } catch (error) {
    if (!(error instanceof BosError)) throw error;
    return [file.problem(path, error.message)];
  }
}
