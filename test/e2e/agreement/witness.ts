import { join } from 'node:path';
import { makeBroadcaster } from '../../../core/chain/broadcaster.ts';
import { connectChain } from '../../../core/chain/connect.ts';
import { PrivateKey } from '../../../core/chain/keys.ts';
import type { NodeChain } from '../../../core/chain/node-chain.ts';
import type { ObjectId } from '../../../core/chain/types.ts';
import type { DecisionCall } from '../../../core/decide/types.ts';
import type { Incident } from '../../../core/incidents/types.ts';
import { type Log, silentLog } from '../../../core/log.ts';
import { makeMemoryQueue } from '../../../core/queue/memory.ts';
import { openSqliteStore } from '../../../core/store/sqlite/open.ts';
import type { DecisionRecord, Store } from '../../../core/store/store.ts';
import type { Devnet } from '../../../devnet/devnet.ts';
import { startScheduler } from '../../../worker/scheduler.ts';
import { startWorker, type Worker } from '../../../worker/worker.ts';
import { quickClock } from '../../support/quick-clock.ts';
import { testConfig } from '../../support/witness-config.ts';
import { normalizer, sports } from './match.ts';

/** One complete witness: store, queue, chain, broadcaster, scheduler and worker of its own. */
export interface Witness extends AsyncDisposable {
  readonly name: string;
  readonly id: ObjectId;
  readonly store: Store;
  readonly chain: NodeChain;
  readonly worker: Worker;
  readonly errors: readonly unknown[];
  /** Stores incidents and tells the queue. */
  report(...incidents: readonly Incident[]): Promise<void>;
  ask(eventId: string, call: DecisionCall): Promise<void>;
  latest(eventId: string, call: DecisionCall): Promise<DecisionRecord | undefined>;
  /** Whether it has the block and has nothing more to do on it. */
  isIdleAt(block: number): Promise<boolean>;
  /** Stops without a word, as a killed process does; its store file stays. */
  kill(): Promise<void>;
}

/** What a test puts between a witness and the node. */
export type Wiretap = (method: string, forward: () => Promise<unknown>) => Promise<unknown>;

/** Starts one; `folder` is kept between two lives of the same witness. */
export async function startWitness(
  devnet: Devnet,
  name: string,
  folder: string,
  wiretap?: Wiretap,
): Promise<Witness> {
  const clock = quickClock;
  const account = devnet.account(name);
  const errors: unknown[] = [];
  const log: Log = { ...silentLog, error: (details) => errors.push(details), child: () => log };
  const abort = new AbortController();
  const { signal } = abort;
  const store = await openSqliteStore({ path: join(folder, `${name}.db`), clock, log });
  const queue = makeMemoryQueue({ clock, log });
  const direct = connectChain({
    nodes: [devnet.url],
    expectedChainId: devnet.chainId,
    clock,
    log,
    signal,
  });
  const call: NodeChain['call'] = (api, method, params, timeoutMs) => {
    const forward = () => direct.call(api, method, params, timeoutMs);
    return wiretap ? wiretap(method, forward) : forward();
  };
  // Methods stay bound to the real one; only calls go through the tap.
  const chain: NodeChain = new Proxy(direct, {
    get: (target, key) => {
      if (key === 'call') return call;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const broadcaster = makeBroadcaster({
    chain,
    store,
    keys: new Map([[name, PrivateKey.fromWif(account.wif)]]),
    clock,
    log,
    enabled: async () => ({ on: true }),
    signal,
  });
  chain.start();
  const ctx = {
    config: { ...testConfig({}), proposer: name, approver: name },
    clock,
    log,
    store,
    queue,
    sports: { current: () => ({ data: sports, normalizer }) },
    chain,
    broadcaster,
    versions: { 'bookie-oracle-suite': 'test' },
    processId: `${name}-${process.hrtime.bigint()}`,
    signal,
  };
  const worker = await startWorker(ctx);
  const scheduler = await startScheduler(ctx);

  const stop = async (): Promise<void> => {
    if (signal.aborted) return;
    await Promise.all([worker.close(), scheduler.close()]);
    abort.abort();
    await direct[Symbol.asyncDispose]();
    await queue[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  };
  return {
    name,
    id: account.id,
    store,
    chain,
    worker,
    errors,
    async report(...incidents) {
      for (const incident of incidents) {
        await store.incidents.insert(incident);
        await queue.add({ eventId: incident.eventId, lane: 'default' });
      }
    },
    async ask(eventId, asked) {
      await store.work.request({ eventId, call: asked, cause: 'sync', at: clock.now() });
      await queue.add({ eventId, lane: 'default' });
    },
    latest: (eventId, of) => store.decisions.latest(eventId, of),
    async isIdleAt(block) {
      const view = chain.view();
      if (!view || view.head.number < block) return false;
      const { waiting, active } = await queue.counts();
      return waiting + active === 0;
    },
    async kill() {
      abort.abort();
      await direct[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
      await worker.close();
      await scheduler.close();
      await store[Symbol.asyncDispose]();
    },
    [Symbol.asyncDispose]: stop,
  };
}
