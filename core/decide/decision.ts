import { RULES_VERSION } from './rules-version.ts';
import type { DecideInput, Decision } from './types.ts';

/** What a decision says that wants, changes and waits for nothing. */
export const NOTHING = {
  dependsOn: { objects: [], proposals: false },
  reasons: [],
  counted: [],
  notCounted: [],
  wanted: [],
  approvals: [],
  refused: [],
} as const satisfies Partial<Decision>;

/** Completes a decision: what a call does not say is empty, and what it was decided on is noted. */
export function decision(
  input: DecideInput,
  parts: Pick<Decision, 'status' | 'final'> & Partial<Decision>,
): Decision {
  return {
    ...NOTHING,
    memory: input.memory,
    ...parts,
    head: { number: input.view.head.number, id: input.view.head.id, time: input.view.head.time },
    sportsDigest: input.sports.digest,
    rulesVersion: RULES_VERSION,
  };
}
