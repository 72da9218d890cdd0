import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../../../core/clock.ts';
import { silentLog } from '../../../../core/log.ts';
import { openRedisQueue } from '../../../../core/queue/redis/redis-queue.ts';

/**
 * A worker in a process of its own, for tests that stop or kill it: `other-worker.ts URL NAME STALL_MS MODE`. Says
 * `ready`, then `run EVENT` and `end EVENT`; ends when its input does. With `block` its first run blocks the event loop
 * for that many milliseconds; with `hang` runs never end.
 */
const [url = '', name = '', stallIntervalMs = '', mode = '', blockMs = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const queue = await openRedisQueue({
  url,
  name,
  clock: systemClock,
  log: silentLog,
  signal: new AbortController().signal,
  stallIntervalMs: Number(stallIntervalMs),
});
let runs = 0;
await queue.process(1, async ({ eventId }) => {
  say(`run ${eventId}`);
  if (mode === 'hang') await new Promise(() => {});
  // Lets the line out before everything stands still.
  await delay(20);
  const until = performance.now() + (runs++ === 0 ? Number(blockMs) : 0);
  while (performance.now() < until);
  say(`end ${eventId}`);
});
say('ready');
process.stdin.on('end', () => void queue[Symbol.asyncDispose]()).resume();
