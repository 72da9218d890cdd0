import { makeBroadcaster } from '../../../core/chain/broadcaster.ts';
import { PrivateKey } from '../../../core/chain/keys.ts';
import type { ObjectId } from '../../../core/chain/types.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Config } from '../../../core/config/types.ts';
import type { Context } from '../../../core/context.ts';
import type { DecisionCall } from '../../../core/decide/types.ts';
import { BosError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';
import { type Log, silentLog } from '../../../core/log.ts';
import { makeMemoryQueue } from '../../../core/queue/memory.ts';
import type { JobQueue } from '../../../core/queue/queue.ts';
import type { DecisionRecord, Store } from '../../../core/store/store.ts';
import { reportIncident } from '../../../server/use-cases/report-incident.ts';
import type { Judgement } from '../../../worker/parts.ts';
import { startScheduler } from '../../../worker/scheduler.ts';
import { startWorker } from '../../../worker/worker.ts';
import { openInProcessStore } from '../../support/in-process-store.ts';
import type { VirtualClock } from './clock.ts';
import type { Facade } from './node.ts';
import type { RecordedIncident } from './record.ts';
import { normalizer, sports } from './sports.ts';

/** A complete witness of ours: store, queue, broadcaster, scheduler and worker of its own. */
export interface FullWitness extends AsyncDisposable {
  readonly name: string;
  readonly id: ObjectId;
  readonly facade: Facade;
  readonly errors: readonly string[];
  /** Latest decision of each call, by `call event`. */
  readonly decisions: ReadonlyMap<string, DecisionRecord>;
  /** Those of them that are not final. */
  readonly unfinished: ReadonlyMap<string, DecisionRecord>;
  /** Decisions that were recorded. */
  readonly decided: number;
  /** Counts of its worker. */
  counts(): Readonly<Record<string, number>>;
  /** Hands one incident in at its entrance. */
  report(incident: JsonObject): Promise<Pick<RecordedIncident, 'outcome' | 'reason'>>;
  /** Holds back what is due while the chain moves, and lets it go again. */
  pause(): void;
  resume(): void;
  /** Whether it has nothing in hand and nothing waiting. */
  isIdle(): boolean;
}

/** Starts one. `overrides` replace what decides, for tests of the stage itself. */
export async function startFullWitness(options: {
  readonly account: { readonly name: string; readonly id: ObjectId; readonly wif: string };
  readonly facade: Facade;
  readonly config: Config;
  readonly clock: VirtualClock;
  readonly overrides?: Partial<Judgement>;
}): Promise<FullWitness> {
  const { facade, clock } = options;
  const { name, id, wif } = options.account;
  const { chain } = facade;
  const errors: string[] = [];
  const log: Log = {
    ...silentLog,
    error: (details, message) => errors.push(`${message}: ${inWords(details)}`),
    child: () => log,
  };
  const abort = new AbortController();
  const { signal } = abort;
  const opened = openInProcessStore({ clock });
  const decisions = new Map<string, DecisionRecord>();
  const unfinished = new Map<string, DecisionRecord>();
  let decided = 0;
  const store: Store = {
    ...opened,
    decisions: {
      ...opened.decisions,
      async insert(record) {
        const inserted = await opened.decisions.insert(record);
        if (!inserted) return false;
        const key = decisionKey(record.call, record.eventId);
        decided += 1;
        decisions.set(key, record);
        if (record.final) unfinished.delete(key);
        else unfinished.set(key, record);
        return true;
      },
    },
  };
  const queue = watchedQueue(makeMemoryQueue({ clock, log }));
  const broadcaster = makeBroadcaster({
    chain,
    store,
    keys: new Map([[name, PrivateKey.fromWif(wif)]]),
    clock,
    log,
    enabled: async () => ({ on: true }),
    signal,
  });
  const ctx: Context = {
    config: { ...options.config, proposer: name, approver: name },
    clock: withRareHousekeeping(clock),
    log,
    store,
    queue,
    sports: { current: () => ({ data: sports, normalizer }) },
    chain,
    broadcaster,
    versions: { 'bookie-oracle-suite': 'evening' },
    processId: name,
    signal,
  };
  const worker = await startWorker(ctx, { random: () => 0.5, ...options.overrides });
  const scheduler = await startScheduler(ctx);
  return {
    name,
    id,
    facade,
    errors,
    decisions,
    unfinished,
    get decided() {
      return decided;
    },
    counts: () => worker.status().counts,
    async report(incident) {
      try {
        const { outcome } = await reportIncident(ctx, incident);
        return { outcome };
      } catch (error) {
        if (!(error instanceof BosError)) throw error;
        return { outcome: 'refused', reason: error.message };
      }
    },
    pause: () => void queue.pause(),
    resume: () => void queue.resume(),
    isIdle: () => queue.isIdle(),
    async [Symbol.asyncDispose]() {
      await Promise.all([worker.close(), scheduler.close()]);
      abort.abort();
      await queue[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await chain[Symbol.asyncDispose]();
    },
  };
}

/** Pauses between two signs of life, and between two looks at the switch that pauses the queue. */
const HOUSEKEEPING_MS: readonly number[] = [10_000, 2000];
const RARELY_MS = 3_600_000;

/** A clock on which housekeeping that nobody asks for here is rare; it would be most of what happens in a virtual hour. */
function withRareHousekeeping(clock: Clock): Clock {
  return {
    ...clock,
    sleep: (ms, signal) => clock.sleep(HOUSEKEEPING_MS.includes(ms) ? RARELY_MS : ms, signal),
  };
}

/** Key of a decision in `FullWitness.decisions`. */
export function decisionKey(call: DecisionCall, eventId: string): string {
  return `${call} ${eventId}`;
}

/** A queue that can be asked at once whether anything waits or runs. */
function watchedQueue(queue: JobQueue): JobQueue & { isIdle(): boolean } {
  const waiting = new Set<string>();
  let running = 0;
  return {
    kind: queue.kind,
    add(reference) {
      waiting.add(`${reference.lane} ${reference.eventId}`);
      return queue.add(reference);
    },
    process: (concurrency, handler) =>
      queue.process(concurrency, async (reference) => {
        waiting.delete(`${reference.lane} ${reference.eventId}`);
        running += 1;
        try {
          await handler(reference);
        } finally {
          running -= 1;
        }
      }),
    counts: () => queue.counts(),
    failures: () => queue.failures(),
    forgetFailures: (eventIds) => queue.forgetFailures(eventIds),
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    isIdle: () => waiting.size === 0 && running === 0,
    [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
  };
}

function inWords(details: object): string {
  const entries = Object.entries(details).map(([key, value]) => {
    const text = value instanceof Error ? (value.stack ?? value.message) : JSON.stringify(value);
    return `${key} ${text}`;
  });
  return entries.join(', ');
}
