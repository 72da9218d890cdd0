import assert from 'node:assert/strict';
import test from 'node:test';
import { connectChain } from '../../../core/chain/connect.ts';
import type { NodeChain } from '../../../core/chain/node-chain.ts';
import type { ChainView, ViewChange } from '../../../core/chain/types.ts';
import { silentLog } from '../../../core/log.ts';
import { FakeNode, fakeEvent, fakeProposal, Refusal } from '../../support/fake-node.ts';
import { quickClock } from '../../support/quick-clock.ts';
import { until } from '../../support/until.ts';

interface Followed extends AsyncDisposable {
  readonly chain: NodeChain;
  readonly changes: ViewChange[];
}

/** A chain that follows the nodes, started. */
function follow(nodes: readonly FakeNode[], expectedChainId = '*'): Followed {
  const stop = new AbortController();
  const chain = connectChain({
    nodes: nodes.map(({ url }) => url),
    expectedChainId,
    clock: quickClock,
    log: silentLog,
    signal: stop.signal,
  });
  const changes: ViewChange[] = [];
  chain.onChange((change) => changes.push(change));
  chain.start();
  return { chain, changes, [Symbol.asyncDispose]: async () => await chain[Symbol.asyncDispose]() };
}

/** Makes blocks until the first view is there. */
async function synced(node: FakeNode, { chain }: Followed): Promise<ChainView> {
  await until(
    'the first listing',
    () => node.isSubscribed && node.count('list_betting_market_groups') >= events(node),
  );
  await until('a view', async () => {
    if (!chain.state().synced) node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return chain.state().synced;
  });
  return chain.view()!;
}

function events(node: FakeNode): number {
  return [...node.objects.keys()].filter((id) => id.startsWith('1.22.')).length;
}

/** The view of the node's head block. */
async function caughtUp(node: FakeNode, { chain }: Followed): Promise<ChainView> {
  return until('the view of the head', () => {
    const view = chain.view();
    return chain.state().synced && view?.head.number === node.head ? view : undefined;
  });
}

test('the first view shows what the node has, at the head block', async () => {
  await using node = await FakeNode.start();
  node.objects.set('1.22.4', fakeEvent(4));
  node.objects.set('1.10.2', fakeProposal(2, []));
  await using followed = follow([node]);
  const view = await synced(node, followed);
  assert.equal(view.chainId, node.chainId);
  assert.equal(view.head.id, node.ids.get(view.head.number));
  assert.equal(view.irreversible, view.head.number - 2);
  assert.deepEqual(
    view.sports().map(({ id }) => id),
    ['1.20.0'],
  );
  assert.deepEqual(
    view.eventGroups('1.20.0').map(({ id }) => id),
    ['1.21.3'],
  );
  assert.deepEqual(view.events('1.21.3'), [fakeEvent(4)]);
  assert.deepEqual(
    view.rules().map(({ id }) => id),
    ['1.23.0'],
  );
  assert.deepEqual(
    view.proposals().map(({ id }) => id),
    ['1.10.2'],
  );
  assert.deepEqual([view.authority.threshold, view.authority.weights.get('1.2.9')], [3, 2]);
  assert.deepEqual(
    [view.assetId('BTC'), view.assetSymbol('1.3.0'), view.assetId('NONE')],
    ['1.3.1', 'PPY', undefined],
  );
  assert.deepEqual([view.bookieFee(56), view.bookieFee(60)], [70_000, 100_000]);
  assert.deepEqual([followed.changes[0]?.kind, followed.changes.length], ['resync', 1]);
  assert.equal(view.seenSince('1.22.4'), view.head.number);
});

test('created, changed and removed objects are in the next view, and older views stay as they were', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  const before = await synced(node, followed);
  const number = node.block({ put: [fakeEvent(4)] });
  const created = await caughtUp(node, followed);
  assert.deepEqual(
    created.events('1.21.3').map(({ id }) => id),
    ['1.22.4'],
  );
  assert.equal(created.seenSince('1.22.4'), number);
  assert.deepEqual([...followed.changes.at(-1)!.touched].sort(), ['1.20.0', '1.21.3', '1.22.4']);
  node.block({ put: [fakeEvent(4, { status: 'frozen' })] });
  const frozen = await caughtUp(node, followed);
  assert.equal(frozen.events('1.21.3')[0]?.status, 'frozen');
  node.block({ removed: ['1.22.4'] });
  const removed = await caughtUp(node, followed);
  assert.deepEqual(removed.events('1.21.3'), []);
  assert.equal(removed.seenSince('1.22.4'), undefined);
  assert.ok(followed.changes.at(-1)!.touched.has('1.22.4'));
  assert.deepEqual(before.events('1.21.3'), []);
  assert.equal(created.events('1.21.3')[0]?.status, 'upcoming');
  assert.deepEqual(
    followed.changes.slice(1).map(({ kind }) => kind),
    followed.changes.slice(1).map(() => 'block'),
  );
});

test('a block without news costs one call', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  await synced(node, followed);
  const calls = node.calls.length;
  for (let i = 0; i < 3; i += 1) {
    node.block();
    await caughtUp(node, followed);
  }
  assert.deepEqual(
    node.calls.slice(calls).map(({ method }) => method),
    ['get_block', 'get_block', 'get_block'],
  );
  assert.equal(followed.chain.roundTrips().get('get_block'), node.count('get_block'));
});

test('a change that views do not show touches nothing', async () => {
  await using node = await FakeNode.start();
  const group = {
    id: '1.24.1',
    description: [['en', 'Moneyline']],
    event_id: '1.22.4',
    rules_id: '1.23.0',
    asset_id: '1.3.0',
    total_matched_bets_amount: 0,
    never_in_play: false,
    delay_before_settling: 0,
    settling_time: null,
    status: 'upcoming',
  };
  node.objects.set('1.22.4', fakeEvent(4));
  node.objects.set('1.24.1', group);
  await using followed = follow([node]);
  await synced(node, followed);
  node.block({ put: [{ ...group, total_matched_bets_amount: 5 }] });
  await caughtUp(node, followed);
  assert.deepEqual([...followed.changes.at(-1)!.touched], []);
});

test('what becomes of a proposal is told as far as it is certain', async () => {
  await using node = await FakeNode.start();
  const soon = { expiration_time: '2026-01-15T12:00:30' };
  for (const i of [1, 2]) node.objects.set(`1.10.${i}`, fakeProposal(i, []));
  node.objects.set('1.10.3', fakeProposal(3, [], soon));
  node.objects.set(
    '1.10.4',
    fakeProposal(4, [], { ...soon, available_active_approvals: ['1.2.8', '1.2.9'] }),
  );
  await using followed = follow([node]);
  await synced(node, followed);
  const update = { signatures: [], operations: [[23, { proposal: '1.10.1' }]], operation_results: [[0, {}]] };
  node.block({ removed: ['1.10.1'], transactions: [update] });
  node.block({ removed: ['1.10.2'] });
  node.time = new Date('2026-01-15T12:00:31Z');
  const number = node.block({ removed: ['1.10.3', '1.10.4'] });
  const view = await caughtUp(node, followed);
  assert.deepEqual(
    view.closedProposals().map(({ proposal, outcome }) => [proposal.id, outcome]),
    [
      ['1.10.1', 'executed'],
      ['1.10.2', 'unknown'],
      ['1.10.3', 'expired'],
      ['1.10.4', 'unknown'],
    ],
  );
  assert.equal(view.closedProposals().at(-1)?.block, number);
});

test('what is only pending during the first reads never shows', async () => {
  await using node = await FakeNode.start();
  node.objects.set('1.22.4', fakeEvent(4));
  node.pending.set('1.22.5', fakeEvent(5));
  node.pending.set('1.22.4', null);
  await using followed = follow([node]);
  await until('the first listing', () => node.isSubscribed && node.count('list_betting_market_groups') >= 1);
  await until('the first values', () =>
    node.calls.some(({ method, params }) => method === 'get_objects' && String(params).includes('1.22.5')),
  );
  node.pending.clear();
  const view = await synced(node, followed);
  assert.deepEqual(
    view.events('1.21.3').map(({ id }) => id),
    ['1.22.4'],
  );
});

test('what stays pending through the first reads and never comes is found by the audit', async () => {
  await using node = await FakeNode.start();
  node.pending.set('1.22.5', fakeEvent(5));
  node.pending.set('1.10.1', fakeProposal(1, []));
  await using followed = follow([node]);
  await synced(node, followed);
  node.pending.clear();
  for (let i = 0; i < 59; i += 1) node.block();
  await until('both to be gone', async () => {
    node.block();
    const view = await caughtUp(node, followed);
    return view.events('1.21.3').length === 0 && view.proposals().length === 0;
  });
  assert.deepEqual(followed.changes.filter(({ kind }) => kind === 'resync').length, 1);
});

test('what becomes pending later never shows, and is there once a block has it', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  await synced(node, followed);
  node.pending.set('1.22.6', fakeEvent(6));
  node.block();
  assert.deepEqual((await caughtUp(node, followed)).events('1.21.3'), []);
  node.pending.clear();
  node.block({ put: [fakeEvent(6)] });
  assert.equal((await caughtUp(node, followed)).events('1.21.3').length, 1);
});

test('a change between the creation of an object and our subscription to it is found', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  await synced(node, followed);
  node.block({ put: [fakeProposal(7, [])] });
  // The node has it, no notice tells it.
  node.objects.set('1.10.7', fakeProposal(7, [], { available_active_approvals: ['1.2.8'] }));
  await until('the approval', async () => {
    node.block();
    await caughtUp(node, followed);
    return followed.chain.view()?.proposal('1.10.7')?.available_active_approvals.length === 1;
  });
});

test('which number comes next is not told by notices from before everything was listed', async () => {
  await using node = await FakeNode.start();
  for (const instance of [1, 4]) node.objects.set(`1.22.${instance}`, fakeEvent(instance));
  await using followed = follow([node]);
  await until('the subscription', () => node.isSubscribed);
  // A change of an old object, which the mirror has not read yet.
  node.block({ put: [fakeEvent(1, { status: 'frozen' })] });
  const view = await synced(node, followed);
  assert.equal(view.nextInstances?.get('1.22'), undefined);
  node.block({ put: [fakeEvent(5)] });
  assert.equal((await caughtUp(node, followed)).nextInstances?.get('1.22'), 6);
});

test('an object of which no notice came is found when the numbers of later ones leave it out', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  await synced(node, followed);
  node.block({ put: [fakeEvent(4)] });
  await until('its number', () => followed.chain.view()?.nextInstances?.get('1.22') === 5);
  node.objects.set('1.22.5', fakeEvent(5));
  node.block({ put: [fakeEvent(6)] });
  await until('the event in the view', async () => {
    node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return followed.chain.view()?.seenSince('1.22.5') !== undefined;
  });
  assert.equal(followed.chain.view()?.nextInstances?.get('1.22'), 7);
});

test('an event that is over is read once, and again after a resync', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  await synced(node, followed);
  let asked = 0;
  node.handlers.set('bookie', () => 8);
  const readObjects = (ids: unknown) => {
    const [id] = ids as string[];
    if (id === '1.22.7') asked += 1;
    return (ids as string[]).map((each) =>
      each === '1.22.7'
        ? fakeEvent(7, { status: 'settled', scores: ['3', '1'] })
        : (node.objects.get(each) ?? null),
    );
  };
  node.handlers.set('get_objects', readObjects);
  const scores = async () => (await followed.chain.pastEvent('1.22.7', []))?.event.scores;
  assert.deepEqual([await scores(), await scores(), asked], [['3', '1'], ['3', '1'], 1]);
  node.dropConnections();
  await until('another resync', async () => {
    if (node.isSubscribed) node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return followed.changes.filter(({ kind }) => kind === 'resync').length === 2;
  });
  assert.deepEqual([await scores(), asked], [['3', '1'], 2]);
});

test('a block number that is not the next one leads to a resync', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  await synced(node, followed);
  node.block({ put: [fakeEvent(9)], silent: true });
  node.block();
  await until('another resync', async () => {
    node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return followed.changes.filter(({ kind }) => kind === 'resync').length === 2;
  });
  assert.equal(followed.chain.view()?.events('1.21.3').length, 1);
});

test('a block that follows another one than ours leads to a resync', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  const view = await synced(node, followed);
  assert.ok(followed.chain.isFollowed(view.head));
  const number = node.block({ silent: true });
  node.forkHead();
  node.notifyBlock(node.ids.get(number)!);
  await until('another resync', async () => {
    node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return followed.changes.filter(({ kind }) => kind === 'resync').length === 2;
  });
  assert.ok(!followed.chain.isFollowed(view.head), 'decisions on the other fork are void');
});

for (const [what, send] of [
  [
    'an object with a status that is not known',
    (node: FakeNode) => node.notifyObjects([fakeEvent(4, { status: 'odd' })]),
  ],
  ['objects that are none', (node: FakeNode) => node.notifyObjects([7, null])],
  ['a block id that is none', (node: FakeNode) => node.notifyBlock('zz')],
] as const) {
  test(`${what} in a notice lead to a resync and not to a crash`, async () => {
    await using node = await FakeNode.start();
    await using followed = follow([node]);
    await synced(node, followed);
    send(node);
    await until('another resync', async () => {
      node.block();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return followed.changes.filter(({ kind }) => kind === 'resync').length === 2;
    });
  });
}

test('proposals that went while we were not looking have an unknown outcome', async () => {
  await using node = await FakeNode.start();
  node.objects.set('1.10.1', fakeProposal(1, []));
  await using followed = follow([node]);
  const first = await synced(node, followed);
  node.dropConnections();
  node.objects.delete('1.10.1');
  await until('the drop to show', () => !followed.chain.state().synced);
  assert.equal(followed.chain.view(), first, 'the last view stays');
  await until('the connection', () => node.isSubscribed);
  const view = await synced(node, followed);
  assert.deepEqual(
    view.closedProposals().map(({ outcome }) => outcome),
    ['unknown'],
  );
  assert.equal(view.seenSince('1.20.0'), first.seenSince('1.20.0'), 'what was seen before keeps its block');
});

test('a node on another chain stays unconnected, with the reason', async () => {
  await using node = await FakeNode.start('cd'.repeat(32));
  await using followed = follow([node], 'ab'.repeat(32));
  const state = await until('the reason', () => {
    const present = followed.chain.state();
    return present.problem?.includes('is on chain') ? present : undefined;
  });
  assert.equal(state.connected, false);
  assert.match(
    state.problem ?? '',
    /expected chain abab.*, node ws:.* is on chain cdcd.*: set "network" or "node"/,
  );
  assert.equal(followed.chain.view(), undefined);
});

test('when a node fails, the next address is tried', async () => {
  await using wrong = await FakeNode.start('cd'.repeat(32));
  await using right = await FakeNode.start('ab'.repeat(32));
  const gone = await FakeNode.start();
  await gone[Symbol.asyncDispose]();
  const urls = { url: 'ws://127.0.0.1:1' } as FakeNode;
  await using followed = follow([urls, wrong, right], 'ab'.repeat(32));
  await synced(right, followed);
  assert.equal(followed.chain.state().url, right.url);
});

test('a node that is behind what we saw before is not believed', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  const first = await synced(node, followed);
  for (let i = 0; i < 5; i += 1) node.block();
  const latest = await caughtUp(node, followed);
  const [head, time] = [node.head, node.time];
  node.head = first.head.number - 1;
  node.time = new Date(first.head.time.getTime() - 1000);
  node.dropConnections();
  await until('the connection', () => node.isSubscribed && !followed.chain.state().synced);
  await until('the reason', async () => {
    if (node.head < head - 1) node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return followed.chain.state().problem?.includes('was seen before');
  });
  assert.equal(followed.chain.view(), latest);
  node.head = head;
  node.time = time;
  await until('a view that goes on', async () => {
    node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return followed.chain.state().synced && followed.chain.view()!.head.number > latest.head.number;
  });
});

test('a read that the node refuses does not end the process', async () => {
  await using node = await FakeNode.start();
  let refusals = 2;
  node.handlers.set('list_sports', () => {
    if (refusals-- > 0) throw new Refusal('Assert Exception: out of order');
    return [];
  });
  await using followed = follow([node]);
  await until('the reason', () => followed.chain.state().problem?.includes('out of order'));
  await synced(node, followed);
});

test('accounts, names and balances are read on demand', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  await synced(node, followed);
  const { chain } = followed;
  assert.deepEqual(await chain.account('alice'), { name: 'alice', id: '1.2.7' });
  assert.deepEqual(await chain.account('1.2.7'), { name: 'alice', id: '1.2.7' });
  assert.equal(await chain.account('nobody'), undefined);
  const calls = node.calls.length;
  assert.deepEqual([...(await chain.accountNames(['1.2.7']))], [['1.2.7', 'alice']]);
  assert.equal(node.calls.length, calls, 'from the cache');
  assert.equal(await chain.coreBalance('1.2.7'), 123456789012n);
});

test('waiting for a view ends with the view, or with the signal', async () => {
  await using node = await FakeNode.start();
  await using followed = follow([node]);
  const { head } = await synced(node, followed);
  const stop = new AbortController();
  const next = followed.chain.waitFor((view) => view.head.number > head.number, stop.signal);
  node.block();
  assert.equal((await next).head.number, head.number + 1);
  const never = followed.chain.waitFor(() => false, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(never, /enough/);
});
