import assert from 'node:assert/strict';
import test from 'node:test';
import { makeBroadcaster } from '../../../core/chain/broadcaster.ts';
import type { Broadcaster, Submission } from '../../../core/chain/chain.ts';
import { encodeTransaction, signingDigest, transactionId } from '../../../core/chain/codec.ts';
import { connectChain } from '../../../core/chain/connect.ts';
import { PrivateKey, recoverPublicKey } from '../../../core/chain/keys.ts';
import type { NodeChain } from '../../../core/chain/node-chain.ts';
import { operationKeys } from '../../../core/chain/operation-key.ts';
import type { Operation } from '../../../core/chain/types.ts';
import { silentLog } from '../../../core/log.ts';
import type { AccountLogEntry } from '../../../core/store/store.ts';
import { FakeNode, fakeEvent, fakeProposal, Refusal } from '../../support/fake-node.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { quickClock } from '../../support/quick-clock.ts';
import { until } from '../../support/until.ts';

const KEY = PrivateKey.fromSeed('alice');
const ALICE = { name: 'alice', id: '1.2.7' };
const PENDING =
  'Assert Exception: existed_operations_digests.count(digest) == 0: Proposed operation is already pending for approval.';

interface World extends AsyncDisposable {
  readonly node: FakeNode;
  readonly chain: NodeChain;
  readonly store: ReturnType<typeof memoryLog>;
  readonly broadcaster: Broadcaster;
  readonly sent: BroadcastTransaction[];
  readonly switch: { on: boolean };
  /** Answers a broadcast; by default the node takes it. */
  onBroadcast: (tx: BroadcastTransaction) => unknown;
  block(transactions?: readonly BroadcastTransaction[]): Promise<void>;
}
interface BroadcastTransaction {
  readonly ref_block_num: number;
  readonly ref_block_prefix: number;
  readonly expiration: string;
  readonly operations: Operation[];
  readonly extensions: readonly [];
  readonly signatures: readonly string[];
}

async function world(
  prepare: (node: FakeNode, store: ReturnType<typeof memoryLog>) => void = () => {},
): Promise<World> {
  const node = await FakeNode.start();
  const store = memoryLog();
  prepare(node, store);
  const stop = new AbortController();
  const chain = connectChain({
    nodes: [node.url],
    expectedChainId: '*',
    clock: quickClock,
    log: silentLog,
    signal: stop.signal,
  });
  const power = { on: true };
  const broadcaster = makeBroadcaster({
    chain,
    store,
    keys: new Map([['alice', KEY]]),
    clock: quickClock,
    log: silentLog,
    enabled: async () => (power.on ? { on: true } : { on: false, reason: 'switched off' }),
    signal: stop.signal,
  });
  const sent: BroadcastTransaction[] = [];
  const result: World = {
    node,
    chain,
    store,
    broadcaster,
    sent,
    switch: power,
    onBroadcast: () => null,
    block: async (transactions = []) => {
      node.block({
        transactions: transactions.map((tx, i) => ({ ...tx, operation_results: [[1, `1.10.${50 + i}`]] })),
      });
      await until('the view of the block', () => chain.view()?.head.number === node.head);
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await chain[Symbol.asyncDispose]();
      await node[Symbol.asyncDispose]();
    },
  };
  node.handlers.set('broadcast_transaction', (tx) => {
    sent.push(tx as BroadcastTransaction);
    return result.onBroadcast(tx as BroadcastTransaction);
  });
  for (const eventId of ['e1', 'e2', 'e3', 'e4', 'e5'])
    await store.leases.insert({ eventId, epoch: 1, holder: 'me' });
  chain.start();
  await until('a view', async () => {
    if (node.isSubscribed && !chain.state().synced) node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return chain.state().synced && chain.view()?.head.number === node.head;
  });
  return result;
}

function createEvent(name: string): Operation {
  const fields = fakeEvent(0, { name: [['en', name]] });
  const { id: _, scores: __, status: ___, ...rest } = fields;
  return [56, { fee: { amount: 70_000, asset_id: '1.3.0' }, ...rest, extensions: [] }];
}

function proposal({ chain }: World, eventId: string, operations: readonly Operation[]): Submission {
  return {
    account: ALICE,
    kind: 'propose',
    operations: [
      [
        22,
        {
          fee: { amount: 0, asset_id: '1.3.0' },
          fee_paying_account: ALICE.id,
          expiration_time: '2026-01-15T18:00:00',
          proposed_ops: operations.map((op) => ({ op })),
          extensions: [],
        },
      ],
    ],
    holds: operationKeys(operations),
    view: chain.view()!,
    lease: { eventId, epoch: 1 },
    decision: { eventId, call: 'create', sequence: 1 },
  };
}

function approval(
  { chain }: World,
  proposalId: string,
  action: 'approve' | 'withdraw' = 'approve',
): Submission {
  return {
    account: ALICE,
    kind: 'approve',
    operations: [
      [
        23,
        {
          fee_paying_account: ALICE.id,
          proposal: proposalId,
          active_approvals_to_add: action === 'approve' ? [ALICE.id] : [],
          active_approvals_to_remove: action === 'withdraw' ? [ALICE.id] : [],
          owner_approvals_to_add: [],
          owner_approvals_to_remove: [],
          key_approvals_to_add: [],
          key_approvals_to_remove: [],
          extensions: [],
        },
      ],
    ],
    holds: [`${action}:${proposalId}`],
    view: chain.view()!,
    lease: { eventId: 'e1', epoch: 1 },
    decision: { eventId: 'e1', call: 'create', sequence: 1 },
  };
}

function entryOf(change: Partial<AccountLogEntry> & { n: number }): AccountLogEntry {
  return {
    account: 'alice',
    kind: 'propose',
    holds: [],
    decisions: [],
    operations: [],
    transactionId: 'a'.repeat(40),
    signature: '20'.repeat(65),
    expiration: new Date('2026-01-15T13:00:00Z'),
    refBlock: 1,
    at: new Date('2026-01-15T12:00:00Z'),
    ...change,
  };
}

test('a proposal goes out signed by the account, with the fee of the schedule, bound to the block it was decided on', async () => {
  await using w = await world();
  const submission = proposal(w, 'e1', [createEvent('A v B')]);
  const result = await w.broadcaster.submit(submission);
  assert.equal(result.outcome, 'sent');
  const [tx] = w.sent;
  assert.ok(tx && result.outcome === 'sent');
  const bytes = encodeTransaction(tx);
  assert.equal(result.transactionId, transactionId(bytes));
  const signer = recoverPublicKey(
    signingDigest(w.node.chainId, bytes),
    Buffer.from(tx.signatures[0]!, 'hex'),
  );
  assert.deepEqual(Buffer.from(signer), Buffer.from(KEY.publicKey()));
  assert.equal(tx.ref_block_num, submission.view.head.number);
  assert.equal(Date.parse(`${tx.expiration}Z`), submission.view.head.time.getTime() + 30_000);
  assert.deepEqual(tx.operations[0]?.[1].fee, { amount: 2_000_000, asset_id: '1.3.0' });
});

test('rule I: the entry is in the log before the signature leaves', async () => {
  await using w = await world();
  let logged: AccountLogEntry[] = [];
  w.onBroadcast = () => {
    logged = [...w.store.entries];
    return null;
  };
  const submission = proposal(w, 'e1', [createEvent('A v B')]);
  await w.broadcaster.submit(submission);
  assert.equal(logged.length, 1);
  const [entry] = logged;
  assert.deepEqual(entry?.holds, submission.holds);
  assert.deepEqual([entry?.n, entry?.account, entry?.outcome], [1, 'alice', undefined]);
  assert.equal(entry?.signature, w.sent[0]?.signatures[0]);
  assert.equal(entry?.refBlock, submission.view.head.number);
});

test('rule I: what an unresolved entry holds is not sent again, until a block has it', async () => {
  await using w = await world();
  const first = await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]));
  assert.equal(first.outcome, 'sent');
  const again = await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]));
  assert.deepEqual(again, { outcome: 'in_flight', n: 1 });
  const other = await w.broadcaster.submit(proposal(w, 'e2', [createEvent('C v D')]));
  assert.equal(other.outcome, 'sent');
  await w.block(w.sent.slice(0, 1));
  await until('the outcome', () => w.store.entries[0]?.outcome);
  assert.deepEqual(w.store.entries[0]?.outcome, {
    kind: 'included',
    block: w.node.head,
    operationResults: [[1, '1.10.50']],
  });
  const later = await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]));
  assert.equal(later.outcome, 'sent');
  assert.deepEqual(await w.broadcaster.submit(proposal(w, 'e2', [createEvent('C v D')])), {
    outcome: 'in_flight',
    n: 2,
  });
});

test('rule I: what was looked for on another fork is looked for again', async () => {
  await using w = await world();
  await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]));
  await w.block();
  const number = w.node.head;
  // The block that was looked into gives way to one of the same number that has the transaction.
  w.node.ids.set(number, number.toString(16).padStart(8, '0') + 'f'.repeat(32));
  const transactions = w.sent.map((tx) => ({ ...tx, operation_results: [[1, '1.10.50']] }));
  w.node.blocks.set(number, { ...w.node.blocks.get(number), transactions });
  w.node.dropConnections();
  await until('the outcome', async () => {
    if (w.node.isSubscribed) w.node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return w.store.entries[0]?.outcome;
  });
  assert.deepEqual(w.store.entries[0]?.outcome, {
    kind: 'included',
    block: number,
    operationResults: [[1, '1.10.50']],
  });
});

test('rule I: an entry expires when the head time has passed its expiration and no block had it', async () => {
  await using w = await world();
  await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]));
  w.node.time = new Date(w.node.time.getTime() + 29_000);
  await w.block();
  assert.equal(
    w.store.entries[0]?.outcome,
    undefined,
    'a block of that very time may still be followed by one with it',
  );
  await w.block();
  await until('the outcome', () => w.store.entries[0]?.outcome);
  assert.deepEqual(w.store.entries[0]?.outcome, { kind: 'expired' });
});

test('rule K: what an earlier process left is found in blocks, also old ones, or given up', async () => {
  const signature = '1f'.repeat(65);
  await using w = await world((node, store) => {
    node.block();
    node.block({
      transactions: [{ signatures: [signature], operations: [], operation_results: [[1, '1.10.3']] }],
    });
    for (let i = 0; i < 40; i += 1) node.block();
    store.entries.push(entryOf({ n: 1, refBlock: 2, signature }));
    store.entries.push(entryOf({ n: 2, refBlock: 2, expiration: new Date('2026-01-15T12:00:20Z') }));
    store.entries.push(entryOf({ n: 3, refBlock: 2 }));
  });
  await until('the outcomes', () => w.store.entries[0]?.outcome && w.store.entries[1]?.outcome);
  const [first, second, third] = w.store.entries;
  assert.deepEqual(first?.outcome, { kind: 'included', block: 3, operationResults: [[1, '1.10.3']] });
  assert.deepEqual(second?.outcome, { kind: 'expired' });
  assert.equal(third?.outcome, undefined);
});

test('rule I: another process that takes the number first sends us round again', async () => {
  await using w = await world();
  const submission = proposal(w, 'e1', [createEvent('A v B')]);
  const insert = w.store.accountLog.insert;
  let isFirst = true;
  const racing = {
    ...w.store.accountLog,
    insert: async (entry: Parameters<typeof insert>[0]) => {
      if (isFirst)
        w.store.entries.push(entryOf({ n: entry.n, holds: submission.holds, refBlock: entry.refBlock }));
      isFirst = false;
      return insert(entry);
    },
  };
  w.store.accountLog.insert = racing.insert;
  assert.deepEqual(await w.broadcaster.submit(submission), { outcome: 'in_flight', n: 1 });
  assert.deepEqual(w.sent, []);
});

test('proposals that wait at the same time share a transaction', async () => {
  await using w = await world();
  const results = await Promise.all(
    ['e1', 'e2', 'e3'].map((eventId) => w.broadcaster.submit(proposal(w, eventId, [createEvent(eventId)]))),
  );
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['sent', 'sent', 'sent'],
  );
  assert.equal(w.sent.length, 1);
  assert.equal(w.sent[0]?.operations.length, 3);
  assert.deepEqual(
    w.store.entries[0]?.decisions.map(({ eventId }) => eventId),
    ['e1', 'e2', 'e3'],
  );
});

test('two submissions of one thing never share a transaction', async () => {
  await using w = await world();
  const results = await Promise.all(
    ['e1', 'e2'].map((eventId) => w.broadcaster.submit(proposal(w, eventId, [createEvent('same')]))),
  );
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['sent', 'in_flight'],
  );
  assert.equal(w.sent[0]?.operations.length, 1);
});

test('rule H: a refused batch is looked at again, and goes one by one after two refusals', async () => {
  await using w = await world();
  w.onBroadcast = () => {
    throw new Refusal(PENDING);
  };
  const submit = () =>
    Promise.all(['e1', 'e2'].map((id) => w.broadcaster.submit(proposal(w, id, [createEvent(id)]))));
  for (let i = 0; i < 2; i += 1) {
    assert.deepEqual(
      (await submit()).map(({ outcome }) => outcome),
      ['already_pending', 'already_pending'],
    );
  }
  assert.ok(
    w.store.entries.every(({ outcome }) => outcome?.kind === 'refused'),
    'a refusal is final',
  );
  w.onBroadcast = () => null;
  assert.deepEqual(
    (await submit()).map(({ outcome }) => outcome),
    ['sent', 'sent'],
  );
  assert.deepEqual(
    w.sent.map(({ operations }) => operations.length),
    [2, 2, 1, 1],
  );
  assert.equal(
    new Set(w.store.entries.map(({ transactionId: id }) => id)).size,
    4,
    'a repeat has another id',
  );
});

test('one bad submission does not take the others of its batch with it', async () => {
  await using w = await world();
  w.onBroadcast = ({ operations }) => {
    const isBad = JSON.stringify(operations).includes('bad');
    if (isBad) throw new Refusal('Assert Exception: something else');
    return null;
  };
  const bad = proposal(w, 'e2', [createEvent('bad')]);
  const cannotBeEncoded = proposal(w, 'e3', [[56, { ...createEvent('x')[1], surplus: 1 }]]);
  const results = await Promise.all(
    [proposal(w, 'e1', [createEvent('good')]), bad, cannotBeEncoded].map((one) => w.broadcaster.submit(one)),
  );
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['sent', 'refused', 'refused'],
  );
  assert.match(JSON.stringify(results[2]), /surplus/);
});

test('a broadcast without an answer is unknown, and stays in the log until it is found or expires', async () => {
  await using w = await world();
  w.onBroadcast = () => {
    w.node.dropConnections();
    return undefined;
  };
  const result = await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]));
  assert.equal(result.outcome, 'unknown');
  assert.equal(w.store.entries[0]?.outcome, undefined);
});

test('a transaction that the node knows already is not called refused', async () => {
  await using w = await world();
  w.onBroadcast = () => {
    throw new Refusal(
      'Assert Exception: trx_idx.indices().get<by_trx_id>().find(trx_id) == trx_idx.indices().get<by_trx_id>().end(): ',
    );
  };
  assert.equal((await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]))).outcome, 'unknown');
});

test('nothing is signed when the switch is off, the key is missing or the mirror is out of step', async () => {
  await using w = await world();
  const submission = proposal(w, 'e1', [createEvent('A v B')]);
  w.switch.on = false;
  assert.deepEqual(await w.broadcaster.submit(submission), { outcome: 'held', reason: 'switched off' });
  w.switch.on = true;
  const stranger = await w.broadcaster.submit({ ...submission, account: { name: 'bob', id: '1.2.8' } });
  assert.deepEqual(stranger, { outcome: 'held', reason: 'there is no key for account bob' });
  w.node.dropConnections();
  await until('the drop', () => !w.chain.state().synced);
  assert.equal((await w.broadcaster.submit(submission)).outcome, 'held');
  assert.deepEqual(w.store.entries, []);
  assert.deepEqual(w.broadcaster.accounts, ['alice']);
});

test('a switch that is turned off while fresh reads run still stops the signature', async () => {
  await using w = await world();
  w.node.handlers.set('list_events_in_group', () => {
    w.switch.on = false;
    return [];
  });
  const result = await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]));
  assert.equal(result.outcome, 'held');
  assert.deepEqual(w.store.entries, []);
});

test('rule J: a lease that was lost or released stops the signature', async () => {
  await using w = await world();
  await w.store.leases.insert({ eventId: 'e1', epoch: 2, holder: 'another' });
  assert.deepEqual(await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')])), {
    outcome: 'lease_lost',
  });
  await w.store.leases.release('e2', 1);
  assert.deepEqual(await w.broadcaster.submit(proposal(w, 'e2', [createEvent('A v B')])), {
    outcome: 'lease_lost',
  });
  assert.deepEqual(w.store.entries, []);
});

test('rule L: a pending event under the same parent makes the decision stale', async () => {
  await using w = await world();
  w.node.pending.set('1.22.9', fakeEvent(9));
  const result = await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]));
  assert.deepEqual(result, { outcome: 'stale', reason: 'what hangs under 1.21.3 is changing' });
});

test('rule L: a pending proposal of a peer with an equal operation makes the decision stale, another one does not', async () => {
  await using w = await world();
  w.node.pending.set('1.10.8', fakeProposal(8, [createEvent('C v D')]));
  assert.equal((await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]))).outcome, 'sent');
  const result = await w.broadcaster.submit(proposal(w, 'e2', [createEvent('C v D')]));
  assert.equal(result.outcome, 'stale');
  assert.match(JSON.stringify(result), /1\.10\.8/);
});

test('rule L: a decision on a block of the same number and another id is stale', async () => {
  await using w = await world();
  const submission = proposal(w, 'e1', [createEvent('A v B')]);
  const head = { ...submission.view.head, id: `${submission.view.head.id.slice(0, 8)}${'f'.repeat(32)}` };
  const other = { ...submission, view: { ...submission.view, head } };
  assert.equal((await w.broadcaster.submit(other)).outcome, 'stale');
  assert.equal((await w.broadcaster.submit(submission)).outcome, 'sent');
});

test('rule L: a decision from before a resync is stale', async () => {
  await using w = await world();
  const submission = proposal(w, 'e1', [createEvent('A v B')]);
  w.node.dropConnections();
  await until('the next view', async () => {
    if (w.node.isSubscribed && !w.chain.state().synced) w.node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return w.chain.state().synced;
  });
  assert.equal((await w.broadcaster.submit(submission)).outcome, 'stale');
  assert.deepEqual(w.store.entries, []);
});

/** A world whose mirror has seen creations, so that it knows which ids come next: 1.22.3 and 1.10.6. */
async function counted(): Promise<World> {
  const w = await world((node) => {
    node.objects.set('1.22.1', fakeEvent(1));
    node.objects.set('1.10.4', fakeProposal(4, [createEvent('A v B')]));
  });
  // A proposal of others counts as well.
  const foreign = fakeProposal(5, [], { required_active_approvals: ['1.2.9'] });
  w.node.block({ put: [fakeEvent(2), foreign] });
  await until('the view of the block', () => w.chain.view()?.nextInstances?.get('1.10') === 6);
  assert.equal(w.chain.view()?.nextInstances?.get('1.22'), 3);
  w.node.calls.length = 0;
  return w;
}

const lists = ({ node }: World) => node.calls.filter(({ method }) => /^list_|proposed/.test(method)).length;

test('rule L: where it is known which ids come next, one call reads all that a batch builds on', async () => {
  await using w = await counted();
  const results = await Promise.all([
    w.broadcaster.submit(proposal(w, 'e1', [createEvent('C v D')])),
    w.broadcaster.submit(proposal(w, 'e2', [createEvent('E v F')])),
  ]);
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['sent', 'sent'],
  );
  assert.deepEqual([w.node.count('get_objects'), lists(w)], [1, 0]);
  assert.equal((await w.broadcaster.submit(approval(w, '1.10.4'))).outcome, 'sent');
  assert.deepEqual([w.node.count('get_objects'), lists(w)], [2, 0]);
});

const news: readonly (readonly [string, Readonly<Record<string, object | null>>, RegExp | undefined])[] = [
  ['an event under the same parent', { '1.22.3': fakeEvent(3) }, /^what hangs under 1\.21\.3 is changing$/],
  ['an event a few numbers on', { '1.22.12': fakeEvent(12) }, /^what hangs under 1\.21\.3 is changing$/],
  ['an event under another parent', { '1.22.3': fakeEvent(3, { event_group_id: '1.21.9' }) }, undefined],
  [
    'more than can be looked through',
    { '1.22.22': fakeEvent(22, { event_group_id: '1.21.9' }) },
    /up to 1\.22\.22, are more than/,
  ],
  [
    'the same proposal of a peer',
    { '1.10.6': fakeProposal(6, [createEvent('C v D')]) },
    /^proposal 1\.10\.6 has/,
  ],
  ['another proposal of a peer', { '1.10.6': fakeProposal(6, [createEvent('G v H')]) }, undefined],
  ['the end of the parent', { '1.21.3': null }, /^1\.21\.3 is changing$/],
];
for (const [what, pending, expected] of news) {
  test(`rule L: pending is ${what}: ${expected ? 'stale' : 'no matter'}, told by the ids that come next`, async () => {
    await using w = await counted();
    for (const [id, object] of Object.entries(pending))
      w.node.pending.set(id, object as Record<string, unknown>);
    const result = await w.broadcaster.submit(proposal(w, 'e1', [createEvent('C v D')]));
    assert.equal(lists(w), 0);
    if (!expected) return assert.equal(result.outcome, 'sent');
    assert.equal(result.outcome, 'stale');
    assert.match('reason' in result ? (result.reason ?? '') : '', expected);
  });
}

test('rule L: what came into a block behind the view that was decided on is new', async () => {
  await using w = await counted();
  const submission = proposal(w, 'e1', [createEvent('C v D')]);
  w.node.block({ put: [fakeEvent(3)] });
  await until('the next view', () => w.chain.view()?.nextInstances?.get('1.22') === 4);
  assert.equal((await w.broadcaster.submit(submission)).outcome, 'stale');
  assert.equal((await w.broadcaster.submit(proposal(w, 'e1', [createEvent('C v D')]))).outcome, 'sent');
});

test('rule L: an object that the view knows by reading is not new although its number comes next', async () => {
  await using w = await counted();
  const { view, ...rest } = proposal(w, 'e1', [createEvent('C v D')]);
  const nextInstances = new Map([...(view.nextInstances ?? []), ['1.22', 2] as const]);
  assert.equal((await w.broadcaster.submit({ ...rest, view: { ...view, nextInstances } })).outcome, 'sent');
});

test('rule L: an object that is to be changed and is going away makes the decision stale', async () => {
  await using w = await counted();
  const status: Operation = [72, { event_id: '1.22.1', status: 'finished', scores: [], extensions: [] }];
  assert.equal((await w.broadcaster.submit(proposal(w, 'e1', [status]))).outcome, 'sent');
  w.node.pending.set('1.22.2', null);
  const other: Operation = [72, { event_id: '1.22.2', status: 'finished', scores: [], extensions: [] }];
  assert.deepEqual(await w.broadcaster.submit(proposal(w, 'e2', [other])), {
    outcome: 'stale',
    reason: '1.22.2 is changing',
  });
});

test('an approval goes out when the proposal is as it was checked', async () => {
  await using w = await world((node) => node.objects.set('1.10.8', fakeProposal(8, [createEvent('A v B')])));
  assert.equal((await w.broadcaster.submit(approval(w, '1.10.8'))).outcome, 'sent');
  assert.deepEqual(w.sent[0]?.operations[0]?.[1].active_approvals_to_add, ['1.2.7']);
  assert.deepEqual(
    await w.broadcaster.submit(approval(w, '1.10.8', 'withdraw')),
    { outcome: 'in_flight', n: 1 },
    'a withdrawal does not cross an approval that is under way',
  );
});

const changes: readonly (readonly [string, (w: World) => void])[] = [
  ['is gone', (w) => w.node.pending.set('1.10.8', null)],
  ['holds something else', (w) => w.node.pending.set('1.10.8', fakeProposal(8, [createEvent('other')]))],
  [
    'carries our approval already',
    (w) =>
      w.node.pending.set(
        '1.10.8',
        fakeProposal(8, [createEvent('A v B')], { available_active_approvals: ['1.2.7'] }),
      ),
  ],
  ['would create what is just being created (rule A)', (w) => w.node.pending.set('1.22.9', fakeEvent(9))],
];
for (const [what, change] of changes) {
  test(`an approval is stale when the proposal ${what}`, async () => {
    await using w = await world((node) =>
      node.objects.set('1.10.8', fakeProposal(8, [createEvent('A v B')])),
    );
    change(w);
    assert.equal((await w.broadcaster.submit(approval(w, '1.10.8'))).outcome, 'stale');
    assert.deepEqual(w.store.entries, []);
  });
}

test('approvals go alone, proposals that wait with them together', async () => {
  await using w = await world((node) => node.objects.set('1.10.8', fakeProposal(8, [createEvent('A v B')])));
  const results = await Promise.all([
    w.broadcaster.submit(proposal(w, 'e2', [createEvent('C v D')])),
    w.broadcaster.submit(approval(w, '1.10.8')),
    w.broadcaster.submit(proposal(w, 'e3', [createEvent('E v F')])),
  ]);
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['sent', 'sent', 'sent'],
  );
  assert.deepEqual(
    w.sent.map(({ operations }) => operations.map(([tag]) => tag)),
    [[22, 22], [23]],
  );
});

test('a view that stays different from fresh reads is read anew', async () => {
  await using w = await world();
  // The node has an event that no notice told of.
  w.node.objects.set('1.22.9', fakeEvent(9));
  for (let i = 0; i < 5; i += 1) {
    assert.equal((await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]))).outcome, 'stale');
  }
  await until('the event in the view', async () => {
    w.node.block();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return w.chain.view()?.events('1.21.3').length === 1;
  });
});

test('a store that fails holds everything back', async () => {
  await using w = await world();
  w.store.accountLog.lastN = async () => {
    throw new Error('the disk is full');
  };
  const result = await w.broadcaster.submit(proposal(w, 'e1', [createEvent('A v B')]));
  assert.deepEqual(result, { outcome: 'held', reason: 'the disk is full' });
  assert.deepEqual(w.sent, []);
});
