import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AccountRef, type ObjectId, OP, type Operation } from '../../../core/chain/types.ts';
import type { Call, JsonObject } from '../../../core/incidents/types.ts';
import { makeWorld, type World } from '../../support/view-builder.ts';
import { alone, type LegacyJob, type LegacyMemory, type LegacyTurn, legacyTurn } from './legacy.ts';
import { legacyScore } from './legacy-score.ts';
import { Heard, makeAcceptor } from './support-heard.ts';

/** Operations of the creation of a hockey match: event, group, two markets. */
const CREATION = [
  OP.event_create,
  OP.betting_market_group_create,
  OP.betting_market_create,
  OP.betting_market_create,
];

/** A world with the sports data, and one legacy witness in it. */
class Scene {
  readonly world: World = makeWorld({ witnesses: 5, time: '2026-10-01T15:00:00Z' });
  readonly heard = new Heard(makeAcceptor());
  readonly account: AccountRef;
  readonly peer: AccountRef;
  readonly pieceSize: number;
  #jobs: LegacyJob[] = [];
  memory: LegacyMemory = { retries: [] };

  constructor(pieceSize = 100, witness = 0) {
    const account = this.world.witnesses[witness];
    const peer = this.world.witnesses[witness === 0 ? 1 : 0];
    assert.ok(account && peer);
    this.account = account;
    this.peer = peer;
    this.pieceSize = pieceSize;
    for (;;) {
      const { propose } = alone(this.world.view(), 'sports:devnet', 'sync', []);
      if (!propose) return;
      this.world.execute(propose.operations);
    }
  }

  /** Says something in the name of a provider; answers the match. */
  say(provider: string, call: Call, args: JsonObject = {}): string {
    const at = this.world.view().head.time;
    const id = {
      sport: 'Ice Hockey',
      event_group_name: 'NHL',
      start_time: '2026-10-01T19:00:00Z',
      home: 'Boston Bruins',
      away: 'Buffalo Sabres',
    };
    const built = new Date(at.getTime() - (args.types === undefined ? 0 : 2 * 3_600_000)).toISOString();
    const info = { name: provider, pushed: at.toISOString() };
    const { eventId } = this.heard.add(
      { id, call, arguments: args, provider_info: info, timestamp: built },
      at,
    );
    this.#jobs.push({ eventId, call });
    return eventId;
  }

  turn(): LegacyTurn {
    const turn = legacyTurn({
      view: this.world.view(),
      account: this.account,
      jobs: this.#jobs,
      incidentsOf: (eventId) => this.heard.of(eventId),
      memory: this.memory,
      pieceSize: this.pieceSize,
    });
    this.#jobs = [];
    this.memory = turn.memory;
    return turn;
  }

  /** Proposes what a turn wants proposed. */
  propose({ propose }: LegacyTurn): readonly ObjectId[] {
    const ids = propose.map((operations) => this.world.propose(this.account, operations));
    this.world.block();
    return ids;
  }

  /** Puts the match on chain; answers it. */
  create(): string {
    const eventId = this.announce();
    for (const operations of this.turn().propose) this.world.execute(operations);
    this.world.block();
    return eventId;
  }

  announce(): string {
    this.say('a', 'create', { season: '2026' });
    return this.say('b', 'create', { season: '2026' });
  }
}

const tags = (operations: readonly Operation[] | undefined) => operations?.map(([tag]) => tag);

describe('a legacy witness', () => {
  it('proposes at once, all in one proposal, whatever its rank', () => {
    for (const witness of [0, 4]) {
      const scene = new Scene(100, witness);
      scene.announce();
      assert.deepEqual(scene.turn().propose.map(tags), [CREATION]);
    }
  });

  it('does nothing unless an incident comes, or it left something unfinished', () => {
    const scene = new Scene();
    scene.announce();
    scene.turn();
    assert.deepEqual(scene.turn(), { propose: [], approve: [], memory: { retries: [] } });
  });

  it('needs two providers for a create', () => {
    const scene = new Scene();
    scene.say('a', 'create', { season: '2026' });
    scene.say('a', 'create', { season: '2026' });
    assert.deepEqual(scene.turn().propose, []);
  });

  it('approves its own at its next job, not before', () => {
    const scene = new Scene();
    scene.announce();
    const [id] = scene.propose(scene.turn());
    assert.deepEqual(scene.turn().approve, []);
    scene.say('c', 'create', { season: '2026' });
    assert.deepEqual(scene.turn().approve, [id]);
  });

  it('proposes in pieces, and the rest a minute later once the parents are on chain', () => {
    const scene = new Scene(2);
    scene.announce();
    const { propose } = scene.turn();
    assert.deepEqual(propose.map(tags), [CREATION.slice(0, 2)]);
    const [id] = scene.propose({ propose, approve: [], memory: scene.memory });
    scene.world.block(20);
    // The children of a parent that is only pending have to wait, and are looked at again.
    const second = scene.turn();
    assert.deepEqual(second.propose, []);
    assert.deepEqual(second.approve, [id]);
    for (const witness of scene.world.witnesses.slice(0, 3))
      if (id !== undefined) scene.world.approve(id, witness);
    scene.world.block(20);
    assert.deepEqual(scene.turn().propose.map(tags), [CREATION.slice(2)]);
  });

  it('approves every proposal whose operations it wants, equal twins included, and no other', () => {
    const scene = new Scene();
    const eventId = scene.announce();
    const operations =
      alone(scene.world.view(), eventId, 'create', scene.heard.of(eventId)).propose?.operations ?? [];
    const [event] = operations;
    assert.ok(event);
    const equal = [operations, operations, [event]].map((each) => scene.world.propose(scene.peer, each));
    scene.world.propose(scene.peer, [[event[0], { ...event[1], start_time: '2026-10-01T19:05:00' }]]);
    scene.world.propose({ name: 'stranger', id: '1.2.99' }, operations);
    const { approve, propose } = scene.turn();
    assert.deepEqual(approve, equal);
    assert.deepEqual(propose, []);
  });

  it('takes a dynamic group with a value near its own for its own, and no other', () => {
    for (const [value, isNear] of [
      ['6.5', true],
      ['9.5', false],
    ] as const) {
      const scene = new Scene();
      scene.create();
      const eventId = scene.say('a', 'dynamic_bmgs', { types: [{ type: 'ou', value: '5.5' }] });
      const other = new Heard(makeAcceptor());
      const [said] = scene.heard.of(eventId).filter(({ call }) => call === 'dynamic_bmgs');
      assert.ok(said);
      // The body that was sent is what a store keeps, with the match by its identifiers.
      const body = { ...said.body, arguments: { types: [{ type: 'ou', value }] } } as unknown as JsonObject;
      other.add(body, said.receivedAt);
      const theirs =
        alone(scene.world.view(), eventId, 'dynamic_bmgs', other.of(eventId)).propose?.operations ?? [];
      const id = scene.world.propose(scene.peer, theirs);
      const { approve, propose } = scene.turn();
      assert.deepEqual(approve, isNear ? [id] : []);
      assert.equal(propose.length, isNear ? 0 : 1);
    }
  });

  it('finishes and begins by the reports of that call alone', () => {
    const scene = new Scene();
    scene.create();
    for (const [call, status] of [
      ['in_progress', 'in_progress'],
      ['finish', 'finished'],
      ['canceled', 'canceled'],
    ] as const) {
      scene.say('a', call);
      const [operations] = scene.turn().propose;
      assert.deepEqual(tags(operations), [OP.event_update_status]);
      assert.equal(operations?.[0]?.[1].status, status);
      assert.deepEqual(operations?.[0]?.[1].scores, []);
    }
  });

  it('creates a canceled match again when its create is repeated', () => {
    const scene = new Scene();
    const eventId = scene.create();
    scene.say('a', 'canceled');
    for (const operations of scene.turn().propose) scene.world.execute(operations);
    scene.world.block();
    assert.deepEqual(scene.turn().propose, []);
    scene.say('a', 'create', { season: '2026' });
    assert.deepEqual(scene.turn().propose.map(tags), [CREATION]);
    assert.ok(scene.heard.of(eventId).some(({ call }) => call === 'canceled'));
  });

  it('settles by the score of two in four where each of the others stands alone', () => {
    const scene = new Scene();
    scene.create();
    for (const [provider, home] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 1],
    ] as const) {
      scene.say(provider, 'result', { home_score: home, away_score: 0 });
    }
    const [operations] = scene.turn().propose;
    assert.deepEqual(tags(operations), [OP.event_update_status, OP.betting_market_group_resolve]);
    assert.deepEqual(operations?.[0]?.[1].scores, ['1', '0']);
  });
});

describe('the score that the Python suite takes', () => {
  const taken = (...said: readonly (readonly [string, number])[]): unknown => {
    const scene = new Scene();
    let eventId = '';
    for (const [provider, home] of said)
      eventId = scene.say(provider, 'result', { home_score: home, away_score: 0 });
    return legacyScore(scene.heard.of(eventId))?.[0]?.body.arguments.home_score;
  };

  it('needs two providers, and one score that reaches its share', () => {
    assert.equal(taken(['a', 1]), undefined);
    assert.equal(taken(['a', 1], ['b', 1]), '1');
    assert.equal(taken(['a', 1], ['b', 2]), undefined);
    assert.equal(taken(['a', 1], ['b', 1], ['c', 2]), '1');
    assert.equal(taken(['a', 1], ['b', 1], ['c', 2], ['d', 2]), undefined, 'two that reach it are an error');
    assert.equal(taken(['a', 1], ['b', 2], ['c', 3]), undefined);
  });

  it('counts what a provider has corrected as well', () => {
    assert.equal(taken(['a', 1], ['a', 2], ['b', 2], ['c', 1]), undefined);
  });
});
