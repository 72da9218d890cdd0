import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { legacyScore } from './legacy-score.ts';
import { planEvening } from './plan.ts';
import { agreedScore, whyNotCreated } from './support.ts';
import { Heard, makeAcceptor } from './support-heard.ts';
import { type Cast, type Evening, FATES, type Match, rolesOf, WITNESSES } from './types.ts';

const SEEDS = Array.from({ length: 25 }, (_, seed) => seed);
const evenings = SEEDS.map((seed) => planEvening({ seed, matches: 40, cast: seed % 2 ? 'ours' : 'mixed' }));
const MAJORITY = 6;

const truthful = ({ cast }: Evening): readonly number[] =>
  [...rolesOf(cast).entries()].flatMap(([witness, role]) =>
    role === 'silent' || role === 'lying' ? [] : [witness],
  );

/** What each witness has heard once everything is said. */
function heardBy({ deliveries }: Evening, witness: number): Heard {
  const heard = new Heard(makeAcceptor());
  for (const each of deliveries) if (each.witness === witness) heard.add(each.incident, each.at);
  return heard;
}

function fated(evening: Evening, ...kinds: readonly Match['expected']['kind'][]): readonly Match[] {
  return evening.matches.filter(({ expected }) => kinds.includes(expected.kind));
}

describe('the plan of an evening', () => {
  it('is the same for the same seed, and another one for another', () => {
    const options = { seed: 7, matches: 10, cast: 'ours' } as const;
    assert.deepEqual(planEvening(options), planEvening(options));
    assert.notDeepEqual(planEvening(options).matches, planEvening({ ...options, seed: 8 }).matches);
  });

  it('has as many matches as asked for, besides strays and what moved ones become', () => {
    for (const { matches } of evenings) {
      const further = matches.filter(({ fate }) => fate === 'stray' || fate === 'moved').length;
      assert.equal(matches.length - further, 40);
    }
    assert.equal(planEvening({ seed: 1, matches: 0, cast: 'ours' }).matches.length, 0);
  });

  it('has every fate on an evening of forty, and strays on some', () => {
    for (const { matches } of evenings) {
      const told = new Set(matches.map(({ fate }) => fate));
      assert.deepEqual(
        FATES.filter((fate) => fate !== 'stray' && !told.has(fate)),
        [],
      );
    }
    assert.ok(evenings.some(({ matches }) => matches.some(({ fate }) => fate === 'stray')));
  });

  it('gives no two matches one identity', () => {
    for (const { matches } of evenings) {
      assert.equal(new Set(matches.map(({ eventId }) => eventId)).size, matches.length);
    }
  });

  it('tells in order of time, after the begin and before the end, and nothing to the silent witness', () => {
    for (const { cast, startsAt, endsAt, deliveries } of evenings) {
      let last = startsAt;
      for (const { at, witness } of deliveries) {
        assert.ok(at >= last && at < endsAt);
        last = at;
        assert.notEqual(rolesOf(cast)[witness], 'silent');
      }
    }
  });

  it('speaks of its matches only, but for what the lying witness makes of it', () => {
    for (const evening of evenings) {
      const known = new Set(evening.matches.map(({ eventId }) => eventId));
      const told = evening.deliveries.filter(({ witness }) => truthful(evening).includes(witness));
      assert.deepEqual(
        told.filter(({ eventId }) => !known.has(eventId)),
        [],
      );
    }
  });

  it('tells every truthful witness the same in the end, in different orders and at different times', () => {
    for (const evening of evenings) {
      const [first, ...others] = truthful(evening).map((witness) => {
        const own = evening.deliveries.filter((delivery) => delivery.witness === witness);
        return own.map(({ incident }) => JSON.stringify(incident));
      });
      for (const other of others) {
        assert.deepEqual(new Set(other), new Set(first));
        assert.notDeepEqual(other, first);
      }
    }
  });

  it('announces what has to be created to every truthful witness well before it starts', () => {
    for (const evening of evenings) {
      const needed = new Map(
        fated(evening, 'settled', 'canceled', 'undecided').map((match) => [match.eventId, match]),
      );
      const announced = new Map<string, Set<unknown>>();
      for (const { eventId, at, witness, incident } of evening.deliveries) {
        const match = needed.get(eventId);
        if (!match || incident.call !== 'create' || at.getTime() > match.startTime.getTime() - 5 * 60_000)
          continue;
        const key = `${witness} ${eventId}`;
        announced.set(
          key,
          (announced.get(key) ?? new Set()).add(JSON.stringify(incident.provider_info).slice(0, 45)),
        );
      }
      for (const eventId of needed.keys()) {
        for (const witness of truthful(evening)) {
          assert.ok(
            (announced.get(`${witness} ${eventId}`)?.size ?? 0) >= 2,
            `${evening.seed}: ${witness} ${eventId}`,
          );
        }
      }
    }
  });

  it('expects what all incidents together come to', () => {
    for (const evening of evenings) {
      const [witness = 0] = truthful(evening);
      const heard = heardBy(evening, witness);
      for (const { eventId, expected, truth } of evening.matches) {
        const incidents = heard.of(eventId);
        const cancels = incidents.filter(({ call }) => call === 'canceled');
        assert.equal(whyNotCreated(incidents) === undefined, expected.kind !== 'absent', eventId);
        assert.equal(cancels.length > 0, expected.kind === 'canceled', eventId);
        if (expected.kind === 'settled') assert.deepEqual(agreedScore(incidents), truth);
        if (expected.kind === 'undecided') assert.equal(agreedScore(incidents), undefined);
      }
    }
  });

  it('brings no majority to believe in another score at any time, whatever has reached them so far', () => {
    for (const evening of evenings) {
      const matches = new Map(fated(evening, 'settled', 'undecided').map((match) => [match.eventId, match]));
      const heard = Array.from({ length: WITNESSES }, () => new Heard(makeAcceptor()));
      const wrong = new Map<string, Set<number>>();
      // What comes at one time is looked at in one go.
      for (const together of Map.groupBy(evening.deliveries, ({ at }) => at.getTime()).values()) {
        const results = together.filter(({ incident }) => incident.call === 'result');
        for (const { witness, incident, at } of results) heard[witness]?.add(incident, at);
        for (const { witness, eventId } of results) {
          const match = matches.get(eventId);
          if (!match) continue;
          const believers = wrong.get(eventId) ?? new Set();
          wrong.set(eventId, believers);
          if (isMisled(evening.cast, match, witness, heard)) believers.add(witness);
          else believers.delete(witness);
          // The lying witness signs anything.
          const liars = evening.cast === 'ours' ? 1 : 0;
          assert.ok(believers.size + liars < MAJORITY, `seed ${evening.seed}: ${eventId} (${match.fate})`);
        }
      }
    }
  });
});

function isMisled(cast: Cast, match: Match, witness: number, heard: readonly Heard[]): boolean {
  const role = rolesOf(cast)[witness];
  const incidents = (heard[witness]?.of(match.eventId) ?? []).filter(({ call }) => call === 'result');
  const right = match.expected.kind === 'settled' ? match.truth : undefined;
  const believed = role === 'legacy' ? agreedScore(legacyScore(incidents) ?? []) : agreedScore(incidents);
  if (role === 'lying' || !believed) return false;
  return believed.home !== right?.home || believed.away !== right.away;
}
