import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countProviders } from '../../../core/decide/counting.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import { stored } from './scenario.ts';

/** A create without a timestamp, as a witness has it that received it then. */
function received(season: string, receivedAt: string) {
  const sent = {
    id: {
      sport: 'Ice Hockey',
      event_group_name: 'NHL',
      start_time: '2026-01-16T23:00:00Z',
      home: 'Washington Capitals',
      away: 'New York Islanders',
    },
    call: 'create',
    arguments: { season },
    provider_info: { name: 'p1' },
  };
  const { timestamp } = parseIncident(sent, new Date(receivedAt)).body;
  return stored({ provider: 'p1', arguments: { season }, timestamp, receivedAt });
}

test('two witnesses that received the reports of a provider who tells no times in another order count the same one', () => {
  const [early, late] = ['2026-01-15T12:00:00.286Z', '2026-01-15T12:00:03.512Z'];
  const one = countProviders([received('2025', early), received('2026', late)], 'create');
  const two = countProviders([received('2026', early), received('2025', late)], 'create');
  assert.deepEqual(two.counted, one.counted);
});
