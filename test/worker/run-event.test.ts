import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../core/clock.ts';
import { BosError } from '../../core/errors.ts';
import { startWorker } from '../../worker/worker.ts';
import { until } from '../support/until.ts';
import { decisionOn, incidentOf, openRig, proposing, scripted } from './rig.ts';

describe('one run of one event', () => {
  it('records the decision, marks what it read and carries it out', async () => {
    await using rig = await openRig();
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, proposing)),
    );
    await rig.report(incidentOf('match'));
    await until('the proposal', () => rig.broadcaster.submissions[0]);
    await rig.idle();
    const [submission] = rig.broadcaster.submissions;
    const latest = await rig.store.decisions.latest('match', 'create');
    assert.equal(latest?.status, 'waiting');
    assert.equal(latest?.sequence, 1);
    assert.equal(latest?.worker, 'p1');
    assert.deepEqual(submission?.decision, { eventId: 'match', call: 'create', sequence: 1 });
    assert.equal(submission?.lease.epoch, latest?.epoch);
    assert.equal(submission?.kind, 'propose');
    assert.equal(submission?.view, rig.chain.view(), 'L: the reference is the view decided on');
    assert.deepEqual(await rig.due('match'), []);
    assert.equal((await rig.store.leases.current('match'))?.released, true);
  });

  it('sends approvals before the proposal', async () => {
    await using rig = await openRig();
    const approvals = [{ proposal: '1.10.7', action: 'add' as const, reason: 'wanted' }];
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, { ...proposing, approvals })),
    );
    await rig.report(incidentOf('match'));
    await until('both', () => rig.broadcaster.submissions.length === 2);
    assert.deepEqual(
      rig.broadcaster.submissions.map((submission) => submission.kind),
      ['approve', 'propose'],
    );
  });

  it('records an unchanged decision once but carries it out on every run', async () => {
    await using rig = await openRig();
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, proposing)),
    );
    await rig.report(incidentOf('match'));
    await until('the first', () => rig.broadcaster.submissions.length === 1);
    await rig.idle();
    await rig.queue.add({ eventId: 'match', lane: 'default' });
    await until('the second', () => rig.broadcaster.submissions.length === 2);
    await rig.idle();
    assert.equal((await rig.store.decisions.latest('match', 'create'))?.sequence, 1);
    assert.equal(rig.broadcaster.submissions[1]?.decision.sequence, 1);
  });

  it('records a decision that remembers something new', async () => {
    await using rig = await openRig();
    let stuck = 1;
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, { memory: { stuckSinceBlock: stuck } })),
    );
    await rig.report(incidentOf('match'));
    await until('the first', () => rig.store.decisions.latest('match', 'create'));
    stuck = 2;
    await rig.queue.add({ eventId: 'match', lane: 'default' });
    const second = await until('the second', async () => {
      const latest = await rig.store.decisions.latest('match', 'create');
      return latest?.sequence === 2 ? latest : undefined;
    });
    assert.equal(second.memory.stuckSinceBlock, 2);
  });

  it('runs a repeated report again, and answers the request', async () => {
    await using rig = await openRig();
    let runs = 0;
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => {
        runs += 1;
        return decisionOn(input, { status: 'done', final: true });
      }),
    );
    await rig.report(incidentOf('match'));
    await until('the first run', async () => runs === 1 && (await rig.due('match')).length === 0);
    await rig.report(incidentOf('match'));
    await until('the second run', async () => runs === 2 && (await rig.due('match')).length === 0);
    await rig.idle();
    assert.equal(runs, 2);
    assert.deepEqual(await rig.store.work.requests('match'), []);
  });

  it('leaves an incident that arrives during the run to another run', async () => {
    await using rig = await openRig();
    const counts: number[] = [];
    rig.broadcaster.answer = async () => {
      if (counts.length === 1) await rig.report(incidentOf('match', 'late'));
      return { outcome: 'sent', n: 1, transactionId: 't' };
    };
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => {
        counts.push(input.incidents.length);
        return decisionOn(input, proposing);
      }),
    );
    await rig.report(incidentOf('match', 'early'));
    await until('a run that counts both', () => counts.includes(2));
    await rig.idle();
    assert.deepEqual(counts, [1, 2]);
    assert.deepEqual(await rig.due('match'), []);
  });

  it('takes a burst of 1,000 reports in few runs and counts all of them', async () => {
    await using rig = await openRig();
    const counts: number[] = [];
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => {
        counts.push(input.incidents.length);
        return decisionOn(input);
      }),
    );
    await Promise.all(
      Array.from({ length: 1000 }, (_, index) => rig.report(incidentOf('match', `provider ${index}`))),
    );
    await until('all counted', async () => counts.at(-1) === 1000 && (await rig.due('match')).length === 0);
    await rig.idle();
    assert.ok(counts.length <= 50, `expected few runs, got ${counts.length}`);
    const latest = await rig.store.decisions.latest('match', 'create');
    assert.equal(latest?.counted.length, 1000);
  });

  it('decides again on what somebody else recorded first', async () => {
    await using rig = await openRig();
    const { insert } = rig.store.decisions;
    let raced = false;
    const store = {
      ...rig.store,
      decisions: {
        ...rig.store.decisions,
        insert: async (record: Parameters<typeof insert>[0]) => {
          if (!raced) {
            raced = true;
            await rig.store.decisions.insert({ ...record, memory: { stuckSinceBlock: 77 }, worker: 'other' });
          }
          return rig.store.decisions.insert(record);
        },
      },
    };
    const memories: unknown[] = [];
    await using _ = await startWorker(
      { ...rig.ctx, store },
      scripted((input) => {
        memories.push(input.memory.stuckSinceBlock);
        return decisionOn(input, { status: 'postponed' });
      }),
    );
    await rig.report(incidentOf('match'));
    await until('the second decision', () => memories.length === 2);
    await rig.idle();
    assert.deepEqual(memories, [undefined, 77]);
  });

  it('K: takes up a decision whose effects were cut off by a crash', async () => {
    await using rig = await openRig();
    await rig.store.incidents.insert(incidentOf('match'));
    {
      // The store goes away between the insert of the decision and its effects.
      rig.broadcaster.answer = () => {
        throw new BosError('unavailable', 'the store is away');
      };
      await using _ = await startWorker(
        rig.ctx,
        scripted((input) => decisionOn(input, proposing)),
      );
      await rig.queue.add({ eventId: 'match', lane: 'default' });
      await until('the attempt', () => rig.broadcaster.submissions.length === 1);
    }
    assert.equal((await rig.store.decisions.latest('match', 'create'))?.status, 'waiting');
    assert.deepEqual(await rig.due('match'), [], 'nothing in the store makes it due');
    rig.broadcaster.answer = () => ({ outcome: 'sent', n: 1, transactionId: 't' });
    await using _ = await startWorker(
      rig.another('p2'),
      scripted((input) => decisionOn(input, proposing)),
    );
    await until('the effects', () => rig.broadcaster.submissions.length === 2);
    assert.equal((await rig.store.decisions.latest('match', 'create'))?.sequence, 1);
  });

  it('J: two workers on one store never work on one event at once', async () => {
    await using rig = await openRig({
      clock: systemClock,
      config: { worker: { concurrency: 4, leaseMs: 200 } },
    });
    const inHand = new Map<string, number>();
    let most = 0;
    rig.broadcaster.answer = async ({ lease }) => {
      const now = (inHand.get(lease.eventId) ?? 0) + 1;
      inHand.set(lease.eventId, now);
      most = Math.max(most, now);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      inHand.set(lease.eventId, now - 1);
      return { outcome: 'sent', n: 1, transactionId: 't' };
    };
    const judgement = scripted((input) => decisionOn(input, proposing));
    const second = rig.another('p2');
    await using _one = await startWorker(rig.ctx, judgement);
    await using _two = await startWorker(second, judgement);
    for (let round = 0; round < 10; round += 1) {
      for (const eventId of ['a', 'b', 'c']) {
        const incident = incidentOf(eventId, `provider ${round}`);
        await rig.store.incidents.insert(incident);
        await Promise.all([rig.ctx, second].map(({ queue }) => queue.add({ eventId, lane: 'default' })));
      }
    }
    for (const eventId of ['a', 'b', 'c']) {
      await until('everything counted', async () => {
        const latest = await rig.store.decisions.latest(eventId, 'create');
        return latest?.counted.length === 10 && (await rig.due(eventId)).length === 0;
      });
    }
    assert.equal(most, 1);
  });

  it('J: records nothing under a lease that was taken over, and comes back for the event', async () => {
    await using rig = await openRig();
    let stolen = false;
    const store = {
      ...rig.store,
      decisions: {
        ...rig.store.decisions,
        latest: async (...of: Parameters<typeof rig.store.decisions.latest>) => {
          if (!stolen) await rig.store.leases.insert({ eventId: 'match', epoch: 2, holder: 'p9' });
          stolen = true;
          return rig.store.decisions.latest(...of);
        },
      },
    };
    await using worker = await startWorker(
      { ...rig.ctx, store },
      scripted((input) => decisionOn(input, proposing)),
    );
    await rig.report(incidentOf('match'));
    await until('the lost run', () => worker.status().counts.runs_lost === 1);
    assert.equal(await rig.store.decisions.latest('match', 'create'), undefined);
    assert.equal(rig.broadcaster.submissions.length, 0);
    // The other one has died: its counter stands still for the length of the lease, then the event is taken over.
    const latest = await until('the decision', async () => {
      await rig.clock.advance(10_000);
      return rig.store.decisions.latest('match', 'create');
    });
    assert.equal(latest.epoch, 3);
    assert.ok((worker.status().counts.runs_busy ?? 0) >= 3);
  });

  it('stops at once when the broadcaster finds the lease lost', async () => {
    await using rig = await openRig();
    rig.broadcaster.answer = () => ({ outcome: 'lease_lost' });
    const approvals = [{ proposal: '1.10.7', action: 'add' as const, reason: 'wanted' }];
    await using _ = await startWorker(
      rig.ctx,
      scripted((input) => decisionOn(input, { ...proposing, approvals })),
    );
    await rig.store.incidents.insert(incidentOf('match'));
    await rig.report(incidentOf('match', 'p', 'result'));
    await until('the refusal', () => rig.broadcaster.submissions.length === 1);
    await rig.idle();
    assert.equal(rig.broadcaster.submissions.length, 1);
    assert.equal(await rig.store.decisions.latest('match', 'result'), undefined);
  });
});
