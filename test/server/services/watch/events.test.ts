import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { BosClient } from '../../../../client/index.ts';
import type { ChainEvent, ChainView } from '../../../../core/chain/types.ts';
import { diffSports } from '../../../../core/decide/diff-sports.ts';
import { eventName } from '../../../../core/sports/texts.ts';
import { Call, CallStatus } from '../../../../gen/bos/v1/call_pb.js';
import type { WatchEventsResponse } from '../../../../gen/bos/v1/event_service_pb.js';
import { sampleDecision } from '../../../conformance/store-samples.ts';
import { makeWorld, type World } from '../../../support/view-builder.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../../harness.ts';
import { named, type Reading, reading, startBeside } from './support.ts';

function watch(
  client: BosClient,
  request: {
    cursor?: string;
    eventIds?: string[];
    filter?: { call?: Call; statuses?: CallStatus[]; contains?: string };
  } = {},
): Reading<WatchEventsResponse> {
  return reading(
    (options) => client.events.watchEvents(request, options),
    ({ event }) => event !== undefined,
  );
}

const incident = (changes: Record<string, unknown> = {}, start = '2030-03-16T23:02:00Z') =>
  incidentJson({ id: { ...(incidentJson().id as object), start_time: start }, ...changes });
const LATER_ID = EVENT_ID.replace('2030-03-16', '2030-04-16');

describe('watching events', () => {
  let harness: Harness;
  let client: BosClient;
  before(async () => {
    harness = await startHarness();
    client = harness.client();
    await harness.post('/trigger', incident());
  });
  after(() => harness[Symbol.asyncDispose]());
  let sequence = 0;
  const decide = (options: Parameters<typeof sampleDecision>[0] = {}) => {
    sequence += 1;
    return harness.ctx.store.decisions.insert(sampleDecision({ eventId: EVENT_ID, sequence, ...options }));
  };

  it('begins with a cursor, then tells of new incidents and decisions with the event as it is now', async () => {
    await using stream = watch(client);
    assert.equal((await stream.next())?.event, undefined);
    await harness.post('/trigger', incident({ call: 'in_progress', arguments: {} }));
    const told = await stream.told();
    assert.equal(told.event?.id, EVENT_ID);
    assert.deepEqual(
      told.event?.calls.map(({ call }) => call),
      [Call.CREATE, Call.IN_PROGRESS],
    );
    await decide({ status: 'undecided' });
    const [call] = (await stream.told()).event?.calls ?? [];
    assert.equal(call?.status, CallStatus.UNDECIDED);
    assert.equal(call?.decisionSequence, 1);
  });

  it('tells an event that several things touched once, and none twice after a break', async () => {
    const first = watch(client);
    const { cursor = '' } = (await first.next()) ?? {};
    await first.leave();
    await harness.post('/trigger', incident({ call: 'finish', arguments: {} }));
    await harness.post('/trigger', incident({}, '2030-04-16T23:00:00Z'));
    await decide();
    await decide();
    await using beside = await startBeside(harness);
    const second = watch(beside.client({ transport: 'grpc' }), { cursor });
    const one = await second.told();
    assert.equal(one.event?.id, LATER_ID);
    await second.leave();
    await using third = watch(client, { cursor: one.cursor });
    const two = await third.told();
    assert.equal(two.event?.id, EVENT_ID);
    assert.equal(two.event?.calls[0]?.decisionSequence, sequence);
    await using fourth = watch(client, { cursor: two.cursor });
    assert.equal((await fourth.next())?.event, undefined);
    await decide();
    assert.equal((await fourth.told()).event?.calls[0]?.decisionSequence, sequence);
  });

  it('tells only of what the filter and the ids let through, as events are now', async () => {
    await using waiting = watch(client, { filter: { call: Call.CREATE, statuses: [CallStatus.WAITING] } });
    await using later = watch(client, { eventIds: [LATER_ID] });
    await using text = watch(client, { filter: { contains: 'NHL-Regular' } });
    await Promise.all([waiting.next(), later.next(), text.next()]);
    await decide({ status: 'undecided' });
    assert.equal((await text.told()).event?.id, EVENT_ID);
    await harness.ctx.store.incidents.insert(named('of-another-league'));
    await decide({ status: 'waiting' });
    assert.equal((await waiting.told()).event?.calls[0]?.status, CallStatus.WAITING);
    assert.equal((await text.told()).event?.calls[0]?.status, CallStatus.WAITING);
    await decide({ eventId: LATER_ID, sequence: 1 });
    assert.equal((await later.told()).event?.id, LATER_ID);
  });

  it('refuses a cursor whose part for the chain was changed', async () => {
    const cursor = Buffer.from('["events",0,0,"x"]').toString('base64url');
    const stream = watch(client, { cursor });
    await stream.next();
    await assert.rejects(stream.next(), /leave it out to watch from now on/);
  });

  describe('on chain', () => {
    let world: World;
    let leagueId: string;
    let chainEventId: string;
    const block = (touched: string[], view: Partial<ChainView> = {}) => {
      world.block();
      harness.chain.set({ ...world.view(), ...view }, 'block', touched);
    };

    beforeEach(() => {
      world = makeWorld({ time: '2030-03-14T12:00:00Z' });
      const { data, normalizer } = harness.ctx.sports.current();
      world.execute(diffSports(world.view(), data).map(({ operation }) => operation));
      const found = normalizer.match({
        sport: 'Ice Hockey',
        eventGroupName: 'NHL',
        startTime: new Date('2030-03-16T23:00:00Z'),
        home: 'Washington Capitals',
        away: 'New York Islanders',
      });
      assert.ok(found.ok);
      const { eventGroup, home, away } = found.match;
      const view = world.view();
      const groups = view.sports().flatMap((sport) => view.eventGroups(sport.id));
      leagueId = groups.find(({ name }) => name.some(([, text]) => text === 'NHL Regular Season'))?.id ?? '';
      const event = {
        name: eventName(eventGroup, home, away),
        season: [['en', '2030']],
        start_time: '2030-03-16T23:00:00',
        event_group_id: leagueId,
      };
      harness.chain.set(world.view());
      [chainEventId = ''] = world.execute([[56, event]]);
    });

    it('tells when its objects appear, change and go', async () => {
      await using stream = watch(client);
      await stream.next();
      block([leagueId, chainEventId]);
      const appeared = (await stream.told()).event;
      assert.deepEqual([appeared?.id, appeared?.chain?.id], [EVENT_ID, chainEventId]);
      world.setEventStatus(chainEventId, 'in_progress');
      block([chainEventId]);
      assert.equal((await stream.told()).event?.chain?.status, 'in_progress');
      world.remove(chainEventId);
      block([chainEventId]);
      assert.equal((await stream.told()).event?.chain, undefined);
    });

    it('goes on behind a cursor on another server that saw the same blocks', async () => {
      await using beside = await startBeside(harness);
      beside.chain.set(harness.chain.view() as ChainView);
      const follow = (touched: string[]) => {
        block(touched);
        beside.chain.set(harness.chain.view() as ChainView, 'block', touched);
      };
      await using first = watch(client);
      await first.next();
      follow([chainEventId]);
      const { cursor } = await first.told();
      follow([]);
      world.setEventStatus(chainEventId, 'in_progress');
      follow([chainEventId]);
      await using second = watch(beside.client(), { cursor });
      const told = await second.told();
      assert.equal(told.event?.chain?.status, 'in_progress');
      await using third = watch(beside.client(), { cursor: told.cursor });
      assert.equal((await third.next())?.event, undefined);
      await decide();
      assert.equal((await third.told()).event?.calls[0]?.decisionSequence, sequence);
    });

    it('tells again of what is on chain behind a place that the server does not know', async () => {
      block([chainEventId]);
      const { incidents, decisions } = await harness.ctx.store.changes.last();
      const cursor = Buffer.from(
        JSON.stringify(['events', incidents, decisions, '7-00000000deadbeef']),
      ).toString('base64url');
      await using stream = watch(client, { cursor });
      assert.equal((await stream.told()).event?.chain?.id, chainEventId);
    });

    it('is not told of events that no incident speaks of', async () => {
      const other: ChainEvent = {
        id: '1.22.77',
        name: [['en', 'Nobody v Nobody']],
        season: [],
        start_time: '2030-03-16T23:00:00',
        event_group_id: leagueId,
        scores: [],
        status: 'upcoming',
      };
      await using stream = watch(client);
      await stream.next();
      block([other.id], { events: (group) => (group === leagueId ? [other] : []) });
      block([chainEventId]);
      assert.equal((await stream.told()).event?.chain?.id, chainEventId);
    });
  });
});
