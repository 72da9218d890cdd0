import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfig } from '../../../core/config/load.ts';
import type { Config } from '../../../core/config/types.ts';
import { countProviders } from '../../../core/decide/counting.ts';
import { decide } from '../../../core/decide/decide.ts';
import { essence } from '../../../core/decide/essence.ts';
import { decideSettings } from '../../../core/decide/settings.ts';
import { firstInRank, fullProposal, inputOf, inRankOrder, stored, syncedWorld } from './scenario.ts';

describe('calls', () => {
  test('unknown is final and does nothing', () => {
    const decision = decide(inputOf(syncedWorld().view(), { call: 'unknown' }));
    assert.deepEqual([decision.status, decision.final], ['unknown', true]);
  });

  test('a decision notes what it was decided on', () => {
    const view = syncedWorld().view();
    const decision = decide(inputOf(view));
    assert.deepEqual(decision.head, view.head);
    assert.equal(decision.sportsDigest, 'd'.repeat(64));
  });
});

describe('counting providers', () => {
  const season = (incidents: ReturnType<typeof stored>[]) =>
    countProviders(incidents, 'create').latest.map(({ body }) => body.arguments.season);
  const report = (season: string, rest: object) => stored({ provider: 'p', arguments: { season }, ...rest });

  test('the latest of a provider is by pushed first', () => {
    const a = report('a', { pushed: '2026-01-15T11:00:00Z', timestamp: '2026-01-15T11:00:00Z' });
    const b = report('b', { pushed: '2026-01-15T10:00:00Z', timestamp: '2026-01-15T12:00:00Z' });
    assert.deepEqual(season([a, b]), ['a']);
    assert.deepEqual(season([b, a]), ['a']);
  });

  test('a later report of the same counts with its later time', () => {
    const a = report('a', { pushed: '2026-01-15T10:00:00Z' });
    const again = {
      ...a,
      sightings: [...a.sightings, { receivedAt: a.receivedAt, pushed: new Date('2026-01-15T12:00:00Z') }],
    };
    const b = report('b', { pushed: '2026-01-15T11:00:00Z' });
    assert.deepEqual(season([again, b]), ['a']);
  });

  test('then by the sent timestamp, then by text', () => {
    const early = report('b', { timestamp: '2026-01-15T10:00:00Z' });
    const late = report('a', { timestamp: '2026-01-15T11:00:00Z' });
    assert.deepEqual(season([early, late]), ['a']);
    assert.deepEqual(season([report('a', {}), report('b', {})]), ['b']);
  });

  test('the time of receipt never decides, nor does a timestamp that stands for it', () => {
    const a = report('a', { receivedAt: '2026-01-15T12:00:00Z', timestamp: '2026-01-15T12:00:00Z' });
    const b = report('b', { receivedAt: '2026-01-15T11:00:00Z', timestamp: '2026-01-15T11:00:00Z' });
    assert.deepEqual(season([a, b]), ['b']);
  });
});

describe('settings', () => {
  const config = (thresholds: Record<string, number>) =>
    // Only the parts that decisions depend on.
    ({
      thresholds,
      expirations: { cannotOpenMs: 43_200_000, postponedMs: 3_600_000 },
      dynamic: { handicapFuzzy: 1, overunderFuzzy: 1, minAgeMs: 3_600_000 },
      proposals: {},
    }) as unknown as Config;

  test('the defaults are those of the Python suite', () => {
    const { threshold } = decideSettings(config({}));
    const calls = ['create', 'in_progress', 'finish', 'result', 'canceled', 'dynamic_bmgs'] as const;
    assert.deepEqual(
      calls.map((call) => threshold(call, 'Hockey', 'Sample League')),
      [2, 1, 1, 2, 1, 1],
    );
  });

  test('the most specific threshold counts', () => {
    const { threshold } = decideSettings(
      config({ create: 3, 'Hockey/create': 4, 'Hockey/Sample League/create': 5 }),
    );
    assert.equal(threshold('create', 'Soccer', 'EPL'), 3);
    assert.equal(threshold('create', 'Hockey', 'Other'), 4);
    assert.equal(threshold('create', 'Hockey', 'Sample League'), 5);
  });
});

describe('the bounds of proposals', () => {
  test('are those of the configuration', () => {
    const world = syncedWorld();
    const config = loadConfig({
      file: '/dev/null',
      env: { BOS_PROPOSALS_MAX_OPERATIONS: '4', BOS_PROPOSALS_LIFETIME: '3600' },
      flags: {},
    }).config;
    const settings = decideSettings(config);
    const { propose, status } = decide(inputOf(world.view(), { witness: firstInRank(world), settings }));
    assert.equal(status, 'midway');
    assert.equal(propose?.operations.length, 4);
    assert.equal(propose?.expiration.getTime(), world.view().head.time.getTime() + 3_600_000);
    assert.equal(settings.maxProposalBytes, 24_576);
  });
});

describe('essence', () => {
  test('an unchanged run at a later block has the same essence, in each state on the way', () => {
    const world = syncedWorld();
    const order = inRankOrder(world);
    const same = (place: number) => {
      const witness = order[place]!;
      const one = decide(inputOf(world.view(), { witness }));
      world.block();
      const two = decide(inputOf(world.view(), { witness, memory: one.memory }));
      assert.equal(essence(two), essence(one));
    };
    same(0);
    same(3);
    world.propose(order[0]!, fullProposal(world));
    same(1);
  });

  test('a postponed run has the same essence until its next look', () => {
    const world = syncedWorld();
    world.setTime('2026-01-01T00:00:00Z');
    const one = essence(decide(inputOf(world.view())));
    world.block();
    assert.equal(essence(decide(inputOf(world.view()))), one);
    world.setTime('2026-01-02T00:00:00Z');
    assert.notEqual(essence(decide(inputOf(world.view()))), one);
  });

  test('status, approvals and memory count', () => {
    const decision = decide(inputOf(syncedWorld().view()));
    const one = essence(decision);
    assert.notEqual(essence({ ...decision, status: 'done' }), one);
    assert.notEqual(essence({ ...decision, memory: { failures: 1 } }), one);
    assert.notEqual(essence({ ...decision, rulesVersion: 'another' }), one);
    const approvals = [{ proposal: '1.10.1', action: 'add', reason: '' }] as const;
    assert.notEqual(essence({ ...decision, approvals }), one);
  });

  test('survives JSON and another order of keys, as a store gives it back', () => {
    const decision = decide(inputOf(syncedWorld().view(), { witness: firstInRank(syncedWorld()) }));
    const copy = JSON.parse(JSON.stringify(decision));
    const turned = Object.fromEntries(Object.entries(copy).reverse());
    assert.equal(essence(turned as unknown as typeof decision), essence(decision));
  });
});
