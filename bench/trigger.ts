import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Child, startNode } from './child.ts';
import { createIncident, startIn } from './incidents.ts';
import { type Load, postAll } from './load.ts';
import { against, figure, median, type Result } from './results.ts';

const CONNECTIONS = 64;
const AMOUNT = 6000;
const ROUNDS = 3;

/** `/trigger`, durable on sqlite, against a bare `node:http` server that parses the same bodies. */
export async function benchTrigger(bos: (dataDir: string) => readonly string[]): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-bench-'));
  const start = startIn(3);
  const floors: Load[] = [];
  const ours: Load[] = [];
  const commits: number[] = [];
  let lost = 0;
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const floor = await startNode(['bench/floors/bare-http.ts']);
      floors.push(await burst(floor, 0, start));
      await floor.stop();
      const dataDir = join(folder, String(round));
      const server = await startNode(bos(dataDir));
      const load = await burst(server, 0, start);
      ours.push(load);
      await server.stop();
      lost += load.accepted - countIncidents(join(dataDir, 'bos.db'));
      commits.push(commitsPerSecond(join(folder, `disk-${round}.db`)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const rate = (loads: readonly Load[]) => median(loads.map((load) => load.perSecond));
  const p99 = (loads: readonly Load[]) => median(loads.map((load) => load.p99Ms));
  return [
    against('/trigger durable on sqlite, 64 connections', rate(ours), 'requests/s', rate(floors), {
      min: 0.15,
    }),
    against('/trigger p99', p99(ours), 'ms', Math.max(p99(floors), 1), { max: 15 }),
    {
      ...figure(
        '/trigger acknowledged and lost, or refused',
        lost + ours.reduce((sum, l) => sum + l.failed, 0),
        'incidents',
      ),
      ok: lost === 0,
    },
    figure('durable single-row commits of the disk', median(commits), 'commits/s'),
    figure('incidents a durable commit of the disk', rate(ours) / median(commits), 'incidents/commit'),
  ];
}

async function burst(child: Child, from: number, start: string): Promise<Load> {
  const body = (i: number) => JSON.stringify(createIncident(from + i, start));
  await postAll({
    url: child.url,
    path: '/trigger',
    connections: CONNECTIONS,
    amount: 500,
    body: (i) => body(AMOUNT + i),
  });
  const load = await postAll({
    url: child.url,
    path: '/trigger',
    connections: CONNECTIONS,
    amount: AMOUNT,
    body,
  });
  return { ...load, accepted: load.accepted + 500 };
}

function countIncidents(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(db.prepare('select count(*) as n from incident').get()?.n);
  } finally {
    db.close();
  }
}

function commitsPerSecond(path: string): number {
  const db = new DatabaseSync(path);
  try {
    db.exec(
      'pragma journal_mode=wal; pragma synchronous=full; create table t (a integer primary key, b text)',
    );
    const insert = db.prepare('insert into t (b) values (?)');
    const begin = performance.now();
    for (let i = 0; i < 200; i += 1) insert.run(`row ${i}`);
    return 200 / ((performance.now() - begin) / 1000);
  } finally {
    db.close();
  }
}
