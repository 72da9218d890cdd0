import assert from 'node:assert/strict';
import type { UnknownName } from '../../core/incidents/types.ts';
import type { Page, PageRequest } from '../../core/page.ts';
import { MAX_REFUSED_BODIES, MAX_UNKNOWN_NAMES } from '../../core/store/limits.ts';
import type { StoreTest } from './store.ts';
import { minutes, NOON } from './store-samples.ts';

async function allPages<T>(list: (page: PageRequest) => Promise<Page<T>>, pageSize: number): Promise<T[]> {
  const items: T[] = [];
  let pageToken: string | undefined;
  do {
    const page = await list({ pageSize, ...(pageToken && { pageToken }) });
    items.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return items;
}

const team = (name: string): UnknownName => ({
  kind: 'participant',
  name,
  sport: 'Hockey',
  eventGroup: 'League',
});

export function refusedConformance(storeTest: StoreTest): void {
  storeTest('a refused body is kept once, however its keys are ordered, and counted', async (store) => {
    const unknown = [team('Nobody')];
    await store.refused.insert({
      body: { a: 1, b: { c: 2, d: 3 } },
      unknown,
      provider: 'one',
      receivedAt: NOON,
    });
    await store.refused.insert({
      body: { b: { d: 3, c: 2 }, a: 1 },
      unknown,
      provider: 'one',
      receivedAt: minutes(1),
    });
    await store.refused.insert({ body: { a: 2 }, unknown, provider: 'two', receivedAt: minutes(2) });
    const { items } = await store.refused.list({});
    assert.deepEqual(items, [
      { body: { a: 2 }, unknown, provider: 'two', receivedAt: minutes(2), count: 1 },
      { body: { a: 1, b: { c: 2, d: 3 } }, unknown, provider: 'one', receivedAt: minutes(1), count: 2 },
    ]);
  });

  storeTest(
    'unknown names are counted by kind, name, sport and league, with who sent them',
    async (store) => {
      const sport: UnknownName = { kind: 'sport', name: 'Quidditch' };
      const season: UnknownName = {
        kind: 'event_group',
        name: 'League',
        sport: 'Hockey',
        outOfSeason: '2020 to 2022',
      };
      const insert = (n: number, provider: string, unknown: readonly UnknownName[]) =>
        store.refused.insert({ body: { n }, unknown, provider, receivedAt: minutes(n) });
      await insert(1, 'two', [sport]);
      await insert(2, 'one', [team('Nobody'), team('Noone')]);
      await insert(3, 'one', [sport, season]);
      await insert(4, 'one', [sport]);
      const names = await allPages((page) => store.refused.unknownNames(page), 2);
      const byName = new Map(names.map((name) => [`${name.kind} ${name.name}`, name]));
      assert.equal(names.length, 4);
      assert.deepEqual(byName.get('sport Quidditch'), {
        ...sport,
        providers: ['one', 'two'],
        count: 3,
        first: minutes(1),
        last: minutes(4),
      });
      assert.deepEqual(byName.get('event_group League'), {
        ...season,
        providers: ['one'],
        count: 1,
        first: minutes(3),
        last: minutes(3),
      });
      assert.equal(byName.get('participant Noone')?.count, 1);
    },
  );

  storeTest('of 50 parallel repeats every one is counted', async (store) => {
    await Promise.all(
      Array.from({ length: 50 }, () =>
        store.refused.insert({ body: { a: 1 }, unknown: [team('X')], provider: 'one', receivedAt: NOON }),
      ),
    );
    assert.equal((await store.refused.list({})).items[0]?.count, 50);
    assert.equal((await store.refused.unknownNames({})).items[0]?.count, 50);
  });

  storeTest('bodies and names are bounded by number; the oldest go first', async (store) => {
    const total = Math.max(MAX_REFUSED_BODIES, MAX_UNKNOWN_NAMES) + 5;
    await Promise.all(
      Array.from({ length: total }, (_, i) =>
        store.refused.insert({
          body: { i },
          unknown: [team(`team ${i}`)],
          provider: 'one',
          receivedAt: new Date(NOON.getTime() + i),
        }),
      ),
    );
    const bodies = await allPages((page) => store.refused.list(page), 400);
    const names = await allPages((page) => store.refused.unknownNames(page), 400);
    assert.equal(bodies.length, MAX_REFUSED_BODIES);
    assert.equal(names.length, MAX_UNKNOWN_NAMES);
    assert.equal(new Set(bodies.map(({ body }) => body.i)).size, bodies.length);
    assert.ok(bodies.every(({ body }) => Number(body.i) >= total - MAX_REFUSED_BODIES));
  });

  storeTest(
    'bodies that were taken after all and names that mean something go, the others stay',
    async (store) => {
      const sport: UnknownName = { kind: 'sport', name: 'Quidditch' };
      const insert = (n: number, unknown: readonly UnknownName[]) =>
        store.refused.insert({ body: { n }, unknown, provider: 'one', receivedAt: minutes(n) });
      await insert(1, [team('Nobody')]);
      await insert(2, [team('Nobody'), team('Noone')]);
      await insert(3, [sport]);
      await store.refused.remove([{ n: 1 }, { n: 3 }, { n: 99 }]);
      await store.refused.remove([{ n: 1 }]);
      assert.deepEqual(
        (await store.refused.list({})).items.map(({ body }) => body),
        [{ n: 2 }],
      );
      // Another league's, and another spelling: not these.
      await store.refused.forget([{ ...team('Noone'), eventGroup: 'Other' }, team('noone')]);
      await store.refused.forget([sport, team('Nobody'), team('Nobody')]);
      await store.refused.forget([]);
      await store.refused.remove([]);
      assert.deepEqual(
        (await store.refused.unknownNames({})).items.map(({ name, count }) => [name, count]),
        [['Noone', 1]],
      );
    },
  );

  storeTest('bodies and names that nobody sent for long go', async (store) => {
    const old = new Date('2001-01-01T00:00:00Z');
    await store.refused.insert({
      body: { old: true },
      unknown: [team('Old')],
      provider: 'one',
      receivedAt: old,
    });
    await store.refused.insert({
      body: { old: false },
      unknown: [team('New')],
      provider: 'one',
      receivedAt: NOON,
    });
    assert.deepEqual(
      (await store.refused.list({})).items.map(({ body }) => body),
      [{ old: false }],
    );
    assert.deepEqual(
      (await store.refused.unknownNames({})).items.map(({ name }) => name),
      ['New'],
    );
  });
}
