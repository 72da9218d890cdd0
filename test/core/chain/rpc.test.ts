import assert from 'node:assert/strict';
import test from 'node:test';
import {
  ConnectionError,
  isAlreadyPending,
  isMissingAuthority,
  NodeError,
} from '../../../core/chain/node-error.ts';
import { NodeClient } from '../../../core/chain/rpc.ts';
import { systemClock } from '../../../core/clock.ts';
import { FakeNode, Refusal } from '../../support/fake-node.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

const signal = new AbortController().signal;
const connect = (node: FakeNode, clock = systemClock) => NodeClient.connect(node.url, { clock, signal });

test('calls go to the API numbers that the node gave', async () => {
  await using node = await FakeNode.start();
  await using client = await connect(node);
  assert.equal(await client.call('database', 'get_chain_id', []), node.chainId);
  assert.deepEqual(node.calls[0], { method: 'login', params: ['', ''] });
});

test('an API that not every node has is asked for when it is first called, and again after it was missing', async () => {
  await using node = await FakeNode.start();
  await using client = await connect(node);
  const asked = () => node.calls.filter(({ method }) => method === 'bookie').length;
  assert.equal(asked(), 0);
  node.handlers.set('bookie', () => {
    throw new Refusal('Assert Exception: _bookie_api: ');
  });
  await assert.rejects(client.call('bookie', 'get_objects', [[]]), NodeError);
  node.handlers.set('bookie', () => 11);
  node.handlers.set('get_objects', () => []);
  assert.deepEqual(await client.call('bookie', 'get_objects', [[]]), []);
  await client.call('bookie', 'get_objects', [[]]);
  assert.equal(asked(), 2);
});

test('replies that come out of order reach their callers', async () => {
  await using node = await FakeNode.start();
  const slow = Promise.withResolvers<string>();
  node.handlers.set('slow', () => slow.promise);
  node.handlers.set('fast', () => 'fast');
  await using client = await connect(node);
  const first = client.call('database', 'slow', []);
  assert.equal(await client.call('database', 'fast', []), 'fast');
  slow.resolve('slow');
  assert.equal(await first, 'slow');
});

test('frames that mean nothing are dropped', async () => {
  await using node = await FakeNode.start();
  await using client = await connect(node);
  for (const text of [
    '',
    '{',
    'null',
    '7',
    '[]',
    '{}',
    '{"id":999999,"result":1}',
    '{"id":"x"}',
    '{"method":"notice"}',
  ]) {
    node.sendRaw(text);
  }
  node.sendRaw('{"method":"notice","params":[12345,[["1.2.3"]]]}');
  assert.equal(await client.call('database', 'get_chain_id', []), node.chainId);
});

test('notices reach the callback that they name', async () => {
  await using node = await FakeNode.start();
  await using client = await connect(node);
  const blocks: unknown[] = [];
  const objects: unknown[] = [];
  await client.subscribe('set_block_applied_callback', [], (payload) => blocks.push(payload));
  await client.subscribe('set_subscribe_callback', [true], (payload) => objects.push(payload));
  node.block({ put: [{ id: '1.20.9', name: [] }] });
  await until('the notices', () => objects.length === 2);
  assert.deepEqual(blocks, [[node.ids.get(node.head)]]);
  assert.deepEqual(objects[0], [[{ id: '1.20.9', name: [] }]]);
});

test('a refusal is an error with the real code and one line of reason', async () => {
  await using node = await FakeNode.start();
  await using client = await connect(node);
  node.handlers.set('boom', () => {
    throw new Refusal('missing required active authority: Missing Active Authority 1.2.18', 3030001);
  });
  await assert.rejects(client.call('database', 'boom', []), (error: unknown) => {
    assert.ok(error instanceof NodeError);
    assert.equal(error.code, 3030001);
    assert.equal(error.method, 'boom');
    assert.ok(isMissingAuthority(error) && !isAlreadyPending(error));
    return true;
  });
});

test('errors of all generations of nodes are recognised', () => {
  const text = 'Proposed operation is already pending for approval.';
  const now = new NodeError('m', {
    code: 1,
    message: `Assert Exception: existed_operations_digests.count(digest) == 0: ${text}`,
    data: { code: 10 },
  });
  const dump = new NodeError('m', {
    code: 1,
    message: `10 assert_exception: Assert Exception\nexisted_operations_digests.count( digest ) == 0: ${text}\n    {}\n    th_a  db_block.cpp:172 check`,
  });
  for (const error of [now, dump]) {
    assert.ok(isAlreadyPending(error));
    assert.equal(error.code, 10);
    assert.match(error.reason, /already pending for approval\.$/);
    assert.ok(!error.reason.includes('\n'));
  }
  assert.equal(
    new NodeError('m', { message: 'Assert Exception: trx_state->_is_proposed_trx: ' }).reason,
    'Assert Exception: trx_state->_is_proposed_trx',
  );
  for (const odd of [null, 7, 'x', {}, { message: 5 }]) assert.ok(new NodeError('m', odd).message);
});

test('a call without an answer fails after its time', async () => {
  await using node = await FakeNode.start();
  const clock = manualClock();
  node.handlers.set('never', () => undefined);
  await using client = await connect(node, clock);
  const call = client.call('database', 'never', [], 3000);
  const failed = assert.rejects(call, (error: unknown) => error instanceof ConnectionError && error.sent);
  await until('the call', () => node.count('never') === 1);
  await clock.advance(3000);
  await failed;
});

test('calls in flight fail when the connection drops, and later ones at once', async () => {
  await using node = await FakeNode.start();
  node.handlers.set('never', () => undefined);
  await using client = await connect(node);
  const call = client.call('database', 'never', []);
  const failed = assert.rejects(call, (error: unknown) => error instanceof ConnectionError && error.sent);
  await until('the call', () => node.count('never') === 1);
  node.dropConnections();
  await failed;
  await client.closed;
  await assert.rejects(
    client.call('database', 'get_chain_id', []),
    (error: unknown) => error instanceof ConnectionError && !error.sent,
  );
});

test('an address where nobody listens is refused with the reason', async () => {
  const node = await FakeNode.start();
  const { url } = node;
  await node[Symbol.asyncDispose]();
  await assert.rejects(NodeClient.connect(url, { clock: systemClock, signal }), /ECONNREFUSED/);
});
