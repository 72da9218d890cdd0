import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import { makeMemoryQueue } from '../core/queue/memory.ts';
import { defaultSportsFolder, loadSportsData } from '../core/sports/load.ts';
import { makeNormalizer } from '../core/sports/normalizer.ts';
import { openSqliteStore } from '../core/store/sqlite/open.ts';
import { reportIncident } from '../server/use-cases/report-incident.ts';
import { createIncident, startIn } from './incidents.ts';
import { against, median, percentile, type Result } from './results.ts';

const REPORTS = 300;

/**
 * From an incident handed in to the start of a worker's run on it, its durable commit included, one at a time. (The
 * run starts in the turn of the acknowledgement, so that measured from there nothing would be left.)
 */
export async function benchLatency(): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-bench-'));
  await using store = await openSqliteStore({
    path: join(folder, 'bos.db'),
    clock: systemClock,
    log: silentLog,
  });
  await using queue = makeMemoryQueue({ clock: systemClock, log: silentLog });
  const data = await loadSportsData(defaultSportsFolder(), 'devnet');
  const current = { data, normalizer: makeNormalizer(data) };
  const ctx = { clock: systemClock, log: silentLog, store, queue, sports: { current: () => current } };
  let started = 0;
  let wake = () => {};
  const subscription = await queue.process(1, async () => {
    started = performance.now();
    wake();
  });
  const latencies: number[] = [];
  const start = startIn(3);
  for (let i = 0; i < REPORTS; i += 1) {
    const run = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const begin = performance.now();
    await reportIncident(ctx, createIncident(i, start));
    await run;
    latencies.push(started - begin);
    await delay(2);
  }
  await subscription.close();
  const commit = median(commitTimes(join(folder, 'disk.db')));
  await rm(folder, { recursive: true, force: true });
  return [
    against('incident handed in to worker start, idle, p99', percentile(latencies, 0.99), 'ms', commit, {
      max: 10,
    }),
  ];
}

function commitTimes(path: string): number[] {
  const db = new DatabaseSync(path);
  db.exec('pragma journal_mode=wal; pragma synchronous=full; create table t (a integer primary key, b text)');
  const insert = db.prepare('insert into t (b) values (?)');
  const times: number[] = [];
  for (let i = 0; i < 200; i += 1) {
    const begin = performance.now();
    insert.run(`row ${i}`);
    times.push(performance.now() - begin);
  }
  db.close();
  return times;
}
