import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BosError, incidentFromJson } from '../../client/index.ts';
import type { JsonObject } from '../../core/incidents/types.ts';
import { incidentJson } from '../../server/map/incident-in.ts';

const sent = (call: string, args: JsonObject): JsonObject => ({
  id: {
    sport: 'Ice Hockey',
    event_group_name: 'NHL',
    start_time: '2030-03-16T23:02:00Z',
    home: 'A',
    away: 'B',
    own: 1,
  },
  call,
  arguments: args,
  provider_info: { name: 'p', pushed: '2030-03-01T10:00:00Z', match_id: '77' },
  timestamp: '2030-03-01T10:00:01Z',
  unique_string: 'as-sent',
});

describe('an incident in the JSON of data proxies', () => {
  const CASES: readonly (readonly [string, JsonObject])[] = [
    ['create', { season: '2030', unsure: true }],
    ['in_progress', { whistle_start_time: null }],
    ['finish', { whistle_end_time: '2030-03-17T01:00:00Z' }],
    ['result', { home_score: '3', away_score: -1 }],
    ['canceled', { reason: 'fog' }],
    ['canceled', {}],
    [
      'dynamic_bmgs',
      {
        types: [
          { type: '1x2_hc', value: '-1.5', participant: 'A', x: [] },
          { type: 'ou', value: '5' },
        ],
      },
    ],
    ['unknown', { anything: {} }],
  ];
  for (const [call, args] of CASES) {
    it(`comes to the witness as it was: ${call} ${JSON.stringify(args)}`, () => {
      assert.deepEqual(incidentJson(incidentFromJson(sent(call, args))), sent(call, args));
    });
  }

  it('is refused in words when it cannot be told in types', () => {
    const refused = (json: JsonObject, message: RegExp) =>
      assert.throws(
        () => incidentFromJson(json),
        (error) => error instanceof BosError && error.kind === 'invalid' && message.test(error.message),
      );
    refused({}, /expected an object in id, got none/);
    refused({ ...sent('create', {}), id: { sport: 7 } }, /expected text in id\.sport, got 7/);
    refused(sent('goal', {}), /expected one of create, .* in call, got "goal"/);
    refused(sent('dynamic_bmgs', { types: 'ou' }), /expected a list in arguments\.types/);
    refused(
      sent('dynamic_bmgs', { types: [{ type: 'goals', value: '5' }] }),
      /expected one of ou, hc, 1x2_hc in arguments\.types\[0\]\.type, got "goals"/,
    );
  });
});
