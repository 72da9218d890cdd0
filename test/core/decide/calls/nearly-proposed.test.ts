import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decide } from '../../../../core/decide/decide.ts';
import { changed, firstInRank, fullProposal, inputOf, inRankOrder, syncedWorld } from '../scenario.ts';

/** What create says of a peer's proposal whose event differs in these fields. */
function saidOf(differing: Readonly<Record<string, unknown>>): readonly string[] {
  const world = syncedWorld();
  const [event, ...rest] = fullProposal(world);
  assert.ok(event);
  const [, peer] = inRankOrder(world);
  assert.ok(peer);
  const id = world.propose(peer, [changed(event, differing), ...rest]);
  const decision = decide(inputOf(world.view(), { witness: firstInRank(world) }));
  assert.deepEqual(decision.approvals, [], 'it is not approved');
  return decision.reasons
    .filter(({ code }) => code === 'nearly_proposed')
    .map(({ text }) => text.replace(id, 'P'));
}

const BEGINNING = 'proposal P has nearly the same event, which is another one: ';

describe('an open proposal of nearly the same event', () => {
  it('is named with the difference when it starts some minutes later', () => {
    assert.deepEqual(saidOf({ start_time: '2026-01-20T19:06:00' }), [
      `${BEGINNING}start_time: wanted "2026-01-20T19:00:00", found "2026-01-20T19:06:00"`,
    ]);
  });

  it('is named with the difference when it is in another league', () => {
    assert.deepEqual(saidOf({ event_group_id: '1.21.7' }), [
      `${BEGINNING}event_group_id: wanted "1.21.0", found "1.21.7"`,
    ]);
  });

  it('is named with the difference when no language of its name is ours, but one of the teams is in it', () => {
    assert.deepEqual(saidOf({ name: [['en', 'Red Foxes at Blue Whale']] }), [
      `${BEGINNING}name.de: wanted "Blue Whales gegen Red Foxes", found nothing; name.en: wanted "Red Foxes @ Blue Whales", found "Red Foxes at Blue Whale"`,
    ]);
  });

  it('is not seen in other matches of the same time, nor in one of the same pair a day later', () => {
    assert.deepEqual(saidOf({ name: [['en', 'Green Frogs @ Grey Owls']] }), []);
    assert.deepEqual(saidOf({ start_time: '2026-01-21T19:00:00' }), []);
  });
});
