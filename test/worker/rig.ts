import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config/types.ts';
import type { Context } from '../../core/context.ts';
import { essence } from '../../core/decide/essence.ts';
import type { DecideInput, Decision } from '../../core/decide/types.ts';
import type { Call, Incident } from '../../core/incidents/types.ts';
import { type Log, silentLog } from '../../core/log.ts';
import { makeMemoryQueue } from '../../core/queue/memory.ts';
import type { JobQueue } from '../../core/queue/queue.ts';
import { openSqliteStore } from '../../core/store/sqlite/open.ts';
import type { DueCall, Store } from '../../core/store/store.ts';
import type { Judgement } from '../../worker/parts.ts';
import {
  bareView,
  type FakeBroadcaster,
  type FakeChain,
  makeFakeBroadcaster,
  makeFakeChain,
} from '../support/fake-chain.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { until } from '../support/until.ts';
import { testConfig } from '../support/witness-config.ts';

/** A whole context on a real store and queue, a chain that the test sets, and decisions that the test scripts. */
export interface Rig extends AsyncDisposable {
  readonly ctx: Context;
  readonly clock: ManualClock;
  readonly store: Store;
  readonly queue: JobQueue;
  readonly chain: FakeChain;
  readonly broadcaster: FakeBroadcaster;
  /** Errors that were logged. */
  readonly errors: unknown[];
  /** Another context on the same store with a queue of its own. */
  another(processId: string, clock?: Clock): Context;
  /** Stores an incident and tells the queue, as the server does. */
  report(incident: Incident): Promise<void>;
  /** Waits until nothing waits in the queue and nothing is in hand. */
  idle(): Promise<void>;
  /** Calls of the event that the store says are due. */
  due(eventId: string): Promise<readonly DueCall[]>;
}

const config: Config = {
  ...testConfig({}),
  proposer: 'witness1',
  approver: 'witness1',
  scheduler: { enabled: true, intervalMs: 60_000 },
  worker: { concurrency: 4, leaseMs: 30_000 },
};

/** Opens one on a manual clock unless another is given. */
export async function openRig(options: { config?: Partial<Config>; clock?: Clock } = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-worker-'));
  const manual = manualClock();
  const clock = options.clock ?? manual;
  const store = await openSqliteStore({ path: join(folder, 'bos.db'), clock, log: silentLog });
  const errors: unknown[] = [];
  const log: Log = { ...silentLog, error: (details) => errors.push(details), child: () => log };
  const abort = new AbortController();
  const queues: JobQueue[] = [];
  const chain = makeFakeChain({ view: bareView(100) });
  const broadcaster = makeFakeBroadcaster();

  const another = (processId: string, itsClock: Clock = clock): Context => {
    const queue = makeMemoryQueue({ clock: itsClock, log });
    queues.push(queue);
    return {
      config: { ...config, ...options.config },
      clock: itsClock,
      log,
      store,
      queue,
      sports: {
        current: () => ({
          data: { network: 'devnet', chainId: '*', sports: [], digest: 'digest' },
          normalizer: { match: () => ({ ok: false, unknown: [] }), participant: () => undefined },
        }),
      },
      chain,
      broadcaster,
      versions: { 'bookie-oracle-suite': '0.0.0' },
      processId,
      signal: abort.signal,
    };
  };
  const ctx = another('p1');
  return {
    ctx,
    clock: manual,
    store,
    queue: ctx.queue,
    chain,
    broadcaster,
    errors,
    another,
    async report(incident) {
      await store.incidents.insert(incident);
      await ctx.queue.add({ eventId: incident.eventId, lane: 'default' });
    },
    async idle() {
      await until('the queue to be idle', async () => {
        const { waiting, active } = await ctx.queue.counts();
        return waiting + active === 0;
      });
    },
    due: (eventId) => store.work.dueOfEvent(eventId, manual.now()),
    async [Symbol.asyncDispose]() {
      abort.abort();
      for (const queue of queues) await queue[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An incident of `eventId` by `provider`. */
export function incidentOf(eventId: string, provider = 'p', call: Call = 'create'): Incident {
  const id = {
    sport: 'Chess',
    event_group_name: 'World',
    start_time: '2026-01-20T19:00:00Z',
    home: 'A',
    away: 'B',
  };
  const uniqueString = `${eventId}__${call}`;
  const at = new Date('2026-01-15T12:00:00Z');
  return {
    body: {
      id,
      call,
      arguments: {},
      provider_info: { name: provider, pushed: at.toISOString() },
      unique_string: uniqueString,
      timestamp: at.toISOString(),
    },
    eventId,
    call,
    provider,
    startTime: new Date(id.start_time),
    uniqueString,
    originalId: id,
    pushed: at,
    receivedAt: at,
  };
}

/** A decision on the input that asks for nothing, with `fields` in place of its own. */
export function decisionOn(input: DecideInput, fields: Partial<Decision> = {}): Decision {
  return {
    status: 'insufficient_incidents',
    final: false,
    dependsOn: { objects: [], proposals: false },
    reasons: [],
    counted: input.incidents.map(({ uniqueString, provider }) => ({ uniqueString, provider })),
    notCounted: [],
    wanted: [],
    approvals: [],
    refused: [],
    memory: input.memory,
    head: input.view.head,
    sportsDigest: input.sports.digest,
    ...fields,
  };
}

/** Scripted judgement. */
export function scripted(decide: (input: DecideInput) => Decision): Partial<Judgement> {
  return {
    decide,
    essence,
    random: () => 0.5,
  };
}

/** Something to propose. */
export const aProposal: NonNullable<Decision['propose']> = {
  operations: [[52, { fee: { amount: 0, asset_id: '1.3.0' }, name: [['en', 'Chess']], extensions: [] }]],
  expiration: new Date('2026-01-15T18:00:00Z'),
};

/** A decision that proposes it. */
export const proposing: Partial<Decision> = { status: 'waiting', propose: aProposal };
