import assert from 'node:assert/strict';
import type { Store } from '../../core/store/store.ts';
import type { StoreTest } from './store.ts';
import { minutes, NOON, sampleDecision, sampleIncident } from './store-samples.ts';

const FAR = minutes(1_000_000);

async function dueIds(store: Store, now = NOON, limit = 100): Promise<string[]> {
  return (await store.work.due(now, limit)).map(
    ({ eventId, call, causes }) => `${eventId} ${call} ${causes.join('+')}`,
  );
}

export function workConformance(storeTest: StoreTest): void {
  storeTest('nothing is due in an empty store', async (store) => {
    assert.deepEqual(await store.work.due(FAR, 10), []);
    assert.equal(await store.work.countDue(FAR), 0);
  });

  storeTest('an unseen incident makes its call due until it is marked', async (store) => {
    const [create, result] = [sampleIncident(), sampleIncident({ call: 'result', receivedAt: minutes(1) })];
    await store.incidents.insert(create);
    await store.incidents.insert(result);
    const { eventId } = create;
    assert.deepEqual(await dueIds(store), [`${eventId} create incident`, `${eventId} result incident`]);
    assert.equal(await store.work.countDue(NOON), 2);
    await store.incidents.markSeen([create]);
    assert.deepEqual(await store.work.dueOfEvent(eventId, NOON), [
      { eventId, call: 'result', causes: ['incident'] },
    ]);
    assert.deepEqual(await store.work.dueOfEvent('another', NOON), []);
  });

  storeTest('a duplicate makes its call due again', async (store) => {
    const incident = sampleIncident();
    await store.incidents.insert(incident);
    await store.incidents.markSeen([incident]);
    assert.deepEqual(await dueIds(store), []);
    await store.incidents.insert({ ...incident, receivedAt: minutes(3) });
    assert.deepEqual(await dueIds(store), [`${incident.eventId} create request`]);
    const requests = await store.work.requests(incident.eventId);
    assert.deepEqual(requests, [
      { id: requests[0]!.id, eventId: incident.eventId, call: 'create', cause: 'duplicate', at: minutes(3) },
    ]);
    await store.work.answer(requests.map(({ id }) => id));
    assert.deepEqual(await dueIds(store), []);
  });

  storeTest('a request is open until it is answered; one that came meanwhile stays', async (store) => {
    const ask = (at: Date) => store.work.request({ eventId: 'e', call: 'sync', cause: 'sync', at });
    const first = await ask(NOON);
    const second = await ask(minutes(1));
    assert.notEqual(first.id, second.id);
    assert.deepEqual(await store.work.requests('e'), [first, second]);
    await store.work.answer([]);
    await store.work.answer([first.id, 'no such id']);
    await store.work.answer([first.id]);
    assert.deepEqual(await store.work.requests('e'), [second]);
    assert.deepEqual(await dueIds(store), ['e sync request']);
    const third = await ask(minutes(2));
    assert.notEqual(third.id, first.id);
    await store.work.answer([second.id, third.id]);
    assert.equal(await store.work.countDue(FAR), 0);
  });

  storeTest(
    'a timer makes a call due once it has passed, and only that of the latest decision',
    async (store) => {
      await store.decisions.insert(
        sampleDecision({ eventId: 'e', sequence: 1, status: 'postponed', retryAt: minutes(10) }),
      );
      assert.deepEqual(await dueIds(store, minutes(9)), []);
      assert.deepEqual(await dueIds(store, minutes(10)), ['e create timer']);
      assert.equal(await store.work.countDue(minutes(10)), 1);
      await store.decisions.insert(
        sampleDecision({ eventId: 'e', sequence: 2, status: 'postponed', retryAt: minutes(30) }),
      );
      assert.deepEqual(await dueIds(store, minutes(10)), []);
      assert.deepEqual(await store.work.dueOfEvent('e', minutes(30)), [
        { eventId: 'e', call: 'create', causes: ['timer'] },
      ]);
      await store.decisions.insert(
        sampleDecision({ eventId: 'e', sequence: 3, status: 'done', final: true }),
      );
      assert.deepEqual(await dueIds(store, FAR), []);
    },
  );

  storeTest('midway is due without a timer, and waits for one that it has', async (store) => {
    await store.decisions.insert(sampleDecision({ eventId: 'e', status: 'midway' }));
    await store.decisions.insert(sampleDecision({ eventId: 'f', status: 'midway', retryAt: minutes(5) }));
    assert.deepEqual(await dueIds(store), ['e create midway']);
    assert.deepEqual(await dueIds(store, minutes(5)), ['e create midway', 'f create timer+midway']);
  });

  storeTest(
    'midway comes first, then what has waited longest; a call with several causes comes once',
    async (store) => {
      const incident = sampleIncident({ receivedAt: minutes(3) });
      await store.incidents.insert(incident);
      await store.work.request({
        eventId: incident.eventId,
        call: 'create',
        cause: 'resend',
        at: minutes(9),
      });
      await store.work.request({ eventId: 'old', call: 'result', cause: 'replay', at: minutes(1) });
      await store.work.request({ eventId: 'new', call: 'result', cause: 'replay', at: minutes(8) });
      await store.decisions.insert(sampleDecision({ eventId: 'timer', retryAt: minutes(2) }));
      await store.decisions.insert(
        sampleDecision({ eventId: 'midway', status: 'midway', decidedAt: minutes(9) }),
      );
      const expected = [
        'midway create midway',
        'old result request',
        'timer create timer',
        `${incident.eventId} create incident+request`,
        'new result request',
      ];
      assert.deepEqual(await dueIds(store, minutes(10)), expected);
      assert.deepEqual(await dueIds(store, minutes(10), 2), expected.slice(0, 2));
      assert.equal(await store.work.countDue(minutes(10)), 5);
    },
  );

  storeTest('calls named unknown are stored and never due', async (store) => {
    const incident = sampleIncident({ call: 'unknown' });
    await store.incidents.insert(incident);
    await store.incidents.insert(incident);
    assert.equal((await store.incidents.ofEvent(incident.eventId))[0]?.sightings.length, 2);
    assert.deepEqual(await store.work.due(FAR, 10), []);
    assert.deepEqual(await store.work.dueOfEvent(incident.eventId, FAR), []);
    assert.equal(await store.work.countDue(FAR), 0);
  });
}
