import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeChain } from '../../../core/chain/node-chain.ts';
import { ConnectionError, NodeError } from '../../../core/chain/node-error.ts';
import { readPast } from '../../../core/chain/past.ts';
import type { ClosedProposal } from '../../../core/chain/types.ts';

const event = (status: string) => ({
  id: '1.22.7',
  name: [['en', 'A v B']],
  season: [],
  start_time: null,
  event_group_id: '1.21.1',
  scores: ['3', '1'],
  status,
});
const group = (id: string, status = 'settled') => ({
  id,
  description: [],
  event_id: '1.22.7',
  rules_id: '1.23.0',
  asset_id: '1.3.0',
  never_in_play: false,
  delay_before_settling: 0,
  settling_time: null,
  status,
});
const market = (id: string, group_id: string, resolution: string) => ({
  id,
  group_id,
  description: [],
  payout_condition: [],
  resolution,
  status: 'settled',
});
const resolve = (instance: number, group_id: string, ...markets: string[]) => ({
  id: `1.11.${instance}`,
  op: [63, { betting_market_group_id: group_id, resolutions: markets.map((id) => [id, 'win']) }],
});
const other = (instance: number) => ({ id: `1.11.${instance}`, op: [72, {}] });

/** A node that has these objects in its bookie API, and this history, newest first. */
function nodeOf(objects: readonly { id: string }[], history: readonly { id: string }[] | undefined) {
  const calls: string[] = [];
  const call: NodeChain['call'] = async (api, method, params) => {
    calls.push(`${api}.${method}`);
    if (method === 'get_objects') {
      const [ids] = params as [string[]];
      return ids.map((id) => objects.find((object) => object.id === id) ?? null);
    }
    if (!history) throw new NodeError('history', { message: 'Assert Exception: _history_api: ' });
    const [, , limit, start] = params as [string, string, number, string];
    const first = Number(start.split('.')[2]) || Number.POSITIVE_INFINITY;
    return history.filter(({ id }) => Number(id.split('.')[2]) <= first).slice(0, limit);
  };
  return { call, calls };
}

describe('an event that is gone', () => {
  it('is read with the markets that its groups were resolved with', async () => {
    const [win, lost] = [market('1.25.1', '1.24.1', 'win'), market('1.25.2', '1.24.1', 'not_win')];
    const node = nodeOf(
      [event('settled'), group('1.24.1'), win, lost],
      [other(9), resolve(8, '1.24.1', '1.25.1', '1.25.2'), resolve(7, '1.24.9', '1.25.9')],
    );
    const past = await readPast(node, '1.22.7', ['1.24.1']);
    assert.deepEqual(past?.event.scores, ['3', '1']);
    assert.deepEqual(past?.groups, [{ group: group('1.24.1'), markets: [win, lost] }]);
    assert.equal(node.calls.length, 3);
  });

  it('is read by one call when the mirror saw its groups being resolved', async () => {
    const [win, lost] = [market('1.25.1', '1.24.1', 'win'), market('1.25.2', '1.24.1', 'not_win')];
    const executed = (outcome: ClosedProposal['outcome'], ...operations: unknown[]) =>
      ({
        outcome,
        proposal: { proposed_transaction: { operations } },
        block: 9,
      }) as unknown as ClosedProposal;
    const { op } = resolve(8, '1.24.1', '1.25.1', '1.25.2');
    const node = nodeOf([event('settled'), group('1.24.1'), win, lost], []);
    const closed = [
      executed('executed', [72, {}], op),
      executed('expired', resolve(9, '1.24.1', '1.25.9').op),
    ];
    const past = await readPast(node, '1.22.7', ['1.24.1'], closed);
    assert.deepEqual(past?.groups, [{ group: group('1.24.1'), markets: [win, lost] }]);
    assert.deepEqual(node.calls, ['bookie.get_objects']);
  });

  it('is looked for page by page, as far back as its groups need', async () => {
    const newer = Array.from({ length: 250 }, (_, at) => other(400 - at));
    const node = nodeOf(
      [event('settled'), group('1.24.1'), market('1.25.1', '1.24.1', 'win')],
      [...newer, resolve(150, '1.24.1', '1.25.1')],
    );
    const past = await readPast(node, '1.22.7', ['1.24.1']);
    assert.deepEqual(
      past?.groups[0]?.markets.map(({ id }) => id),
      ['1.25.1'],
    );
    assert.equal(node.calls.filter((call) => call.startsWith('history')).length, 3);
  });

  it('is told without groups that were canceled, or whose markets no history names', async () => {
    const objects = [event('settled'), group('1.24.1', 'canceled'), group('1.24.2')];
    for (const history of [[], undefined]) {
      const past = await readPast(nodeOf(objects, history), '1.22.7', ['1.24.1', '1.24.2']);
      assert.equal(past?.event.id, '1.22.7');
      assert.deepEqual(past.groups, []);
    }
  });

  it('is not told by a node that has no bookie API, no such event, or one that is not over', async () => {
    const refuse: NodeChain['call'] = () =>
      Promise.reject(new NodeError('bookie', { message: 'Assert Exception: _bookie_api: ' }));
    assert.equal(await readPast({ call: refuse }, '1.22.7', []), undefined);
    assert.equal(await readPast(nodeOf([], []), '1.22.7', []), undefined);
    assert.equal(await readPast(nodeOf([event('finished')], []), '1.22.7', []), undefined);
  });

  it('is not taken for unknown when no answer came', async () => {
    const lost: NodeChain['call'] = () => Promise.reject(new ConnectionError('get_objects: cut', true));
    await assert.rejects(readPast({ call: lost }, '1.22.7', []), ConnectionError);
  });
});
