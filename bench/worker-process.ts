import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../core/clock.ts';
import type { Context } from '../core/context.ts';
import { silentLog } from '../core/log.ts';
import { openRedisQueue } from '../core/queue/redis/redis-queue.ts';
import { defaultSportsFolder, loadSportsData } from '../core/sports/load.ts';
import { makeNormalizer } from '../core/sports/normalizer.ts';
import { openMongoStore } from '../core/store/mongo/open.ts';
import { bareView, makeFakeBroadcaster, makeFakeChain } from '../test/support/fake-chain.ts';
import { testConfig } from '../test/support/witness-config.ts';
import { decisionOn, proposing, scripted } from '../test/worker/rig.ts';
import { startWorker } from '../worker/worker.ts';
import { storeOfParent } from './distant-store.ts';

/**
 * A worker in a process of its own: `worker-process.ts QUEUE_URL QUEUE_NAME CONCURRENCY CHAIN_MS [STORE_URL]`. Without
 * an address its store is that of the parent. Each run proposes, and the node takes CHAIN_MS to answer. Tells the parent
 * `{ ready }`, then `{ submitted }` as each answer comes; ends when it is told `{ stop }`.
 */
const [queueUrl = '', queueName = '', concurrency = '', chainMs = '', storeUrl] = process.argv.slice(2);
const stopping = new AbortController();
const { signal } = stopping;
const clock = systemClock;
const log = silentLog;
const store =
  storeUrl === undefined ? storeOfParent() : await openMongoStore({ url: storeUrl, clock, log, signal });
const queue = await openRedisQueue({ url: queueUrl, name: queueName, clock, log, signal });
const data = await loadSportsData(defaultSportsFolder(), 'devnet');
const sports = { data, normalizer: makeNormalizer(data) };
const broadcaster = makeFakeBroadcaster();
broadcaster.answer = async ({ decision }) => {
  await delay(Number(chainMs));
  process.send?.({ submitted: decision.eventId });
  return { outcome: 'sent', n: broadcaster.submissions.length, transactionId: decision.eventId };
};
const ctx: Context = {
  config: testConfig({
    proposer: 'witness1',
    approver: 'witness1',
    nobroadcast: true,
    'worker.concurrency': Number(concurrency),
  }),
  clock,
  log,
  store,
  queue,
  sports: { current: () => sports },
  chain: makeFakeChain({ view: bareView(100) }),
  broadcaster,
  versions: {},
  processId: `worker-${process.pid}`,
  signal,
};
const worker = await startWorker(
  ctx,
  scripted((input) => decisionOn(input, proposing)),
);
process.on('message', (message: object) => {
  if ('stop' in message) void close();
});
process.once('disconnect', () => {
  throw new Error('expected to be told when to stop, the parent is gone');
});
process.send?.({ ready: true });

async function close(): Promise<void> {
  stopping.abort();
  await worker.close();
  await queue[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  process.removeAllListeners('disconnect');
  process.disconnect();
}
