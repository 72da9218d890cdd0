import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDev } from '../app/dev.ts';
import { loadConfig } from '../core/config/load.ts';
import type { Context } from '../core/context.ts';
import { reportIncident } from '../server/use-cases/report-incident.ts';
import { createIncident, startIn } from './incidents.ts';
import { figure, type Result } from './results.ts';

/** RPC calls that follow the blocks, whatever there is to do. */
const FOLLOWING = new Set(['get_block', 'get_dynamic_global_properties']);
const BROADCAST = 'broadcast_transaction';
/** Most calls of a create or a result besides the broadcasts. */
const BOUND = 4;
const TIMEOUT_MS = 60_000;

/**
 * RPC round trips from the second report of a match to its markets on chain, and from the second result to the settled
 * match, with the mirror in sync: proposing and approving alone, on a chain with one witness.
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
  const start = startIn(3);
  const events = () =>
    chain
      .view()
      ?.sports()
      .flatMap((sport) => chain.view()?.eventGroups(sport.id) ?? [])
      .flatMap((league) => chain.view()?.events(league.id) ?? []) ?? [];
  const said = (match: number, call: string, args: Readonly<Record<string, string>>) => ({
    ...createIncident(match, start),
    call,
    arguments: args,
    unique_string: `bench-${match}-${call}`,
  });
  const create = (match: number) => createIncident(match, start);
  const become = (test: () => boolean) => chain.waitFor(test, signal);

  // The first match after a start teaches the mirror which ids come next, and its end the number of the bookie API.
  await reportTwice(ctx, create(0));
  await become(() => events().length === 1);
  await reportIncident(ctx, said(0, 'canceled', {}));
  await become(() => events().length === 0);
  const creating = await spentOn(ctx, signal, create(1), () => events().length === 1);
  await reportIncident(ctx, said(1, 'in_progress', {}));
  await reportIncident(ctx, said(1, 'finish', {}));
  await become(() => events().some(({ status }) => status === 'finished'));
  const scores = { home_score: '3', away_score: '1' };
  const settling = await spentOn(ctx, signal, said(1, 'result', scores), () => events().length === 0);
  return [
    ...lines('a warm create, two reports to markets on chain', creating),
    ...lines('a result of a finished match, two reports to settled', settling),
  ];
}

/** Calls of the node by method, from two reports of an incident until what they lead to is on chain. */
async function spentOn(
  { chain, ...ctx }: Context,
  signal: AbortSignal,
  incident: Reported,
  isDone: () => boolean,
): Promise<ReadonlyMap<string, number>> {
  // A few quiet blocks, so that what was before is over.
  const { head } = await chain.waitFor((view) => view.proposals().length === 0, signal);
  await chain.waitFor((view) => view.head.number >= head.number + 3, signal);
  const before = chain.roundTrips();
  await reportTwice({ ...ctx, chain }, incident);
  const { head: end } = await chain.waitFor(isDone, signal);
  // And the looks at what has become of it.
  await chain.waitFor(
    (view) => view.irreversible >= end.number && view.head.number >= end.number + 2,
    signal,
  );
  await delay(200);
  return new Map(
    [...chain.roundTrips()].map(([method, count]) => [method, count - (before.get(method) ?? 0)]),
  );
}

/** What is reported of a match. */
type Reported = Omit<ReturnType<typeof createIncident>, 'arguments'> & {
  readonly arguments: Readonly<Record<string, string>>;
};

async function reportTwice(ctx: Context, incident: Reported): Promise<void> {
  await reportIncident(ctx, incident);
  await reportIncident(ctx, { ...incident, provider_info: { ...incident.provider_info, name: 'another' } });
}

function lines(what: string, spent: ReadonlyMap<string, number>): readonly Result[] {
  const sum = (counts: (method: string) => boolean) =>
    [...spent].reduce((total, [method, count]) => total + (counts(method) ? count : 0), 0);
  const calls = sum((method) => method !== BROADCAST && !FOLLOWING.has(method));
  for (const [method, count] of spent) if (count > 0) console.log(`    ${method}: ${count}`);
  return [
    { ...figure(`RPC round trips of ${what}, besides broadcasts`, calls, 'calls'), ok: calls <= BOUND },
    figure(`broadcasts of ${what}`, spent.get(BROADCAST) ?? 0, 'calls'),
    figure(
      `RPC round trips that follow the blocks during ${what}`,
      sum((method) => FOLLOWING.has(method)),
      'calls',
    ),
  ];
}
