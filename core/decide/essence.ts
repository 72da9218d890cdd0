import type { Decision } from './types.ts';

/**
 * What matters of a decision, as one stable text: two decisions with equal essence say the same, so that an unchanged
 * re-run is not recorded. Left out is what moves with every block: the head, the expiration of a proposal, and the
 * block to wake at (whatever shifts it lastingly is in the memory, which counts). Takes records of the store as well.
 */
export function essence(decision: Decision): string {
  return canonicalJson({
    status: decision.status,
    final: decision.final,
    alert: decision.alert,
    retryAt: decision.retryAt,
    wakeWhenIrreversible: decision.wakeWhenIrreversible,
    dependsOn: decision.dependsOn,
    reasons: decision.reasons,
    threshold: decision.threshold,
    counted: decision.counted,
    notCounted: decision.notCounted,
    wanted: decision.wanted,
    approvals: decision.approvals,
    refused: decision.refused,
    propose: decision.propose?.operations,
    memory: decision.memory,
    sportsDigest: decision.sportsDigest,
    rulesVersion: decision.rulesVersion,
  });
}

/** JSON with sorted keys; dates as RFC 3339. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
