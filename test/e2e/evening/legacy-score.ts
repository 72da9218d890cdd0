import type { StoredIncident } from '../../../core/incidents/types.ts';

/** Providers that a result needs. */
const THRESHOLD = 2;
/** Share of the number of different scores that the reports of one have to reach. */
const SHARE = 0.51;

/**
 * The incidents of the score that the Python suite takes (oracle reference 8, 15): every report counts, corrected
 * ones too; a score's reports over the number of different scores have to reach 51 percent; when two do, that is an
 * error. So two of four for one score are enough where each of the others stands alone.
 * @param results all of the match
 */
export function legacyScore(results: readonly StoredIncident[]): readonly StoredIncident[] | undefined {
  if (new Set(results.map(({ provider }) => provider)).size < THRESHOLD) return undefined;
  const votes = Map.groupBy(results, ({ body }) =>
    [body.arguments.home_score, body.arguments.away_score].map(Number).join(':'),
  );
  const reached = [...votes.values()].filter(({ length }) => length / votes.size >= SHARE);
  return reached.length === 1 ? reached[0] : undefined;
}
