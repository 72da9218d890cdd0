import type { ChainView, PastEvent } from '../core/chain/types.ts';
import { pastToLookUp } from '../core/decide/memory.ts';
import type { DecisionCall } from '../core/decide/types.ts';
import { CALLS, type StoredIncident } from '../core/incidents/types.ts';
import type { DecisionRecord, WorkRequest } from '../core/store/store.ts';
import type { HeldLease } from './lease.ts';
import type { Parts } from './parts.ts';
import { runCall } from './run-call.ts';
import type { Sight } from './sight.ts';

/** One run of one event: what it read, as sets, before it decided anything. */
export interface Job {
  readonly eventId: string;
  readonly lease: HeldLease;
  /** The chain as all calls of the run see it; absent without a node, and then the incidents are not read either. */
  readonly sight: Sight | undefined;
  readonly incidents: readonly StoredIncident[];
  readonly requests: readonly WorkRequest[];
  /** Calls with a cause in the store. */
  readonly due: ReadonlySet<DecisionCall>;
  readonly latest: ReadonlyMap<DecisionCall, DecisionRecord>;
  /**
   * What is known of the event when it is gone from the view; the node is asked once a run. Rejects with
   * ConnectionError.
   */
  history(view: ChainView): Promise<readonly PastEvent[] | undefined>;
}

/** `busy`: another worker has the event. `lost`: it took it over in between. `stopped`: the signal aborted. */
export type RunOutcome = 'ran' | 'busy' | 'lost' | 'stopped';

/**
 * Runs what is due or unfinished of one event, under its lease. Incidents that arrive meanwhile stay unseen and lead
 * to another run. One call that fails does not keep the others from running.
 * @throws BosError unavailable when the store is away; what was due stays due
 */
export async function runEvent(parts: Parts, eventId: string, signal: AbortSignal): Promise<RunOutcome> {
  const lease = await parts.leases.acquire(eventId);
  if (!lease) return 'busy';
  try {
    const job = await readJob(parts, eventId, lease);
    for (const call of callsToRun(job)) {
      if (lease.lost.aborted) return 'lost';
      if (signal.aborted) return 'stopped';
      if ((await runCall(parts, job, call)) === 'lost') return 'lost';
    }
    return 'ran';
  } finally {
    await lease.release();
  }
}

async function readJob(parts: Parts, eventId: string, lease: HeldLease): Promise<Job> {
  const { store, chain } = parts.ctx;
  const sight = await parts.eyes.look();
  const [incidents, requests, due, latest] = await Promise.all([
    sight ? store.incidents.ofEvent(eventId) : [],
    store.work.requests(eventId),
    store.work.dueOfEvent(eventId, parts.eyes.now()),
    // Also of calls whose incidents are gone: they may know that the event was on chain.
    store.decisions.latestOfEvent(eventId),
  ]);
  let asked: Promise<PastEvent | undefined> | undefined;
  return {
    eventId,
    lease,
    sight,
    incidents,
    requests,
    due: new Set(due.map((dueCall) => dueCall.call)),
    latest,
    async history(view) {
      const wanted = pastToLookUp(latest, view);
      if (!wanted) return undefined;
      asked ??= chain.pastEvent(wanted.event, wanted.groups);
      const past = await asked;
      return past && [past];
    },
  };
}

/** Order in which the calls of one event run: that of a match's life. */
const ORDER: readonly DecisionCall[] = ['sync', ...CALLS.filter((call) => call !== 'unknown')];

/**
 * What has a cause in the store, and what is unfinished. A call that has just failed in our own code waits for its
 * timer, or its second failure would follow on the heels of the first.
 */
function callsToRun(job: Job): readonly DecisionCall[] {
  return ORDER.filter((call) => {
    if (job.due.has(call)) return true;
    const latest = job.latest.get(call);
    return latest !== undefined && !latest.final && latest.status !== 'unhandled_exception_retrying_soon';
  });
}
