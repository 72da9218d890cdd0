import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Doubts } from '../../../core/chain/doubts.ts';
import { readObject, type Tracked } from '../../../core/chain/objects.ts';
import type { ChainView } from '../../../core/chain/types.ts';
import { World } from '../../../core/chain/world.ts';
import { fakeEvent, fakeProposal } from '../../support/fake-node.ts';

const newWorld = () => new World({ chainId: 'x', assets: new Map() });
const head = { number: 1, id: '1', time: new Date(0) };
const event = (i: number, change: object = {}): Tracked => readObject(fakeEvent(i, { ...change }))!;

const shown = (view: ChainView) =>
  ['1.21.0', '1.21.1', '1.21.2'].map((group) =>
    view.events(group).map(({ id, status }) => `${id} ${status}`),
  );

test('creations tell which number comes next, and which were left out', () => {
  const world = newWorld();
  const next = () => Object.fromEntries(world.view(head, 0).nextInstances ?? []);
  assert.deepEqual(next(), {});
  assert.deepEqual(world.noteCreated('1.22.7'), []);
  assert.deepEqual(world.noteCreated('1.22.10'), ['1.22.8', '1.22.9']);
  assert.deepEqual(world.noteCreated('1.22.9'), [], 'it came late');
  assert.deepEqual(world.noteCreated('1.10.0'), []);
  assert.deepEqual(next(), { '1.22': 11, '1.10': 1 });
  assert.deepEqual(world.noteCreated('1.22.5000'), [], 'too many to read');
  assert.deepEqual(next(), { '1.10': 1 });
});

test('views show what was put and not removed, ascending by number, and never change', () => {
  const step = fc.record({
    id: fc.nat(12),
    group: fc.nat(2),
    status: fc.constantFrom('upcoming', 'frozen'),
    remove: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 8 }), (blocks) => {
      const world = newWorld();
      const model = new Map<number, { group: number; status: string }>();
      const taken: { view: ChainView; expected: unknown }[] = [];
      for (const steps of blocks) {
        for (const { id, group, status, remove } of steps) {
          if (remove) {
            world.remove(`1.22.${id}`);
            model.delete(id);
          } else {
            world.put(event(id, { event_group_id: `1.21.${group}`, status }));
            model.set(id, { group, status });
          }
        }
        const expected = [0, 1, 2].map((group) =>
          [...model]
            .filter(([, value]) => value.group === group)
            .sort(([a], [b]) => a - b)
            .map(([id, { status }]) => `1.22.${id} ${status}`),
        );
        taken.push({ view: world.view(head, 0), expected });
      }
      for (const { view, expected } of taken) assert.deepEqual(shown(view), expected);
    }),
  );
});

test('an equal object touches nothing; a changed one touches it and all it hangs under', () => {
  const world = newWorld();
  world.put(readObject({ id: '1.20.0', name: [] })!);
  world.put(readObject({ id: '1.21.3', name: [], sport_id: '1.20.0' })!);
  world.put(event(1));
  world.takeTouched();
  assert.equal(world.put(event(1)), false);
  assert.deepEqual([...world.takeTouched()], []);
  assert.equal(world.put(event(1, { status: 'frozen' })), true);
  assert.deepEqual([...world.takeTouched()].sort(), ['1.20.0', '1.21.3', '1.22.1']);
  world.putWitnessAccount({ active: { weight_threshold: 2, account_auths: [['1.2.9', 3]] } });
  assert.deepEqual([...world.takeTouched()], ['1.2.1']);
});

test('objects that views do not hold are no objects of ours, malformed ones are refused with their id', () => {
  assert.equal(readObject({ id: '1.26.7' }), undefined);
  assert.equal(readObject(fakeProposal(1, [], { required_active_approvals: ['1.2.0'] })), undefined);
  for (const raw of [null, 7, 'x', [], {}, { id: 7 }])
    assert.throws(() => readObject(raw), /expected an object of the chain/);
  assert.throws(() => readObject({ id: '1.22.1', name: 'x' }), /1\.22\.1: expected text in event_group_id/);
  assert.throws(() => readObject(fakeEvent(2, { status: 'completed' })), /1\.22\.2: expected one of/);
  assert.throws(() => readObject(fakeProposal(3, [[56]])), /1\.10\.3: expected \[tag, fields\]/);
});

test('a read is believed when a second one after a block agrees, and not when a notice came between', () => {
  const world = newWorld();
  const doubts = new Doubts();
  const read = (block: number, found: Tracked | null, position = doubts.position) =>
    doubts.consider(new Map([['1.22.1', found]]), { position, block }, world);
  read(1, event(1));
  assert.equal(world.get('1.22.1'), undefined);
  read(1, event(1));
  assert.equal(world.get('1.22.1'), undefined, 'no block between');
  read(2, event(1));
  assert.deepEqual(world.get('1.22.1'), event(1));
  const before = doubts.position;
  doubts.notice('1.22.1');
  world.put(event(1, { status: 'frozen' }));
  read(3, event(1), before);
  read(4, event(1), before);
  assert.equal(doubts.ids().length, 0, 'reads from before the notice do not count');
  read(5, null);
  read(6, event(1, { status: 'frozen' }));
  assert.equal(doubts.ids().length, 0, 'what was pending has been dropped');
  read(7, null);
  assert.deepEqual(read(8, null), [event(1, { status: 'frozen' })]);
  assert.equal(world.get('1.22.1'), undefined);
});
