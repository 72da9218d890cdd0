import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { State } from '../../../devnet/state/state.ts';

type Step = {
  readonly what: 'create' | 'update' | 'remove' | 'begin' | 'undo' | 'merge';
  readonly at: number;
};

const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom('create', 'update', 'remove', 'begin', 'undo', 'merge'),
    at: fc.nat(20),
  }),
  { maxLength: 60 },
);

/** Everything that matters of a state, in one order. */
function picture(state: State): unknown {
  return [state.all('sport'), state.nextInstance('sport')];
}

function change(state: State, { what, at }: Step): void {
  const sports = state.all('sport');
  const chosen = sports[at % Math.max(1, sports.length)];
  if (what === 'create') state.create('sport', { name: [['en', String(at)]] });
  else if (chosen && what === 'update') state.update('sport', chosen.id, { name: [['en', `changed ${at}`]] });
  else if (chosen && what === 'remove') state.remove('sport', chosen.id);
}

test('undoing a session brings back what was before it, whatever happened inside', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const state = new State();
      const before: unknown[] = [];
      for (const step of list) {
        if (step.what === 'begin') {
          before.push(picture(state));
          state.begin();
        } else if (step.what === 'undo' && before.length > 0) {
          state.undo();
          assert.deepEqual(picture(state), before.pop());
        } else if (step.what === 'merge' && before.length > 0) {
          state.merge();
          before.pop();
        } else {
          change(state, step);
        }
      }
      while (before.length > 0) {
        state.undo();
        assert.deepEqual(picture(state), before.pop());
      }
    }),
  );
});

test('a step that throws leaves nothing behind, and ids are not used twice', () => {
  const state = new State();
  assert.equal(state.create('sport', { name: [] }).id, '1.20.0');
  assert.throws(() =>
    state.attempt(() => {
      state.create('sport', { name: [] });
      state.get('event', '1.22.0');
    }),
  );
  state.remove('sport', '1.20.0');
  assert.equal(state.create('sport', { name: [] }).id, '1.20.1');
  assert.deepEqual(state.present('1.20.0'), undefined);
});
