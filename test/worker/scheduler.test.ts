import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LeaseStore } from '../../core/store/store.ts';
import { startScheduler } from '../../worker/scheduler.ts';
import { startWorker } from '../../worker/worker.ts';
import { until } from '../support/until.ts';
import { decisionOn, incidentOf, openRig, scripted } from './rig.ts';

const done = scripted((input) => decisionOn(input, { status: 'done', final: true }));

describe('the scheduler', () => {
  it('finds at the start what the queue has lost', async () => {
    await using rig = await openRig();
    await rig.store.incidents.insert(incidentOf('match'));
    await using _worker = await startWorker(rig.ctx, done);
    await using _scheduler = await startScheduler(rig.ctx);
    await until('the decision', () => rig.store.decisions.latest('match', 'create'));
  });

  it('finds at each tick what was lost since', async () => {
    await using rig = await openRig();
    await using _worker = await startWorker(rig.ctx, done);
    await using _scheduler = await startScheduler(rig.ctx);
    await rig.clock.advance(1);
    await rig.store.incidents.insert(incidentOf('match'));
    await rig.clock.advance(60_000);
    await until('the decision', () => rig.store.decisions.latest('match', 'create'));
  });

  it('P: runs the pseudo-event of the sports data when somebody asked for it', async () => {
    await using rig = await openRig();
    const at = rig.clock.now();
    await rig.store.work.request({ eventId: 'sports:devnet', call: 'sync', cause: 'sync', at });
    await using _worker = await startWorker(rig.ctx, done);
    await using _scheduler = await startScheduler(rig.ctx);
    await until('the decision', () => rig.store.decisions.latest('sports:devnet', 'sync'));
    await until('the answer', async () => (await rig.store.work.requests('sports:devnet')).length === 0);
  });

  it('goes on after the store was away, and says so meanwhile', async () => {
    await using rig = await openRig();
    await rig.store.incidents.insert(incidentOf('match'));
    let away = true;
    const store = {
      ...rig.store,
      work: {
        ...rig.store.work,
        due: async (now: Date, limit: number) => {
          if (away) throw new Error('the store is away');
          return rig.store.work.due(now, limit);
        },
      },
    };
    await using _worker = await startWorker(rig.ctx, done);
    await using _scheduler = await startScheduler({ ...rig.ctx, store });
    await rig.clock.advance(10_000);
    await until('the heartbeat', async () => {
      const beats = await rig.store.presence.list();
      return beats.some(({ details }) => details.problem === 'the store is away');
    });
    away = false;
    await rig.clock.advance(50_000);
    await until('the decision', () => rig.store.decisions.latest('match', 'create'));
  });

  it('leads alone, and the next one takes over at once when it ends', async () => {
    await using rig = await openRig();
    const leaders = async () => {
      const beats = await rig.store.presence.list();
      return beats.filter(({ details }) => details.leader).map(({ id }) => id);
    };
    const one = await startScheduler(rig.ctx);
    await using _two = await startScheduler({ ...rig.ctx, processId: 'p2' });
    assert.deepEqual(await leaders(), [`${rig.ctx.processId}/scheduler`]);
    await one.close();
    await until('the other one to lead', async () => {
      await rig.clock.advance(10_000);
      return (await leaders()).includes('p2/scheduler');
    });
  });

  it('J: is taken over from by another when it stands still for the length of a lease', async () => {
    await using rig = await openRig();
    await rig.store.leases.insert({ eventId: 'scheduler', epoch: 1, holder: 'dead' });
    await rig.store.incidents.insert(incidentOf('match'));
    await using _worker = await startWorker(rig.ctx, done);
    await using _scheduler = await startScheduler(rig.ctx);
    await until('the decision', async () => {
      await rig.clock.advance(1000);
      return rig.store.decisions.latest('match', 'create');
    });
    assert(rig.clock.monotonicMs() >= rig.ctx.config.worker.leaseMs);
  });

  it('has everything done once when two of them believe to lead, each with a queue and a worker of its own', async () => {
    await using rig = await openRig();
    const matches = Array.from({ length: 20 }, (_, at) => `match-${at}`);
    for (const match of matches) await rig.store.incidents.insert(incidentOf(match));
    /** Everybody who asks gets the lease. */
    const leases: LeaseStore = {
      current: async () => undefined,
      insert: async () => true,
      renew: async () => true,
      release: async () => {},
    };
    const contexts = [rig.ctx, rig.another('p2')];
    await using owned = new AsyncDisposableStack();
    for (const ctx of contexts) owned.use(await startWorker(ctx, done));
    for (const ctx of contexts) {
      owned.use(await startScheduler({ ...ctx, store: { ...rig.store, leases } }));
    }
    const beats = await rig.store.presence.list();
    assert.equal(beats.filter(({ details }) => details.leader).length, 2);
    for (const match of matches) {
      await until('the decision', () => rig.store.decisions.latest(match, 'create'));
    }
    await until('both queues to be empty', async () => {
      // What found the other one at work is looked at again after a pause.
      await rig.clock.advance(1000);
      const counts = await Promise.all(contexts.map(({ queue }) => queue.counts()));
      return counts.every(({ waiting, active }) => waiting + active === 0);
    });
    for (const match of matches) {
      const { items } = await rig.store.decisions.history(match, undefined, { pageSize: 10 });
      assert.equal(items.length, 1, match);
    }
    assert.deepEqual(rig.errors, []);
  });

  it('takes its heartbeat away and leaves no timer when it closes', async () => {
    await using rig = await openRig();
    const scheduler = await startScheduler(rig.ctx);
    assert.equal((await rig.store.presence.list()).length, 1);
    await scheduler.close();
    assert.equal((await rig.store.presence.list()).length, 0);
    assert.equal(rig.clock.sleepers, 0);
  });
});
