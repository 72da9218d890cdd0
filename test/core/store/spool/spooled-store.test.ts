import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemClock } from '../../../../core/clock.ts';
import { BosError } from '../../../../core/errors.ts';
import type { Incident } from '../../../../core/incidents/types.ts';
import { silentLog } from '../../../../core/log.ts';
import { openSpool, type Spool } from '../../../../core/store/spool/spool.ts';
import { spooledStore } from '../../../../core/store/spool/spooled-store.ts';
import { openSqliteStore } from '../../../../core/store/sqlite/open.ts';
import type { Store } from '../../../../core/store/store.ts';
import { sampleIncident } from '../../../conformance/store-samples.ts';
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
async function openRig(folder = join(root, `rig-${++rigs}`)): Promise<Rig> {
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
    check: () => inWeather(() => below.check()),
  };
  const spool = owned.use(await openSpool({ folder: join(folder, 'spool'), log: silentLog }));
  const told: string[] = [];
  const onDrained = ({ provider }: Incident) => void told.push(provider);
  const store = owned.use(spooledStore(weathered, spool, { clock: quickClock, log: silentLog, onDrained }));
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
  });
});
