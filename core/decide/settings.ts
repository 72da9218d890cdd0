import type { Config } from '../config/types.ts';
import type { Call } from '../incidents/types.ts';
import type { DecideSettings } from './types.ts';

/** Providers needed where the configuration says nothing; the numbers of the Python suite (oracle reference 6). */
export const DEFAULT_THRESHOLDS: Readonly<Record<Call, number>> = {
  create: 2,
  in_progress: 1,
  finish: 1,
  result: 2,
  canceled: 1,
  dynamic_bmgs: 1,
  unknown: 1,
};

const PROPOSAL_LIFETIME_MS = 6 * 3_600_000;
const MAX_POKES = 5;
/**
 * Bounds of one proposal of ours. The node takes far more (1500 operations were accepted and executed), so they are not
 * its limits: they keep the execution of one proposal short, and leave room for others in its block.
 */
const MAX_PROPOSAL_OPERATIONS = 100;
const MAX_PROPOSAL_BYTES = 24 * 1024;

/**
 * The settings that decisions depend on. Thresholds are named `call`, `sport/call` or `sport/league/call` by the
 * identifiers of the sports data; the most specific one counts.
 */
export function decideSettings(config: Config): DecideSettings {
  return {
    threshold: (call, sport, eventGroup) =>
      config.thresholds[`${sport}/${eventGroup}/${call}`] ??
      config.thresholds[`${sport}/${call}`] ??
      config.thresholds[call] ??
      DEFAULT_THRESHOLDS[call],
    proposalLifetimeMs: PROPOSAL_LIFETIME_MS,
    cannotOpenRetryMs: config.expirations.cannotOpenMs,
    maxPokes: MAX_POKES,
    dynamicMinAgeMs: config.dynamic.minAgeMs,
    postponedRetryMs: config.expirations.postponedMs,
    fuzzy: { hc: config.dynamic.handicapFuzzy, ou: config.dynamic.overunderFuzzy },
    maxProposalOperations: MAX_PROPOSAL_OPERATIONS,
    maxProposalBytes: MAX_PROPOSAL_BYTES,
  };
}
