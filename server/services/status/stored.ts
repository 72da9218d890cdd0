import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import type { Context } from '../../../core/context.ts';
import type { FailedRun } from '../../../core/queue/queue.ts';
import type { DecisionRecord, EventRecord, Heartbeat } from '../../../core/store/store.ts';
import { within } from '../../../core/within.ts';
import { ProcessRole, type StatusSchema } from '../../../gen/bos/v1/status_pb.js';
import { timestamp } from '../../map/time.ts';
import { isRunning, withoutReplaced } from '../../presence.ts';
import { ifInTime } from '../../use-cases/if-in-time.ts';
import { nearMisses } from '../../use-cases/near-misses.ts';
import { timerNow } from '../../use-cases/timer-now.ts';

const ROLES = {
  worker: ProcessRole.WORKER,
  scheduler: ProcessRole.SCHEDULER,
  api: ProcessRole.API,
} as const satisfies Record<Heartbeat['role'], ProcessRole>;

/** Events that started earlier need no attention any more. */
const ATTENTION_MS = 24 * 3600 * 1000;
/** How long the store may take before the queue's own word on a pause counts. */
const STORE_MS = 2_000;
/** How long the store may take to tell; whoever asks for status waits for ten seconds by default. */
const TELL_MS = 5_000;
/** Failed runs that are told at most, the latest of them. */
const FAILED_SHOWN = 20;
/** Events, names and the like that are looked through for status. */
const LOOKED_THROUGH = { pageSize: 1000 } as const;

type StoredStatus = Pick<
  MessageInitShape<typeof StatusSchema>,
  'counts' | 'heartbeats' | 'store' | 'queue' | 'queuePaused' | 'nearMisses' | 'alerts'
>;

/** The part of status that store and queue tell; says so when one of them is away. */
export async function storedStatus(
  ctx: Pick<Context, 'store' | 'queue' | 'chain' | 'clock' | 'log'>,
  now: Date,
): Promise<StoredStatus> {
  const [store, queue] = await Promise.all([storeStatus(ctx, now), queueStatus(ctx)]);
  return { ...store, ...queue, alerts: [...(store.alerts ?? []), ...(queue.alerts ?? [])] };
}

async function queueStatus(ctx: Pick<Context, 'store' | 'queue' | 'clock' | 'log'>): Promise<StoredStatus> {
  const { kind } = ctx.queue;
  // The store keeps what an operator wants; what a queue knows of it counts while the store is away.
  const wanted = ifInTime(ctx.clock, STORE_MS, async () => ({
    paused: (await ctx.store.switches.get('queue_paused')) ?? false,
  }));
  try {
    const [{ paused, problem = '' }, failures] = await Promise.all([
      ctx.queue.counts(),
      ctx.queue.failures(),
    ]);
    return {
      alerts: failures.slice(0, FAILED_SHOWN).toReversed().map(failedRunAlert),
      queue: { kind, available: problem === '', problem },
      queuePaused: (await wanted)?.paused ?? paused,
    };
  } catch (error) {
    return {
      queue: { kind, available: false, problem: problemOf(error, ctx, 'queue') },
      queuePaused: (await wanted)?.paused ?? false,
    };
  }
}

async function storeStatus(
  ctx: Pick<Context, 'store' | 'chain' | 'clock' | 'log'>,
  now: Date,
): Promise<StoredStatus> {
  const { store, clock } = ctx;
  const unavailable = (problem: string) => ({ store: { kind: store.kind, available: false, problem } });
  try {
    const [alive, told] = await Promise.all([
      within(clock, TELL_MS, Promise.all([store.presence.list(), store.check()])),
      within(clock, TELL_MS, toldByRecords(ctx, now)),
    ]);
    if (!alive) {
      return unavailable(
        `expected an answer of the store within ${TELL_MS / 1000} s, got none: see whether it is overloaded`,
      );
    }
    const [heartbeats] = alive.value;
    return {
      store: { kind: store.kind, available: true, problem: '' },
      heartbeats: withoutReplaced(heartbeats, now).map((heartbeat) => heartbeatMessage(heartbeat, now)),
      ...(told ? told.value : { alerts: [slowAlert(now)] }),
    };
  } catch (error) {
    return unavailable(problemOf(error, ctx, 'store'));
  }
}

/** What has to be looked for among incidents and decisions. */
async function toldByRecords(
  ctx: Pick<Context, 'store' | 'chain' | 'clock'>,
  now: Date,
): Promise<Pick<StoredStatus, 'counts' | 'nearMisses' | 'alerts'>> {
  const { store } = ctx;
  const startFrom = new Date(now.getTime() - ATTENTION_MS);
  const [due, byStatus, unfinished, incidents, events, upcoming, names] = await Promise.all([
    store.work.countDue(timerNow(ctx)),
    store.decisions.countByStatus(),
    store.decisions.unfinished(),
    store.incidents.count(),
    store.events.count(),
    store.events.list({ startFrom }, LOOKED_THROUGH),
    store.refused.unknownNames(LOOKED_THROUGH),
  ]);
  return {
    counts: {
      dueCalls: due,
      failedCalls: byStatus.get('unhandled_exception') ?? 0,
      openDecisions: unfinished.length,
      incidents,
      events,
      openProposals: ctx.chain.view()?.proposals().length ?? 0,
      unknownNames: names.items.length,
      callsByStatus: Object.fromEntries(byStatus),
    },
    nearMisses: nearMisses(upcoming.items).map(({ eventId, otherEventId, apartMs }) => ({
      eventId,
      otherEventId,
      apartSeconds: Math.round(apartMs / 1000),
    })),
    alerts: alerts(unfinished, upcoming.items),
  };
}

/** Counts and alerts are missing, which must not look as if there were none. */
function slowAlert(now: Date) {
  const text = `the store did not tell counts and alerts within ${TELL_MS / 1000} s: see whether it is overloaded`;
  return { text, since: timestamp(now), eventId: '' };
}

function heartbeatMessage(heartbeat: Heartbeat, now: Date) {
  const { id, role, host, pid, startedAt, at, details } = heartbeat;
  return {
    id,
    role: ROLES[role],
    host,
    pid,
    startedAt: timestamp(startedAt),
    lastAt: timestamp(at),
    running: isRunning(at, now),
    // Both types describe JSON; only readonly differs.
    details: details as JsonObject,
  };
}

/** What unfinished and recent decisions say needs a person, oldest first, each once. */
function alerts(unfinished: readonly DecisionRecord[], events: readonly EventRecord[]) {
  const latest = events.flatMap((event) => event.calls.flatMap(({ decision }) => decision ?? []));
  const found = [...unfinished, ...latest].flatMap((decision) =>
    decision.alert === undefined
      ? []
      : [{ text: decision.alert, since: decision.decidedAt, eventId: decision.eventId, call: decision.call }],
  );
  const once = new Map(found.map((alert) => [`${alert.eventId}:${alert.call}`, alert]));
  return [...once.values()]
    .sort((a, b) => a.since.getTime() - b.since.getTime())
    .map(({ text, since, eventId }) => ({ text, since: timestamp(since), eventId }));
}

/** A run that threw decided nothing; what is due stays due, so only a person can tell whether it ever goes well. */
function failedRunAlert({ eventId, message, failedAt, times }: FailedRun) {
  const often = times === 1 ? 'once' : `${times} times in a row`;
  return {
    text: `its last run failed, ${often}, and is tried again: ${message}`,
    since: timestamp(failedAt),
    eventId,
  };
}

function problemOf(error: unknown, { log }: Pick<Context, 'log'>, part: string): string {
  log.warn({ err: error, part }, 'status: a part cannot be told');
  return error instanceof Error ? error.message : String(error);
}
