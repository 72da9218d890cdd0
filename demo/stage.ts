import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chain } from '../core/chain/chain.ts';
import { connectChain } from '../core/chain/connect.ts';
import { DEVNET_CHAIN_ID } from '../core/chain/devnet-chain.ts';
import { NodeClient } from '../core/chain/rpc.ts';
import type { ChainView } from '../core/chain/types.ts';
import { systemClock } from '../core/clock.ts';
import { silentLog } from '../core/log.ts';
import type { Processes } from './processes.ts';
import { type Stack, startStack } from './stack.ts';
import type { Story } from './story.ts';
import { type Telling, tellProposals } from './telling.ts';
import { startWitness, type Witness } from './witness.ts';

const WITNESSES = ['witness1', 'witness2', 'witness3'] as const;
const PORTS = { chain: 8090, apis: [8010, 8020, 8030] } as const;

/** Where the demo plays: a chain, three witnesses on it, and eyes of its own on the chain. */
export interface Stage extends AsyncDisposable {
  readonly story: Story;
  readonly witnesses: readonly Witness[];
  /** The demo's own mirror of the chain: what it checks, it does not take from the witnesses. */
  readonly chain: Chain;
  /** Questions to the node that the mirror does not answer. */
  readonly node: NodeClient;
  /** Longest wait for anything. */
  readonly patienceMs: number;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  /** Waits for the chain to be so; throws, naming `what`, when it does not come to be. */
  reach(what: string, test: (view: ChainView) => boolean): Promise<ChainView>;
}

/** What a stage is opened with. */
export interface StageOptions {
  readonly story: Story;
  /** Stopped with the stage. */
  readonly processes: Processes;
  /** Holds the data folders of the witnesses. */
  readonly folder: string;
  /** Any free ports instead of 8090 (chain) and 8010, 8020, 8030 (witnesses). */
  readonly freePorts: boolean;
  /** MongoDB and Redis, and several processes a witness. */
  readonly onServers: boolean;
  readonly signal: AbortSignal;
}

/** Opens it, a step for each part. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { story, processes, folder, freePorts, onServers, signal } = options;
  await using owned = new AsyncDisposableStack();
  // Disposed of in reverse: processes stop while their servers are still there.
  const servers = owned.use(new AsyncDisposableStack());
  owned.use(processes);
  const portFor = (wanted: number) => String(freePorts ? 0 : wanted);

  story.begin('devnet', 'a simulated chain with 5 witnesses');
  const keyFile = join(folder, 'keys.json');
  const devnet = await processes.start('devnet', [
    ...['devnet', '--port', portFor(PORTS.chain), '--witnesses', '5', '--keys', keyFile],
  ]);
  story.say(`  ${devnet.url}`);

  let stack: Stack | undefined;
  if (onServers) {
    story.begin('servers', 'a MongoDB and a Redis, with a database in each for every witness');
    stack = servers.use(await startStack());
    story.say(`  ${stack.description}`);
  }

  const parts = onServers ? '; API, two workers and a scheduler each' : '';
  story.begin('witnesses', `three of the five are ours, each with its own store, queue and account${parts}`);
  const keys: unknown = JSON.parse(await readFile(keyFile, 'utf8'));
  const witnesses: Witness[] = [];
  for (const [i, name] of WITNESSES.entries()) {
    const backends = stack?.backends(i);
    const port = portFor(PORTS.apis[i] ?? 0);
    const asked = { name, port, node: devnet.url, folder, keys, ...(backends && { backends }) };
    const witness = await startWitness(processes, asked);
    owned.use(witness.client);
    witnesses.push(witness);
    story.say(`  ${name} ${witness.url}`);
  }

  const node = owned.use(await NodeClient.connect(devnet.url, { clock: systemClock, signal }));
  const chain = owned.use(
    connectChain({
      ...{ nodes: [devnet.url], expectedChainId: DEVNET_CHAIN_ID, clock: systemClock, log: silentLog },
      signal,
    }),
  );
  const telling = tellProposals(chain, node, story.say);
  chain.start();

  const kept = owned.move();
  // A dozen processes share the machine when there are servers.
  const patienceMs = onServers ? 120_000 : 30_000;
  return {
    ...{ story, witnesses, chain, node, patienceMs, signal },
    reach: (what, test) => reach({ chain, telling, patienceMs, signal }, what, test),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Waits for a view, and for its blocks to be told. */
async function reach(
  {
    chain,
    telling,
    patienceMs,
    signal,
  }: Pick<Stage, 'chain' | 'patienceMs' | 'signal'> & { telling: Telling },
  what: string,
  test: (view: ChainView) => boolean,
): Promise<ChainView> {
  const timeout = AbortSignal.timeout(patienceMs);
  try {
    const view = await chain.waitFor(test, AbortSignal.any([signal, timeout]));
    await telling.caughtUp();
    return view;
  } catch (error) {
    if (!timeout.aborted) throw error;
    throw new Error(`expected on chain within ${patienceMs / 1000} s: ${what}; it did not come`);
  }
}
