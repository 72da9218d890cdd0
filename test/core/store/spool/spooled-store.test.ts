import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type Clock, systemClock } from '../../../../core/clock.ts';
import { BosError } from '../../../../core/errors.ts';
import type { Incident } from '../../../../core/incidents/types.ts';
import { silentLog } from '../../../../core/log.ts';
import { openSpool, type Spool } from '../../../../core/store/spool/spool.ts';
import { spooledStore } from '../../../../core/store/spool/spooled-store.ts';
import { openSqliteStore } from '../../../../core/store/sqlite/open.ts';
import type { Store } from '../../../../core/store/store.ts';
import { sampleIncident } from '../../../conformance/store-samples.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { quickClock } from '../../../support/quick-clock.ts';
import { until } from '../../../support/until.ts';

const root = mkdtempSync(join(tmpdir(), 'bos-spooled-'));
after(() => rmSync(root, { recursive: true }));

/** What the test does to the store. */
interface Weather {
  state: 'fine' | 'away' | 'silent';
  /** What the store answers late, when it was silent. */
  release: () => void;
}

interface Rig extends AsyncDisposable {
  readonly store: Store;
  readonly below: Store;
  readonly spool: Spool;
  readonly weather: Weather;
  readonly told: string[];
}

let rigs = 0;
async function openRig(folder = join(root, `rig-${++rigs}`), clock: Clock = quickClock): Promise<Rig> {
  await using owned = new AsyncDisposableStack();
  const options = { path: join(folder, 'bos.db'), clock: systemClock, log: silentLog };
  const below = owned.use(await openSqliteStore(options));
  const released = Promise.withResolvers<void>();
  const weather: Weather = { state: 'fine', release: released.resolve };
  const inWeather = async <T>(body: () => Promise<T>): Promise<T> => {
    if (weather.state === 'away') throw new BosError('unavailable', 'the store is away');
    if (weather.state === 'silent') await released.promise;
    return body();
  };
  const weathered: Store = {
    ...below,
    incidents: {
      ...below.incidents,
      insert: (incident) => inWeather(() => below.incidents.insert(incident)),
    },
    refused: {
      ...below.refused,
      insert: (body) => inWeather(() => below.refused.insert(body)),
    },
    check: () => inWeather(() => below.check()),
  };
  const spool = owned.use(await openSpool({ folder: join(folder, 'spool'), log: silentLog }));
  const told: string[] = [];
  const onDrained = ({ provider }: Incident) => void told.push(provider);
  const store = owned.use(spooledStore(weathered, spool, { clock, log: silentLog, onDrained }));
  const kept = owned.move();
  return { store, below, spool, weather, told, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const by = (provider: string) => sampleIncident({ provider });
const providers = async ({ below }: Rig) =>
  (await below.incidents.ofEvent(by('').eventId)).map((i) => i.provider);

describe('a store with a spool', () => {
  it('is the store while that is there', async () => {
    await using rig = await openRig();
    assert.equal((await rig.store.incidents.insert(by('one'))).outcome, 'new');
    assert.equal((await rig.store.incidents.insert(by('one'))).outcome, 'duplicate');
    assert(rig.spool.isEmpty);
  });

  it('takes incidents while the store is away, and brings them in order when it is back', async () => {
    await using rig = await openRig();
    rig.weather.state = 'away';
    const { outcome, incident } = await rig.store.incidents.insert(by('one'));
    assert.deepEqual([outcome, incident.provider, incident.seen], ['new', 'one', false]);
    for (const provider of ['two', 'three']) await rig.store.incidents.insert(by(provider));
    await rig.store.check();
    assert.deepEqual([rig.spool.count, await providers(rig)], [3, []]);
    rig.weather.state = 'fine';
    await until('drained', () => rig.spool.isEmpty);
    assert.deepEqual(await providers(rig), ['one', 'two', 'three']);
    assert.deepEqual(rig.told, ['one', 'two', 'three']);
  });

  it('has them after its process has died as well', async () => {
    const folder = join(root, 'died');
    {
      await using rig = await openRig(folder);
      rig.weather.state = 'away';
      await rig.store.incidents.insert(by('one'));
    }
    await using rig = await openRig(folder);
    await until('drained', () => rig.spool.isEmpty);
    assert.deepEqual(await providers(rig), ['one']);
  });

  it('answers from the spool when the store says nothing, and does not store twice what it took after all', async () => {
    await using rig = await openRig();
    rig.weather.state = 'silent';
    await rig.store.incidents.insert(by('one'));
    assert.equal(rig.spool.count, 1);
    await rig.store.check();
    rig.weather.state = 'fine';
    rig.weather.release();
    await until('drained', () => rig.spool.isEmpty);
    const [stored] = await rig.below.incidents.ofEvent(by('').eventId);
    assert.equal(stored?.sightings.length, 1);
  });

  it('says duplicate of an incident that the spool itself holds', async () => {
    await using rig = await openRig();
    await rig.store.incidents.insert(by('stored'));
    rig.weather.state = 'away';
    const outcomes = [];
    for (const provider of ['one', 'one', 'two', 'stored']) {
      outcomes.push((await rig.store.incidents.insert(by(provider))).outcome);
    }
    // What only the store knows comes out when it is drained: as a repeated report.
    assert.deepEqual(outcomes, ['new', 'duplicate', 'new', 'new']);
    rig.weather.state = 'fine';
    await until('drained', () => rig.spool.isEmpty);
    const stored = await rig.below.incidents.ofEvent(by('').eventId);
    assert.deepEqual(
      stored.map(({ provider, sightings }) => [provider, sightings.length]),
      [
        ['stored', 2],
        ['one', 2],
        ['two', 1],
      ],
    );
  });

  it('keeps bodies that were refused for their names as well, so that they can be submitted later', async () => {
    await using rig = await openRig();
    const refused = (home: string) => ({
      body: { id: { home } },
      unknown: [{ kind: 'participant', name: home, sport: 'Hockey' }] as const,
      provider: 'one',
      receivedAt: systemClock.now(),
    });
    await rig.store.refused.insert(refused('at once'));
    assert.equal((await rig.below.refused.list({})).items.length, 1);
    rig.weather.state = 'away';
    await rig.store.refused.insert(refused('away'));
    await rig.store.incidents.insert(by('one'));
    await rig.store.refused.insert(refused('behind others'));
    assert.equal(rig.spool.count, 1);
    rig.weather.state = 'fine';
    await until('drained', () => rig.spool.isEmpty);
    const { items } = await rig.store.refused.list({});
    assert.deepEqual(
      new Set(items.map(({ body }) => body.id)),
      new Set(['at once', 'away', 'behind others'].map((home) => ({ home }))),
    );
    assert.deepEqual(rig.told, ['one']);
  });

  it('drains in the end although the store owes an answer, for what was answered from the spool', async () => {
    const clock = manualClock();
    await using rig = await openRig(undefined, clock);
    rig.weather.state = 'silent';
    const first = rig.store.incidents.insert(by('one'));
    await until('patience', () => clock.sleepers === 2);
    await clock.advance(400);
    await first;
    rig.weather.state = 'fine';
    await rig.store.incidents.insert(by('two'));
    await clock.advance(59_000);
    assert.deepEqual(await providers(rig), []);
    await clock.advance(1_000);
    await until('drained', () => rig.spool.isEmpty);
    assert.deepEqual(await providers(rig), ['one', 'two']);
    // What it owed comes after all: a repeated report.
    rig.weather.release();
    await until('the late answer', async () => {
      const [one] = await rig.below.incidents.ofEvent(by('').eventId);
      return one?.sightings.length === 2;
    });
  });

  it('draws back from a store that says nothing while it is drained, and tries again', async () => {
    const clock = manualClock();
    await using rig = await openRig(undefined, clock);
    rig.weather.state = 'away';
    await rig.store.incidents.insert(by('one'));
    await until('a try', () => clock.sleepers === 2);
    rig.weather.state = 'silent';
    await clock.advance(1_000);
    await until('the next try', () => clock.sleepers === 2);
    rig.weather.state = 'fine';
    await clock.advance(59_000);
    assert.deepEqual(await providers(rig), []);
    await clock.advance(2_000);
    await until('drained', () => rig.spool.isEmpty);
    assert.deepEqual(await providers(rig), ['one']);
    rig.weather.release();
  });

  it('is closed at once when the store owes an answer', async () => {
    const clock = manualClock();
    await using rig = await openRig(undefined, clock);
    rig.weather.state = 'silent';
    const first = rig.store.incidents.insert(by('one'));
    await until('patience', () => clock.sleepers === 2);
    await clock.advance(400);
    await first;
    await rig.store[Symbol.asyncDispose]();
    assert.deepEqual([clock.sleepers, rig.spool.count], [0, 1]);
    rig.weather.release();
  });

  it('passes on what the store refuses for other reasons', async () => {
    await using rig = await openRig();
    await assert.rejects(rig.store.incidents.insert({ ...by('one'), startTime: new Date(Number.NaN) }));
    assert(rig.spool.isEmpty);
  });

  it('refuses only when neither store nor spool works, and says why of both', async () => {
    await using rig = await openRig();
    const full = new BosError('unavailable', 'no room');
    const spool: Spool = {
      count: 0,
      isEmpty: true,
      append: () => Promise.reject(full),
      adopt: async () => {},
      check: () => Promise.reject(full),
      drain: async () => {},
      [Symbol.asyncDispose]: async () => {},
    };
    const options = { clock: quickClock, log: silentLog, onDrained: () => {} };
    const inserted: string[] = [];
    let isThere = false;
    const insert: Store['incidents']['insert'] = async (incident) => {
      if (!isThere) throw new BosError('unavailable', 'the store is away');
      inserted.push(incident.provider);
      return rig.below.incidents.insert(incident);
    };
    const below = { ...rig.below, incidents: { ...rig.below.incidents, insert } };
    await using store = spooledStore(below, spool, options);
    await assert.rejects(store.incidents.insert(by('one')), {
      kind: 'unavailable',
      message: 'the store is away; no room',
    });
    isThere = true;
    await store.incidents.insert(by('two'));
    assert.deepEqual(inserted, ['two']);
    // Also while it holds others: they stay behind, but nothing is refused that can be kept.
    const holding: Spool = { ...spool, count: 1, isEmpty: false, drain: () => Promise.reject(full) };
    await using behind = spooledStore(below, holding, options);
    await behind.incidents.insert(by('three'));
    assert.deepEqual(inserted, ['two', 'three']);
  });
});
