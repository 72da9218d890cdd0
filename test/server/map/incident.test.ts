import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import { parseIncident } from '../../../core/incidents/parse.ts';
import { DynamicType, IncidentSchema } from '../../../gen/bos/v1/incident_pb.js';
import { incidentJson } from '../../../server/map/incident-in.ts';
import { incidentMessage } from '../../../server/map/incident-out.ts';

const received = new Date('2030-03-01T10:00:00Z');

function body(call: string, args: object, more: object = {}) {
  const id = {
    sport: 'Ice Hockey',
    event_group_name: 'NHL Regular Season',
    start_time: '2030-03-16T23:00:00Z',
    home: 'Washington Capitals',
    away: 'New York Islanders',
    feed_id: 7,
  };
  const provider_info = { name: 'a', pushed: '2030-03-01T10:00:00.123456Z', bitArray: [1, 2], tz: null };
  const base = {
    id,
    call,
    arguments: args,
    provider_info,
    timestamp: '2030-03-01T10:00:00Z',
    unique_string: 'u',
  };
  return parseIncident({ ...base, ...more }, received).body;
}

const bodies = {
  create: body('create', { season: '2030', other: { deep: [true, null] } }),
  'an unsure create': body('create', {
    season: '2030',
    unsure: true,
    whistle_start_time: '2030-03-16T23:00:00Z',
  }),
  in_progress: body('in_progress', { whistle_start_time: '2030-03-16T23:10:16.832033Z' }),
  'in_progress without a time': body('in_progress', { whistle_start_time: null }),
  finish: body(
    'finish',
    { whistle_end_time: '2030-03-17T01:10:16Z' },
    { skip_storage: true, nested: { a: 1 } },
  ),
  result: body('result', { home_score: '3', away_score: '0', season: 'x' }),
  canceled: body('canceled', { reason: 'Postponed, rain' }),
  'canceled without a reason': body('canceled', {}),
  dynamic_bmgs: body('dynamic_bmgs', {
    types: [
      { type: 'ou', value: '8.5', source: 'x' },
      { type: '1x2_hc', value: '-2', participant: 'Washington Capitals' },
      { type: 'hc', value: '2', participant: 'New York Islanders' },
    ],
  }),
  unknown: body('unknown', { received: '2030-03-01T10:00:00Z', what: 'ever' }),
};

describe('an incident', () => {
  for (const [name, sent] of Object.entries(bodies)) {
    it(`of ${name} says the same in JSON after the typed API, through both encodings, extra keys included`, () => {
      const message = create(IncidentSchema, incidentMessage(sent));
      for (const same of [
        fromBinary(IncidentSchema, toBinary(IncidentSchema, message)),
        fromJson(IncidentSchema, toJson(IncidentSchema, message)),
      ]) {
        const again = parseIncident(JSON.parse(JSON.stringify(incidentJson(same))), received).body;
        assert.deepEqual(again, sent);
      }
    });
  }

  it('may not repeat a field in extra', () => {
    const message = create(IncidentSchema, {
      arguments: { case: 'create', value: { season: 'a', extra: { season: 'b' } } },
    });
    assert.throws(() => incidentJson(message), { kind: 'invalid', message: /"season" once/ });
  });

  it('may not name a type of value that means something else, or none', () => {
    const types = (type: DynamicType, sentType: string) =>
      create(IncidentSchema, {
        arguments: { case: 'dynamicBmgs', value: { types: [{ type, sentType, value: '1' }] } },
      });
    for (const message of [
      types(DynamicType.UNSPECIFIED, ''),
      types(DynamicType.OVER_UNDER, 'hc'),
      types(DynamicType.HANDICAP, 'ou'),
    ]) {
      assert.throws(() => incidentJson(message), { kind: 'invalid', message: /types\[0\]\.type/ });
    }
  });

  it('may not start outside of the years 1 to 9999', () => {
    const id = { startTime: { seconds: 400_000_000_000n, nanos: 0 } };
    const message = create(IncidentSchema, { id, arguments: { case: 'create', value: {} } });
    assert.throws(() => incidentJson(message), { kind: 'invalid', message: /incident\.id\.start_time/ });
  });
});
