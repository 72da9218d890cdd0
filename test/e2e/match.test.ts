import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readObject } from '../../core/chain/objects.ts';
import type { ChainEvent, ChainMarket, ObjectId } from '../../core/chain/types.ts';
import { CALLS, type Call, type Incident, type JsonObject } from '../../core/incidents/types.ts';
import { assertNoErrors, assertNothingProposedTwice, report } from './agreement/findings.ts';
import { aMatch, eventIdOf, reportsOf } from './agreement/match.ts';
import { openStage, type Stage } from './agreement/stage.ts';

const HOME = 'Washington Capitals';
const AWAY = 'New York Islanders';
const TOTAL = {
  types: [
    { type: 'ou', value: '5.5' },
    { type: 'hc', value: '-1', participant: HOME },
  ],
};

const isDone = async (stage: Stage, match: readonly Incident[], call: Call): Promise<boolean> => {
  const latest = await Promise.all(stage.ours.map((witness) => witness.latest(eventIdOf(match), call)));
  return latest.every((decision) => decision?.status === 'done' && decision.final);
};

/** Reports a call to all witnesses and waits until it is done for good. */
async function play(
  stage: Stage,
  match: readonly Incident[],
  call: Call,
  reports?: Readonly<Record<string, JsonObject>>,
): Promise<void> {
  await report(stage, reports ? reportsOf(match, call, reports) : match);
  await stage.blocksUntil(`the end of ${call}`, () => isDone(stage, match, call));
}

/** Ids of all that belongs to the one match on chain. */
function idsOf({ devnet }: Stage): { event: ObjectId; groups: ObjectId[]; markets: ObjectId[] } {
  const { events, marketGroups, markets } = devnet.chain.sports();
  const [event, ...others] = events;
  assert.equal(others.length, 0);
  return {
    event: String(event?.id),
    groups: marketGroups.map(({ id }) => String(id)),
    markets: markets.map(({ id }) => String(id)),
  };
}

const statusOf = ({ devnet }: Stage) => devnet.chain.sports().events[0]?.status;

/** What the bookie API still knows of things that are gone. */
async function past(stage: Stage, ids: readonly ObjectId[]) {
  const [witness] = stage.ours;
  const raw = await witness?.chain.call('bookie', 'get_objects', [ids]);
  assert.ok(Array.isArray(raw));
  return raw.map(readObject);
}

async function pastEvent(stage: Stage, id: ObjectId): Promise<ChainEvent> {
  const [object] = await past(stage, [id]);
  assert.equal(object?.kind, 'events');
  return object.value;
}

async function pastMarkets(stage: Stage, ids: readonly ObjectId[]): Promise<readonly ChainMarket[]> {
  return (await past(stage, ids)).map((object) => {
    assert.equal(object?.kind, 'markets');
    return object.value;
  });
}

/** `Under 5.5 Goals: win`, each once, sorted. */
function outcomes(markets: readonly ChainMarket[]): readonly string[] {
  const lines = markets.map(({ description, resolution }) => {
    const text = description.find(([key]) => key === 'en')?.[1];
    return `${text}: ${resolution}`;
  });
  return [...new Set(lines)].sort();
}

async function decisionOf(stage: Stage, match: readonly Incident[], call: Call) {
  return Promise.all(stage.ours.map((witness) => witness.latest(eventIdOf(match), call)));
}

async function assertAllDone(stage: Stage, match: readonly Incident[]): Promise<void> {
  for (const call of CALLS) {
    for (const decision of await decisionOf(stage, match, call)) {
      if (!decision) continue;
      assert.equal(decision.status, 'done', `${call}: ${JSON.stringify(decision.reasons)}`);
      assert.equal(decision.alert, undefined, call);
    }
  }
}

describe('three witnesses of ours among five play a match', () => {
  it('from its creation to its settlement, with the right winners although one of three providers lies', async () => {
    await using stage = await openStage();
    const match = aMatch(HOME, AWAY);
    await play(stage, match, 'create');
    await play(stage, match, 'dynamic_bmgs', { a: TOTAL, b: TOTAL });
    const ids = idsOf(stage);
    assert.equal(ids.groups.length, 6, 'money line, total and handicap in two assets');
    assert.equal(ids.markets.length, 12);

    await play(stage, match, 'in_progress', { a: {} });
    assert.equal(statusOf(stage), 'in_progress');
    await play(stage, match, 'finish', { a: {} });
    assert.equal(statusOf(stage), 'finished');

    await report(stage, reportsOf(match, 'result', { liar: { home_score: '0', away_score: '7' } }));
    await stage.blocks(3);
    assert.equal(stage.devnet.chain.proposals().length, 0, 'one provider is not enough');
    await report(stage, reportsOf(match, 'result', { a: { home_score: '3', away_score: '1' } }));
    await stage.blocks(3);
    assert.equal(stage.devnet.chain.proposals().length, 0, 'two that differ are undecided');
    await play(stage, match, 'result', { b: { home_score: '3', away_score: '1' } });

    assert.deepEqual(stage.devnet.chain.sports().events, []);
    assert.equal((await pastEvent(stage, ids.event)).status, 'settled');
    assert.deepEqual(outcomes(await pastMarkets(stage, ids.markets)), [
      `${AWAY} (1.5): not_win`,
      `${AWAY}: not_win`,
      'Over 5.5 Goals: not_win',
      'Under 5.5 Goals: win',
      `${HOME} (-1.5): win`,
      `${HOME}: win`,
    ]);
    await assertAllDone(stage, match);
    assertNothingProposedTwice(stage);
    assertNoErrors(stage);
  });

  it('with its scores when the result comes before the finish', async () => {
    await using stage = await openStage();
    const match = aMatch(HOME, AWAY);
    await play(stage, match, 'create');
    const { event } = idsOf(stage);
    const score = { home_score: '1', away_score: '4' };
    await play(stage, match, 'result', { a: score, b: score });
    const { status, scores } = await pastEvent(stage, event);
    assert.deepEqual({ status, scores }, { status: 'settled', scores: ['1', '4'] });

    await play(stage, match, 'finish', { a: {} });
    await play(stage, match, 'in_progress', { a: {} });
    await assertAllDone(stage, match);
    for (const decision of await decisionOf(stage, match, 'finish')) {
      assert.match(decision?.reasons[0]?.text ?? '', /is over: settled 1:4/, 'read from the bookie API');
    }
    assertNoErrors(stage);
  });

  it('that is canceled: bets are refunded, and nothing is created again', async () => {
    await using stage = await openStage();
    const match = aMatch(HOME, AWAY);
    await play(stage, match, 'create');
    const ids = idsOf(stage);
    await play(stage, match, 'canceled', { a: { reason: 'fog' } });
    assert.deepEqual(stage.devnet.chain.sports().events, []);
    assert.equal((await pastEvent(stage, ids.event)).status, 'canceled');
    assert.deepEqual(
      (await pastMarkets(stage, ids.markets)).map(({ status }) => status),
      ids.markets.map(() => 'canceled'),
    );

    // Reports that come late change nothing, also on a witness that hears of them for the first time.
    const score = { home_score: '3', away_score: '1' };
    await play(stage, match, 'result', { a: score, b: score });
    await report(stage, match);
    await stage.blocks(5);
    assert.deepEqual(stage.devnet.chain.sports().events, []);
    assert.equal(stage.devnet.chain.proposals().length, 0);
    await assertAllDone(stage, match);
    assertNothingProposedTwice(stage);
    assertNoErrors(stage);
  });

  it('and tells of a different result that comes after the settlement', async () => {
    await using stage = await openStage();
    const match = aMatch(HOME, AWAY);
    await play(stage, match, 'create');
    const score = { home_score: '3', away_score: '1' };
    await play(stage, match, 'result', { a: score, b: score });
    const corrected = { home_score: '3', away_score: '4' };
    await report(stage, reportsOf(match, 'result', { a: corrected, b: corrected, c: corrected }));
    await stage.blocks(2);
    for (const decision of await decisionOf(stage, match, 'result')) {
      assert.match(decision?.alert ?? '', /now agree on 3:4.*no correction/);
      assert.equal(decision?.final, true);
    }
    assert.equal(stage.devnet.chain.proposals().length, 0);
    assertNoErrors(stage);
  });
});
