import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BosError } from '../../../core/errors.ts';
import { acceptIncident } from '../../../core/incidents/accept.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import type { Incident, JsonObject } from '../../../core/incidents/types.ts';
import { defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';

const normalizer = makeNormalizer(await loadSportsData(defaultSportsFolder(), 'devnet'));
const RECEIVED = new Date('2026-01-15T12:00:00Z');
const ID = {
  sport: ' hockey',
  event_group_name: 'nhl',
  start_time: '2026-01-16T23:04:09Z',
  home: 'Caps',
  away: 'NY islanders ',
};

function accept(changes: JsonObject = {}): Incident {
  const json = {
    id: ID,
    call: 'create',
    arguments: { season: '2026' },
    provider_info: { name: 'abc' },
    ...changes,
  };
  return acceptIncident(parseIncident(json, RECEIVED), normalizer);
}

function refusal(changes: JsonObject): BosError {
  try {
    accept(changes);
  } catch (error) {
    assert.ok(error instanceof BosError);
    return error;
  }
  assert.fail('expected a refusal');
}

describe('accepting an incident', () => {
  test('replaces names by identifiers, snaps the start and computes identity anew', () => {
    const incident = accept({
      unique_string: 'sent',
      provider_info: { name: 'abc', pushed: '2026-01-15T11:00:00.5Z' },
    });
    assert.deepEqual(incident, {
      body: {
        id: {
          sport: 'Ice Hockey',
          event_group_name: 'NHL Regular Season',
          start_time: '2026-01-16T23:00:09Z',
          home: 'Washington Capitals',
          away: 'New York Islanders',
        },
        call: 'create',
        arguments: { season: '2026' },
        provider_info: { name: 'abc', pushed: '2026-01-15T11:00:00.5Z' },
        timestamp: '2026-01-15T12:00:00Z',
        unique_string:
          '2026-01-16t230009z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders__create__2026',
      },
      eventId: '2026-01-16t230009z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders',
      call: 'create',
      provider: 'abc',
      startTime: new Date('2026-01-16T23:00:09Z'),
      uniqueString:
        '2026-01-16t230009z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders__create__2026',
      sentUniqueString: 'sent',
      originalId: ID,
      pushed: new Date('2026-01-15T11:00:00.500Z'),
      receivedAt: RECEIVED,
    });
  });

  test('of its own body changes nothing more', () => {
    const { body, ...rest } = accept();
    const again = acceptIncident(parseIncident(body, RECEIVED), normalizer);
    assert.deepEqual(again, { ...rest, body, originalId: body.id, sentUniqueString: body.unique_string });
  });

  test('keeps unknown keys', () => {
    const incident = accept({ skip_storage: true, id: { ...ID, extra: 1 } });
    assert.equal(incident.body.skip_storage, true);
    assert.equal(incident.body.id.extra, 1);
  });

  test('makes two scores of one provider two incidents, even under one sent string', () => {
    const result = (home_score: string) =>
      accept({ call: 'result', unique_string: 'same', arguments: { home_score, away_score: '1' } });
    assert.notEqual(result('2').uniqueString, result('3').uniqueString);
    assert.equal(result('2').uniqueString, result('02').uniqueString);
  });
});

describe('names that are not known', () => {
  test('of a sport end the search', () => {
    const error = refusal({ id: { ...ID, sport: ' Curling ' } });
    assert.equal(error.kind, 'not_normalized');
    assert.deepEqual(error.details.unknown, [{ kind: 'sport', name: 'Curling' }]);
    assert.match(error.message, /no sport is called "Curling"/);
  });

  test('of league and teams are all listed', () => {
    const error = refusal({ id: { ...ID, event_group_name: 'KHL', home: 'Foo', away: 'Bar' } });
    assert.deepEqual(error.details.unknown, [
      { kind: 'event_group', name: 'KHL', sport: 'Ice Hockey' },
      { kind: 'participant', name: 'Foo', sport: 'Ice Hockey' },
      { kind: 'participant', name: 'Bar', sport: 'Ice Hockey' },
    ]);
    assert.match(
      error.message,
      /no league of Ice Hockey is called "KHL"; no team of Ice Hockey is called "Foo"/,
    );
  });

  test('of a league outside its season say so', () => {
    const error = refusal({ id: { ...ID, start_time: '2017-12-31T23:59:59Z' } });
    assert.equal(error.kind, 'not_normalized');
    assert.match(
      error.message,
      /"nhl" of Ice Hockey has no season at that start time \(2018-01-01 to 2040-01-01\)/,
    );
  });
});

describe('teams', () => {
  test('that are one and the same are refused', () => {
    const error = refusal({ id: { ...ID, away: 'WSH' } });
    assert.equal(error.kind, 'invalid');
    assert.match(error.message, /"Caps" and "WSH", which are both Washington Capitals/);
  });

  test('of handicaps are found by any name and must be home or away', () => {
    const handicap = (participant: string) => ({
      call: 'dynamic_bmgs',
      arguments: {
        types: [
          { type: 'hc', value: '-2', participant },
          { type: 'ou', value: '5.5' },
        ],
      },
    });
    assert.deepEqual(accept(handicap(' caps')).body.arguments.types, [
      { type: 'hc', value: '-2', participant: 'Washington Capitals' },
      { type: 'ou', value: '5.5' },
    ]);
    assert.equal(accept(handicap('WSH')).uniqueString, accept(handicap('Capitals')).uniqueString);
    const third = refusal(handicap('Rangers'));
    assert.equal(third.kind, 'invalid');
    assert.equal(third.details.field, 'arguments.types[0].participant');
    const unknown = refusal(handicap('Foo'));
    assert.equal(unknown.kind, 'not_normalized');
    assert.deepEqual(unknown.details.unknown, [
      { kind: 'participant', name: 'Foo', sport: 'Ice Hockey', eventGroup: 'NHL Regular Season' },
    ]);
  });
});
