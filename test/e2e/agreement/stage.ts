import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectChain } from '../../../core/chain/connect.ts';
import type { ChainView } from '../../../core/chain/types.ts';
import { silentLog } from '../../../core/log.ts';
import { type Devnet, startDevnet } from '../../../devnet/devnet.ts';
import { connectLegacyPeer, type LegacyPeer } from '../../support/legacy-peer.ts';
import { quickClock } from '../../support/quick-clock.ts';
import { until } from '../../support/until.ts';
import { operationsOf } from './match.ts';
import { startWitness, type Wiretap, type Witness } from './witness.ts';

/** Five witnesses of equal weight, of which three are ours, so ours alone reach the threshold. */
export const OURS = ['witness1', 'witness2', 'witness3'] as const;

/** A devnet with some of our witnesses and legacy peers for the others. */
export interface Stage extends AsyncDisposable {
  readonly devnet: Devnet;
  readonly ours: readonly Witness[];
  /** witness4 and witness5. */
  readonly peers: readonly [LegacyPeer, LegacyPeer];
  readonly folder: string;
  /** Makes blocks one by one; after each, everybody does all there is to do. */
  blocks(count: number): Promise<void>;
  /** Makes blocks until `test` holds, at most `most`. */
  blocksUntil(what: string, test: () => boolean | Promise<boolean>, most?: number): Promise<void>;
  /** Puts the next life of a witness in the place of the one that was killed. */
  replace(witness: Witness): void;
}

/** Opens one whose sports data are on chain already, unless said otherwise. */
export async function openStage(
  options: { readonly ours?: readonly string[]; readonly synced?: boolean; readonly wiretap?: Wiretap } = {},
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-agreement-'));
  const devnet = await startDevnet({ port: 0, witnesses: 5, blockIntervalMs: 'manual' });
  const ours: Witness[] = [];
  const peer = (name: string) =>
    connectLegacyPeer({ url: devnet.url, account: devnet.account(name), clock: quickClock });
  const peers = [await peer('witness4'), await peer('witness5')] as const;

  const isSettled = async (): Promise<boolean> => {
    const { number } = devnet.chain.head();
    return (await Promise.all(ours.map((witness) => witness.isIdleAt(number)))).every(Boolean);
  };
  const blocks = async (count: number): Promise<void> => {
    for (let made = 0; made < count; made += 1) {
      await devnet.produceBlock();
      // A mirror that reads everything anew (start, fork) needs further blocks to be sure.
      await until('everybody to be idle', isSettled, RESYNC_MS).catch(() => {});
    }
  };
  const stage: Stage = {
    devnet,
    ours,
    peers,
    folder,
    blocks,
    replace(witness) {
      ours.splice(
        ours.findIndex(({ name }) => name === witness.name),
        1,
        witness,
      );
    },
    async blocksUntil(what, test, most = 60) {
      for (let made = 0; made < most; made += 1) {
        if (await test()) return;
        await blocks(1);
      }
      assert.fail(`${most} blocks did not bring: ${what}`);
    },
    async [Symbol.asyncDispose]() {
      for (const witness of ours) await witness[Symbol.asyncDispose]();
      for (const each of peers) await each[Symbol.asyncDispose]();
      await devnet[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (options.synced ?? true) await putSportsOnChain(stage);
  for (const name of options.ours ?? OURS) {
    ours.push(await startWitness(devnet, name, folder, options.wiretap));
  }
  await stage.blocksUntil('everybody to see the chain', isSettled);
  return stage;
}

/** Longest wait for mirrors on one block; those that resync are waited for on a later one. */
const RESYNC_MS = 500;
const SPORTS_EVENT = 'sports:devnet';

/** Has the peers put the sports data on chain, with the help of witness3's key: no witness of ours needs to be there. */
async function putSportsOnChain(stage: Stage): Promise<void> {
  const [first, second] = stage.peers;
  await using third = await connectLegacyPeer({
    url: stage.devnet.url,
    account: stage.devnet.account('witness3'),
    clock: quickClock,
  });
  await using eye = await startEye(stage.devnet);
  for (let step = 0; step < 10; step += 1) {
    const view = await eye.at(stage.devnet.chain.head().number);
    const operations = operationsOf(view, SPORTS_EVENT, 'sync', []);
    if (operations.length === 0) return;
    await first.propose(operations);
    await stage.blocks(1);
    for (const each of [first, second, third]) await each.approveEqual(operations);
    await stage.blocks(1);
  }
  assert.fail('expected the sports data to be on chain after ten proposals');
}

/** A mirror that belongs to no witness. */
export async function startEye(
  devnet: Devnet,
): Promise<AsyncDisposable & { at(block: number): Promise<ChainView> }> {
  const abort = new AbortController();
  const chain = connectChain({
    nodes: [devnet.url],
    expectedChainId: devnet.chainId,
    clock: quickClock,
    log: silentLog,
    signal: abort.signal,
  });
  chain.start();
  return {
    async at(block) {
      const isThere = () => (chain.view()?.head.number ?? 0) >= block;
      while (!isThere()) {
        await devnet.produceBlock();
        await until('the view', isThere, RESYNC_MS).catch(() => {});
      }
      return chain.waitFor((view) => view.head.number >= block, abort.signal);
    },
    async [Symbol.asyncDispose]() {
      await chain[Symbol.asyncDispose]();
      abort.abort();
    },
  };
}
