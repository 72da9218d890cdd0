import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BosError } from '../../../core/errors.ts';
import { formatInstant, instantDate, parseInstant } from '../../../core/incidents/instant.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';

const RECEIVED = new Date('2026-01-15T12:00:00.250Z');

function incident(changes: JsonObject = {}): JsonObject {
  return {
    id: {
      sport: 'Ice Hockey',
      event_group_name: 'NHL',
      start_time: '2026-01-16T23:00:00Z',
      home: 'Capitals',
      away: 'Islanders',
    },
    call: 'create',
    arguments: { season: '2026' },
    provider_info: { name: 'abc', pushed: '2026-01-15T11:00:00Z' },
    unique_string: 'as-sent',
    timestamp: '2026-01-15T10:00:00Z',
    ...changes,
  };
}

const withStart = (start_time: unknown) =>
  incident({ id: { ...(incident().id as JsonObject), start_time } as JsonObject });
const withCall = (call: string, args?: unknown) => {
  const { arguments: _old, ...rest } = incident({ call });
  return (args === undefined ? rest : { ...rest, arguments: args }) as JsonObject;
};
const parse = (json: unknown) => parseIncident(json, RECEIVED).body;

function refused(json: unknown, field: string, expected: RegExp, got?: string): void {
  assert.throws(
    () => parse(json),
    (error: unknown) => {
      assert.ok(error instanceof BosError);
      assert.equal(error.kind, 'invalid');
      assert.equal(error.details.field, field);
      assert.match(String(error.details.expected), expected);
      if (got !== undefined) assert.equal(error.details.got, got);
      assert.ok(error.message.includes(field) && error.message.includes('got'));
      return true;
    },
  );
}

describe('a whole incident', () => {
  test('is taken over, and what came is kept as it was', () => {
    const json = incident();
    const parsed = parseIncident(json, RECEIVED);
    assert.deepEqual(parsed.body, json);
    assert.equal(parsed.sent, json);
    assert.equal(parsed.receivedAt, RECEIVED);
  });

  test('with only id, call, arguments and the provider name is accepted', () => {
    const { unique_string, timestamp, ...rest } = incident({ provider_info: { name: 'abc' } });
    const body = parse(rest);
    assert.equal(body.unique_string, undefined);
    assert.equal(body.timestamp, '2026-01-15T12:00:00.25Z');
  });

  test('without a provider is refused with a reason', () => {
    const { provider_info, ...rest } = incident();
    refused(rest, 'provider_info', /name of the provider/, 'nothing');
    refused(incident({ provider_info: { pushed: 'x' } }), 'provider_info.name', /name of the provider/);
    refused(incident({ provider_info: { name: ' ' } }), 'provider_info.name', /name of the provider/, '" "');
  });

  test('keeps unknown keys at every level', () => {
    const json = incident({
      id: { ...(incident().id as JsonObject), league_id: 7 },
      arguments: { season: '2026', note: { deep: [1, null, 'x'] } },
      provider_info: { name: 'abc', msg_guid: 'g', bitArray: [true] },
      approver: 'init0',
      proposer: 'init1',
      skip_storage: true,
      id_string: 'x',
      _id: { $oid: 'y' },
    });
    const { pushed: _pushed, ...info } = parse(json).provider_info;
    assert.deepEqual({ ...parse(json), provider_info: info }, json);
  });

  test('keeps unknown keys in dynamic types', () => {
    const types = [{ type: 'ou', value: '8.5', source: 'x' }];
    assert.deepEqual(parse(withCall('dynamic_bmgs', { types })).arguments, { types });
  });

  test('lists every problem at once', () => {
    const json = incident({ id: { sport: 1 } as JsonObject });
    assert.throws(
      () => parse(json),
      (error: unknown) => {
        assert.ok(error instanceof BosError);
        const problems = error.details.problems as { field: string; got: string }[];
        assert.deepEqual(
          problems.map(({ field }) => field),
          ['id.sport', 'id.event_group_name', 'id.start_time', 'id.home', 'id.away'],
        );
        assert.equal(problems[0]?.got, '1');
        return true;
      },
    );
  });

  test('that is no object, or nested without end, is refused', () => {
    for (const json of [null, 'x', 3, [], [incident()]]) refused(json, '', /an incident/);
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    refused(incident({ deep: deep as JsonObject }), '', /levels/);
  });

  test('with a key __proto__ changes no prototype', () => {
    const json = JSON.parse(
      JSON.stringify(incident()).replace('{"id"', '{"__proto__":{"polluted":1},"id"'),
    ) as JsonObject;
    const body = parse(json);
    assert.equal((body as { polluted?: unknown }).polluted, undefined);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  test('never fails otherwise than by saying what is invalid', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('id', 'call', 'arguments', 'provider_info', 'timestamp', 'unique_string'),
        (value, key) => {
          try {
            parse(incident({ [key]: value as JsonObject }));
          } catch (error) {
            assert.ok(error instanceof BosError && error.kind === 'invalid', String(error));
          }
        },
      ),
    );
  });
});

describe('call', () => {
  test('is case-sensitive and one of the list', () => {
    for (const call of ['Create', 'settle', '', null, 3])
      refused(incident({ call }), 'call', /one of create, in_progress/);
  });

  test('unknown is accepted with anything in its arguments', () => {
    assert.deepEqual(parse(withCall('unknown', { received: 'x' })).arguments, { received: 'x' });
    assert.deepEqual(parse(withCall('unknown')).arguments, {});
  });
});

describe('start_time', () => {
  test('with an offset becomes UTC, a fraction is dropped', () => {
    assert.equal(parse(withStart('2026-01-17T00:30:00+01:30')).id.start_time, '2026-01-16T23:00:00Z');
    assert.equal(parse(withStart('2026-01-16T18:00:00-05:00')).id.start_time, '2026-01-16T23:00:00Z');
    assert.equal(parse(withStart('2026-01-16T23:00:00.999z')).id.start_time, '2026-01-16T23:00:00Z');
  });

  test('with a blank instead of T is UTC', () => {
    assert.equal(parse(withStart('2026-01-16 23:00:00')).id.start_time, '2026-01-16T23:00:00Z');
  });

  test('of null, of another type, or that does not exist is refused', () => {
    refused(withStart(null), 'id.start_time', /RFC 3339/, 'null');
    for (const bad of [
      5,
      '',
      'soon',
      '2026-01-16',
      '2026-01-16T23:00:00',
      '2026-02-30T23:00:00Z',
      '2026-01-16T24:00:00Z',
      '2026-01-16T23:00Z',
    ]) {
      refused(withStart(bad), 'id.start_time', /RFC 3339/);
    }
    for (const outside of ['1969-01-01T00:00:00Z', '2106-02-07T06:28:16Z']) {
      refused(withStart(outside), 'id.start_time', /from 1970 to 2106/);
    }
  });
});

describe('names', () => {
  test('must be text with something in it', () => {
    refused(
      incident({ id: { ...(incident().id as JsonObject), home: '  ' } }),
      'id.home',
      /home team/,
      '"  "',
    );
    refused(
      incident({ id: { ...(incident().id as JsonObject), away: null } }),
      'id.away',
      /away team/,
      'null',
    );
  });
});

describe('arguments of a create', () => {
  test('may have a whole number as season, or an empty text', () => {
    assert.deepEqual(parse(withCall('create', { season: 2026 })).arguments, { season: '2026' });
    assert.deepEqual(parse(withCall('create', { season: '', unsure: true })).arguments, {
      season: '',
      unsure: true,
    });
  });

  test('must say a season, even if it is empty', () => {
    refused(withCall('create', {}), 'arguments.season', /season as text/, 'nothing');
    refused(withCall('create', { season: 1.5 }), 'arguments.season', /season as text/, '1.5');
    refused(withCall('create', { season: Number.POSITIVE_INFINITY }), 'arguments.season', /season as text/);
  });

  test('must have a boolean where they say unsure, and no null as season', () => {
    refused(withCall('create', { season: '', unsure: 'yes' }), 'arguments.unsure', /true or false/, '"yes"');
    refused(withCall('create', { season: null }), 'arguments.season', /season/, 'null');
    refused(withCall('create', []), 'arguments', /an object/, 'a list of 0');
  });
});

describe('arguments of a result', () => {
  test('may be whole numbers, which become text', () => {
    assert.deepEqual(parse(withCall('result', { home_score: 2, away_score: 0 })).arguments, {
      home_score: '2',
      away_score: '0',
    });
    assert.deepEqual(parse(withCall('result', { home_score: '03', away_score: '10' })).arguments, {
      home_score: '03',
      away_score: '10',
    });
  });

  test('that are null, missing, negative, fractions or words are refused', () => {
    refused(
      withCall('result', { home_score: null, away_score: '1' }),
      'arguments.home_score',
      /a score/,
      'null',
    );
    refused(withCall('result', { home_score: '1' }), 'arguments.away_score', /a score/, 'nothing');
    refused(withCall('result'), 'arguments.home_score', /a score/, 'nothing');
    for (const bad of [-1, 1.5, '-1', '1.0', '', ' ', 'two', '1e3', '0x1', 1e21, true, '1234567', '٣']) {
      refused(withCall('result', { home_score: bad, away_score: '1' }), 'arguments.home_score', /a score/);
    }
  });
});

describe('whistle times', () => {
  test('may be null or missing', () => {
    assert.deepEqual(parse(withCall('in_progress', { whistle_start_time: null })).arguments, {
      whistle_start_time: null,
    });
    assert.deepEqual(parse(withCall('finish', { whistle_end_time: null })).arguments, {
      whistle_end_time: null,
    });
    assert.deepEqual(parse(withCall('finish', { whistle_start_time: 'x' })).arguments, {
      whistle_start_time: 'x',
    });
  });

  test('become UTC and keep a fraction that is not zero', () => {
    const whistle = (text: string) =>
      parse(withCall('in_progress', { whistle_start_time: text })).arguments.whistle_start_time;
    assert.equal(whistle('2026-01-17T00:05:00.832033+01:00'), '2026-01-16T23:05:00.832033Z');
    assert.equal(whistle('2026-01-16T23:05:00.500Z'), '2026-01-16T23:05:00.5Z');
    assert.equal(whistle('2026-01-16T23:05:00.000Z'), '2026-01-16T23:05:00Z');
    assert.equal(whistle('2026-01-16 23:05:00'), '2026-01-16T23:05:00Z');
  });

  test('that cannot be read are refused', () => {
    refused(
      withCall('in_progress', { whistle_start_time: 'kick-off' }),
      'arguments.whistle_start_time',
      /or null/,
      '"kick-off"',
    );
    refused(withCall('finish', { whistle_end_time: 5 }), 'arguments.whistle_end_time', /or null/, '5');
  });
});

describe('arguments of a cancel', () => {
  test('may be nothing, an empty list, or a reason that is null', () => {
    assert.deepEqual(parse(withCall('canceled')).arguments, {});
    assert.deepEqual(parse(withCall('canceled', [])).arguments, {});
    assert.deepEqual(parse(withCall('canceled', { reason: null, source: 'x' })).arguments, { source: 'x' });
    assert.deepEqual(parse(withCall('canceled', { reason: 'Rain' })).arguments, { reason: 'Rain' });
  });

  test('may be nothing else', () => {
    refused(withCall('canceled', ['x']), 'arguments', /an object/);
    refused(withCall('canceled', { reason: 5 }), 'arguments.reason', /a reason as text/);
    refused(withCall('canceled', null), 'arguments', /an object/, 'null');
  });
});

describe('dynamic types', () => {
  test('may have numbers as values, which become text', () => {
    const types = [
      { type: 'ou', value: 235.5 },
      { type: 'hc', value: -2, participant: 'Capitals' },
    ];
    assert.deepEqual(parse(withCall('dynamic_bmgs', { types })).arguments.types, [
      { type: 'ou', value: '235.5' },
      { type: 'hc', value: '-2', participant: 'Capitals' },
    ]);
  });

  test('are required, at least one', () => {
    refused(withCall('dynamic_bmgs', {}), 'arguments.types', /a list/, 'nothing');
    refused(withCall('dynamic_bmgs', { types: [] }), 'arguments.types', /at least one/);
    refused(withCall('dynamic_bmgs', { types: 'ou' }), 'arguments.types', /a list/);
  });

  test('without a decimal value, or a handicap without a team, are refused with their place', () => {
    refused(
      withCall('dynamic_bmgs', { types: [{ type: 'ou' }] }),
      'arguments.types[0].value',
      /decimal/,
      'nothing',
    );
    refused(
      withCall('dynamic_bmgs', { types: [{ type: 'ou', value: 'many' }] }),
      'arguments.types[0].value',
      /decimal/,
    );
    refused(
      withCall('dynamic_bmgs', {
        types: [
          { type: 'ou', value: '1' },
          { type: '1x2_hc', value: '-2' },
        ],
      }),
      'arguments.types[1].participant',
      /home or away/,
      'nothing',
    );
    refused(withCall('dynamic_bmgs', { types: [3] }), 'arguments.types[0]', /type and value/);
  });
});

describe('timestamp', () => {
  test('that is missing or null becomes the time of receipt', () => {
    const { timestamp, ...rest } = incident();
    assert.equal(parse(rest).timestamp, '2026-01-15T12:00:00.25Z');
    assert.equal(parse(incident({ timestamp: null })).timestamp, '2026-01-15T12:00:00.25Z');
    assert.equal('original_timestamp' in parse(rest), false);
  });

  test('that cannot be read becomes the time of receipt, and its text stays', () => {
    for (const timestamp of ['yesterday', 1700000000]) {
      const body = parse(incident({ timestamp }));
      assert.equal(body.timestamp, '2026-01-15T12:00:00.25Z');
      assert.equal(body.original_timestamp, timestamp);
    }
  });

  test('becomes UTC', () => {
    assert.equal(
      parse(incident({ timestamp: '2018-04-25T12:54:10.495868+02:00' })).timestamp,
      '2018-04-25T10:54:10.495868Z',
    );
  });
});

describe('pushed', () => {
  const pushed = (value: unknown) =>
    parse(incident({ provider_info: { name: 'abc', pushed: value } as JsonObject })).provider_info;

  test('becomes UTC where it is a date and stays what it is otherwise', () => {
    assert.deepEqual(pushed('2018-03-10T01:06:23.10+01:00'), {
      name: 'abc',
      pushed: '2018-03-10T00:06:23.1Z',
    });
    assert.deepEqual(pushed('noon'), { name: 'abc', pushed: 'noon' });
    assert.deepEqual(pushed(null), { name: 'abc' });
    assert.deepEqual(pushed(12), { name: 'abc', original_pushed: 12 });
  });
});

describe('unique_string', () => {
  test('may be missing, null or empty, but is text', () => {
    assert.equal(parse(incident({ unique_string: null })).unique_string, undefined);
    assert.equal(parse(incident({ unique_string: '' })).unique_string, undefined);
    refused(incident({ unique_string: 5 }), 'unique_string', /text/, '5');
  });
});

describe('instants', () => {
  test('survive printing and reading', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const instant = parseInstant(date.toISOString());
          assert.ok(instant);
          assert.equal(instantDate(instant).getTime(), date.getTime());
          assert.deepEqual(parseInstant(formatInstant(instant)), instant);
        },
      ),
    );
  });

  test('have an offset of the same meaning everywhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1439, max: 1439 }), (offset) => {
        const wall = new Date(Date.UTC(2026, 0, 15, 12) + offset * 60_000).toISOString().slice(0, 19);
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((n) =>
          String(n).padStart(2, '0'),
        );
        const instant = parseInstant(`${wall}${offset < 0 ? '-' : '+'}${hours}:${minutes}`);
        assert.equal(instant?.wholeMs, Date.UTC(2026, 0, 15, 12));
      }),
    );
  });
});
