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

const MAX_POKES = 5;

/**
 * The settings that decisions depend on. The bounds of proposals are no limits of the node, which takes far more (1500
 * operations were accepted and executed): they keep the execution of one proposal short, and leave room for others in
 * its block. Thresholds are named `call`, `sport/call` or `sport/league/call` by the identifiers of the sports data; the
 * most specific one counts.
 */
export function decideSettings(config: Config): DecideSettings {
  return {
    threshold: (call, sport, eventGroup) =>
      config.thresholds[`${sport}/${eventGroup}/${call}`] ??
      config.thresholds[`${sport}/${call}`] ??
      config.thresholds[call] ??
      DEFAULT_THRESHOLDS[call],
    proposalLifetimeMs: config.proposals.lifetimeMs,
    cannotOpenRetryMs: config.expirations.cannotOpenMs,
    maxPokes: MAX_POKES,
    dynamicMinAgeMs: config.dynamic.minAgeMs,
    postponedRetryMs: config.expirations.postponedMs,
    fuzzy: { hc: config.dynamic.handicapFuzzy, ou: config.dynamic.overunderFuzzy },
    maxProposalOperations: config.proposals.maxOperations,
    maxProposalBytes: config.proposals.maxBytes,
  };
}
