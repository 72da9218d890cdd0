import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startNode } from './child.ts';
import { createIncident, startIn } from './incidents.ts';
import { against, median, type Result } from './results.ts';

const ROUNDS = 5;
const SETTLE_MS = 3000;

/** Start of `bos run` to its first accepted incident, and its idle memory, against a bare Node process. */
export async function benchStart(bos: (dataDir: string) => readonly string[]): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-bench-'));
  const bare: number[] = [];
  const ours: number[] = [];
  const memory: number[] = [];
  const bareMemory: number[] = [];
  const body = JSON.stringify(createIncident(0, startIn(3)));
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      let begin = performance.now();
      spawnSync(process.execPath, ['-e', '0']);
      bare.push(performance.now() - begin);

      begin = performance.now();
      const server = await startNode(bos(join(folder, String(round))));
      const answer = await fetch(`${server.url}/trigger`, { method: 'POST', body });
      if (answer.status !== 200) throw new Error(`expected 200, got ${answer.status} ${await answer.text()}`);
      ours.push(performance.now() - begin);
      await delay(SETTLE_MS);
      memory.push(await residentMiB(server.pid));
      await server.stop();

      const idle = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
      await delay(SETTLE_MS / 3);
      bareMemory.push(await residentMiB(idle.pid ?? 0));
      idle.kill();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return [
    against('bos run: start to first accepted incident', median(ours), 'ms', median(bare), { max: 20 }),
    against('bos run: idle memory', median(memory), 'MiB', median(bareMemory), { max: 4 }),
  ];
}

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
