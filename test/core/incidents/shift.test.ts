import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { acceptIncident } from '../../../core/incidents/accept.ts';
import { formatSeconds } from '../../../core/incidents/instant.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import { parseReplayLine } from '../../../core/incidents/python-literal.ts';
import { shiftIncident, shiftToStart } from '../../../core/incidents/shift.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';
import { defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';

const NOW = new Date('2026-01-15T12:02:33Z');
const DAY = 86_400_000;

function incident(start: string): JsonObject {
  return {
    id: {
      sport: 'Hockey',
      event_group_name: 'NHL',
      start_time: start,
      home: 'Caps',
      away: 'Islanders',
      extra: 1,
    },
    call: 'in_progress',
    arguments: { whistle_start_time: '2018-03-16T23:07:01.25Z', other: 'x' },
    provider_info: { name: 'abc', pushed: '2018-03-16T23:08:00Z' },
    unique_string: 'old',
    id_string: 'old',
    timestamp: '2018-03-10 01:00:00',
  };
}

describe('shifting an incident', () => {
  test('moves start, whistle, timestamp and pushed together and forgets the old identity', () => {
    assert.deepEqual(shiftIncident(incident('2018-03-16T23:00:00Z'), DAY, NOW), {
      id: {
        sport: 'Hockey',
        event_group_name: 'NHL',
        start_time: '2018-03-17T23:00:00Z',
        home: 'Caps',
        away: 'Islanders',
        extra: 1,
      },
      call: 'in_progress',
      arguments: { whistle_start_time: '2018-03-17T23:07:01.25Z', other: 'x' },
      provider_info: { name: 'abc', pushed: '2018-03-17T23:08:00Z' },
      timestamp: '2018-03-11T01:00:00Z',
    });
  });

  test('never sends from the future', () => {
    const first = incident('2018-03-16T23:00:00Z');
    const delta = shiftToStart(first, new Date(NOW.getTime() + 2 * DAY));
    assert.ok(delta);
    const shifted = shiftIncident(first, delta, NOW);
    assert.equal((shifted.id as JsonObject).start_time, '2026-01-17T12:00:00Z');
    assert.equal((shifted.provider_info as JsonObject).pushed, formatSeconds(NOW));
    assert.equal(shifted.timestamp, '2026-01-10T14:00:00Z');
  });

  test('leaves alone what it cannot read', () => {
    const odd = { id: 'x', arguments: [], provider_info: { pushed: 'noon' }, timestamp: 5 };
    assert.deepEqual(shiftIncident(odd, DAY, NOW), odd);
    assert.equal(shiftToStart(odd, NOW), undefined);
  });

  test('keeps apart and together what the five-minute slots keep apart and together', () => {
    const date = fc.date({ min: new Date('2018-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, date, (start, target) => {
        const delta = shiftToStart(incident(formatSeconds(start)), target);
        assert.ok(delta !== undefined);
        assert.ok(Number.isInteger(delta / 300_000));
        const moved = Math.floor(start.getTime() / 1000) * 1000 + delta;
        assert.ok(moved <= target.getTime() && moved > target.getTime() - 300_000);
      }),
    );
  });

  test('turns the two lines of the corpus into two reports of one coming match', async () => {
    const normalizer = makeNormalizer(await loadSportsData(defaultSportsFolder(), 'devnet'));
    const file = new URL('../../fixtures/incidents/seed-replay.txt', import.meta.url);
    const lines = (await readFile(file, 'utf8')).trim().split('\n').map(parseReplayLine);
    const delta = shiftToStart(lines[0]!, new Date(NOW.getTime() + 2 * DAY));
    assert.ok(delta);
    const accept = (json: JsonObject) => acceptIncident(parseIncident(json, NOW), normalizer);
    const [first, second] = lines.map((line) => accept(shiftIncident(line, delta, NOW)));
    assert.equal(
      first?.eventId,
      '2026-01-17t120000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders',
    );
    assert.equal(first?.uniqueString, `${first?.eventId}__create__2018-true`);
    assert.equal(second?.eventId, first?.eventId);
    assert.equal(first?.sentUniqueString, undefined);
    assert.equal(accept(lines[0]!).body.id.start_time, '2018-03-16T23:00:00Z');
  });
});
