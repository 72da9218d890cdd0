import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { falsified } from './liar.ts';
import { planEvening } from './plan.ts';
import { drawsFrom } from './plan-random.ts';
import { makeAcceptor } from './support-heard.ts';

const { deliveries } = planEvening({ seed: 3, matches: 40, cast: 'mixed' });
const told = [...new Set(deliveries.map(({ incident }) => incident))];
const AT = new Date('2026-10-01T18:00:00Z');

describe('the lying witness', () => {
  it('makes something else of about half of what it is told, and always the same', () => {
    const lies = told.filter((incident, index) => falsified(incident, drawsFrom(index)) !== incident);
    assert.ok(lies.length > told.length * 0.4 && lies.length < told.length * 0.6);
    for (const [index, incident] of told.entries()) {
      assert.deepEqual(falsified(incident, drawsFrom(index)), falsified(incident, drawsFrom(index)));
    }
  });

  it('makes of every call something that the entrance takes and that is another incident', () => {
    const accept = makeAcceptor();
    const calls = new Set<unknown>();
    for (const [index, incident] of told.entries()) {
      const lie = falsified(incident, drawsFrom(index));
      if (lie === incident) continue;
      calls.add(incident.call);
      assert.notEqual(
        accept(lie, AT).uniqueString,
        accept(incident, AT).uniqueString,
        JSON.stringify(incident),
      );
    }
    assert.deepEqual([...calls].sort(), [
      'canceled',
      'create',
      'dynamic_bmgs',
      'finish',
      'in_progress',
      'result',
    ]);
  });
});
