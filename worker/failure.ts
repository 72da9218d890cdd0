import { NOTHING } from '../core/decide/decision.ts';
import { RULES_VERSION } from '../core/decide/rules-version.ts';
import type { Decision, DecisionMemory } from '../core/decide/types.ts';

/*
 * Decisions about calls that could not be decided. They carry the memory of the decision before, so that nothing that
 * was learned (ranks, pokes) is lost over a failure.
 */

/** Where a failed decision stood, as far as known. */
export interface FailureContext {
  readonly memory: DecisionMemory;
  readonly head: Decision['head'];
  readonly sportsDigest: string;
}

const SECOND_MS = 1000;
/** Least pause before a call that failed is tried again. */
const SHORTEST_RETRY_MS = 30 * SECOND_MS;

function undecided(context: FailureContext): Omit<Decision, 'status' | 'final' | 'reasons'> {
  return {
    ...NOTHING,
    memory: context.memory,
    head: context.head,
    sportsDigest: context.sportsDigest,
    rulesVersion: RULES_VERSION,
  };
}

/** The node is away: nothing is decided, everything stays due, and the resync that follows brings it back. */
export function connectionLost(context: FailureContext, problem: string, retryAt: Date): Decision {
  return {
    ...undecided(context),
    status: 'connection_lost',
    final: false,
    retryAt,
    reasons: [{ code: 'connection_lost', text: `the node cannot be reached: ${problem}` }],
  };
}

/**
 * Our own code threw. The first time in a row is retried after max(30, base - 1..3 minutes) seconds (`unhandledMs` is
 * the base, 300 s as configured by default; `random` in 0..1 spreads it); the second time is given up until the next
 * incident (oracle reference 5).
 */
export function unhandled(
  context: FailureContext,
  error: unknown,
  when: { readonly now: Date; readonly unhandledMs: number; readonly random: number },
): Decision {
  const failures = (context.memory.failures ?? 0) + 1;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const common = {
    ...undecided(context),
    memory: { ...context.memory, failures },
    reasons: [{ code: 'unhandled_exception', text }],
  };
  if (failures > 1) {
    return {
      ...common,
      status: 'unhandled_exception',
      final: true,
      alert: `failed ${failures} times in a row and was given up until its next incident: ${text}`,
    };
  }
  const spread = (60 + 120 * when.random) * SECOND_MS;
  const pauseMs = Math.max(SHORTEST_RETRY_MS, when.unhandledMs - spread);
  return {
    ...common,
    status: 'unhandled_exception_retrying_soon',
    final: false,
    retryAt: new Date(when.now.getTime() + pauseMs),
  };
}
