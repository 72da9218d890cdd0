import assert from 'node:assert/strict';
import test from 'node:test';
import { makeBroadcaster } from '../../../core/chain/broadcaster.ts';
import type { Broadcaster, Submission } from '../../../core/chain/chain.ts';
import { connectChain } from '../../../core/chain/connect.ts';
import { PrivateKey } from '../../../core/chain/keys.ts';
import type { NodeChain } from '../../../core/chain/node-chain.ts';
import { operationKeys } from '../../../core/chain/operation-key.ts';
import type { AccountRef, ChainView, Operation } from '../../../core/chain/types.ts';
import { silentLog } from '../../../core/log.ts';
import { type Devnet, startDevnet } from '../../../devnet/devnet.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { quickClock } from '../../support/quick-clock.ts';
import { until } from '../../support/until.ts';

/** Blocks are made on demand; each is awaited in the view. */
async function advance(devnet: Devnet, chain: NodeChain): Promise<ChainView> {
  const number = await devnet.produceBlock();
  return until(`block ${number}`, () => {
    const view = chain.view();
    return view && view.head.number >= number ? view : undefined;
  });
}

async function submit(
  broadcaster: Broadcaster,
  chain: NodeChain,
  account: AccountRef,
  part: Pick<Submission, 'kind' | 'operations' | 'holds'>,
): Promise<void> {
  const result = await broadcaster.submit({
    account,
    view: chain.view()!,
    lease: { eventId: 'e', epoch: 1 },
    decision: { eventId: 'e', call: 'create', sequence: 1 },
    ...part,
  });
  assert.equal(result.outcome, 'sent', JSON.stringify(result));
}

test('on a devnet, a proposal of ours is approved by three witnesses and leaves its objects in the view', async () => {
  await using devnet = await startDevnet({ witnesses: 5, blockIntervalMs: 'manual' });
  const store = memoryLog();
  await store.leases.insert({ eventId: 'e', epoch: 1, holder: 'me' });
  const stop = new AbortController();
  await using chain = connectChain({
    nodes: [devnet.url],
    expectedChainId: devnet.chainId,
    clock: quickClock,
    log: silentLog,
    signal: stop.signal,
  });
  const names = devnet.accounts.slice(0, 3).map(({ name }) => name);
  const broadcaster = makeBroadcaster({
    chain,
    store,
    keys: new Map(names.map((name) => [name, PrivateKey.fromWif(devnet.account(name).wif)])),
    clock: quickClock,
    log: silentLog,
    enabled: async () => ({ on: true }),
    signal: stop.signal,
  });
  chain.start();
  await until('a view', async () => {
    if (!chain.state().synced) await devnet.produceBlock();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return chain.state().synced;
  });
  const view = await advance(devnet, chain);
  assert.equal(view.authority.weights.size, 5);
  const fee = (tag: number) => ({ amount: view.bookieFee(tag), asset_id: '1.3.0' });
  const operations: Operation[] = [
    [
      52,
      {
        fee: fee(52),
        name: [
          ['en', 'Ice Hockey'],
          ['de', 'Eishockey'],
        ],
        extensions: [],
      },
    ],
    [54, { fee: fee(54), name: [['en', 'NHL']], sport_id: '0.0.0', extensions: [] }],
  ];
  const [first] = names;
  const proposer = { name: first!, id: devnet.account(first!).id };
  const expiration = new Date(view.head.time.getTime() + 3_600_000).toISOString().slice(0, 19);
  const create: Operation = [
    22,
    {
      fee: { amount: 0, asset_id: '1.3.0' },
      fee_paying_account: proposer.id,
      expiration_time: expiration,
      proposed_ops: operations.map((op) => ({ op })),
      extensions: [],
    },
  ];
  await submit(broadcaster, chain, proposer, {
    kind: 'propose',
    operations: [create],
    holds: operationKeys(operations),
  });
  const proposed = await advance(devnet, chain);
  const [proposal] = proposed.proposals();
  assert.deepEqual(operationKeys(proposal!.proposed_transaction.operations), operationKeys(operations));
  await until('the outcome in the log', () => store.entries[0]?.outcome?.kind === 'included');
  for (const name of names) {
    const account = { name, id: devnet.account(name).id };
    const approve: Operation = [
      23,
      {
        fee_paying_account: account.id,
        proposal: proposal!.id,
        active_approvals_to_add: [account.id],
        active_approvals_to_remove: [],
        owner_approvals_to_add: [],
        owner_approvals_to_remove: [],
        key_approvals_to_add: [],
        key_approvals_to_remove: [],
        extensions: [],
      },
    ];
    await submit(broadcaster, chain, account, {
      kind: 'approve',
      operations: [approve],
      holds: [`approve:${proposal!.id}`],
    });
    await advance(devnet, chain);
  }
  const executed = await until('the objects', async () => {
    const latest = await advance(devnet, chain);
    return latest.sports().length === 1 ? latest : undefined;
  });
  const [sport] = executed.sports();
  assert.deepEqual(sport?.name, [
    ['de', 'Eishockey'],
    ['en', 'Ice Hockey'],
  ]);
  assert.deepEqual(
    executed.eventGroups(sport!.id).map(({ name }) => name),
    [[['en', 'NHL']]],
  );
  assert.deepEqual(
    executed.closedProposals().map(({ outcome }) => outcome),
    ['executed'],
  );
  devnet.faults.forkLastBlock();
  await until('a view after the fork', async () => {
    await devnet.produceBlock();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return chain.state().synced && chain.view()!.head.number > executed.head.number + 2;
  });
  assert.equal(chain.view()?.sports().length, 1);
  stop.abort();
});
