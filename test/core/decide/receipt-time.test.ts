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

test('of an incident that was reported again, the latest report decides, whichever was stored first', () => {
  const early = { receivedAt: new Date('2026-01-15T12:00:01Z'), sentAt: new Date('2026-01-15T11:00:00Z') };
  const late = { receivedAt: new Date('2026-01-15T12:00:09Z'), sentAt: new Date('2026-01-15T11:20:00Z') };
  const of = (season: string, reports: readonly (typeof early)[]) => ({
    ...stored({ provider: 'p1', arguments: { season } }),
    ...reports[0],
    sightings: reports,
  });
  const other = of('2026', [{ ...early, sentAt: new Date('2026-01-15T11:10:00Z') }]);
  const counted = ['2025', '2025'].map((season, at) =>
    countProviders([of(season, at === 0 ? [early, late] : [late, early]), other], 'create').latest.map(
      ({ body }) => body.arguments.season,
    ),
  );
  assert.deepEqual(counted, [['2025'], ['2025']]);
});
