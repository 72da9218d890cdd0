import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDev } from '../app/dev.ts';
import { loadConfig } from '../core/config/load.ts';
import { reportIncident } from '../server/use-cases/report-incident.ts';
import { createIncident, startIn } from './incidents.ts';
import { figure, type Result } from './results.ts';

/** RPC calls that follow the blocks, whatever there is to do. */
const FOLLOWING = new Set(['get_block', 'get_dynamic_global_properties']);
const TIMEOUT_MS = 30_000;

/**
 * RPC round trips from the second report of a match to its markets on chain, with the mirror in sync: proposing and
 * approving alone, on a chain with one witness.
 */
export async function benchRoundTrips(): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-bench-'));
  try {
    return await measure(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<readonly Result[]> {
  const { config } = loadConfig({ env: {}, flags: { data_dir: folder, 'api.port': 0 } });
  await using dev = await startDev(
    { ...config, logging: { level: 'error' } },
    { port: 0, blockIntervalMs: 1000 },
  );
  const { ctx } = dev.witness;
  const { chain } = ctx;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  await chain.waitFor((view) => view.rules().length >= 6 && view.proposals().length === 0, signal);
  // A few quiet blocks, so that what the sync was about is over.
  const { head } = await chain.waitFor(() => true, signal);
  await chain.waitFor((view) => view.head.number >= head.number + 3, signal);

  const incident = createIncident(0, startIn(3));
  const before = new Map(chain.roundTrips());
  await reportIncident(ctx, incident);
  await reportIncident(ctx, { ...incident, provider_info: { name: 'another' } });
  await chain.waitFor((view) => view.proposals().length > 0, signal);
  const view = await chain.waitFor((v) => v.proposals().length === 0, signal);
  await delay(200);
  const spent = [...chain.roundTrips()].map(
    ([method, count]) => [method, count - (before.get(method) ?? 0)] as const,
  );
  const sum = (following: boolean) =>
    spent
      .filter(([method]) => FOLLOWING.has(method) === following)
      .reduce((total, [, count]) => total + count, 0);
  for (const [method, count] of spent) if (count > 0) console.log(`    ${method}: ${count}`);
  return [
    figure('RPC round trips of a warm create, two reports to markets on chain', sum(false), 'calls'),
    figure(
      `RPC round trips that follow the blocks meanwhile (to block ${view.head.number})`,
      sum(true),
      'calls',
    ),
  ];
}
