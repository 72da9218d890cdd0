import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import type { EventGroup, Participant, Sport, SportsData } from '../../../core/sports/types.ts';

function group(identifier: string, changes: Partial<EventGroup> = {}): EventGroup {
  return {
    identifier,
    name: { en: identifier },
    aliases: [],
    participants: 'a',
    marketGroups: [],
    eventScheme: { en: 'x' },
    ...changes,
  };
}

function team(identifier: string, aliases: readonly string[] = [], name = { en: identifier }): Participant {
  return { identifier, name, aliases };
}

function sport(identifier: string, changes: Partial<Sport>): Sport {
  return {
    identifier,
    name: { en: identifier },
    aliases: [],
    eventGroups: [],
    rules: new Map(),
    marketGroups: new Map(),
    participants: new Map(),
    ...changes,
  };
}

const DATA: SportsData = {
  network: 'test',
  chainId: '*',
  digest: '',
  sports: [
    sport('AmericanFootball', { aliases: ['Football', 'Soccer'], eventGroups: [group('NFL')] }),
    sport('Soccer', {
      name: { en: 'Soccer', de: 'Fußball' } as Sport['name'],
      eventGroups: [
        group('Cup 2025', {
          aliases: ['Cup'],
          startDate: new Date('2025-01-01'),
          finishDate: new Date('2025-12-31'),
        }),
        group('Cup 2026', {
          aliases: ['Cup'],
          startDate: new Date('2026-01-01'),
          finishDate: new Date('2026-12-31'),
        }),
        group('Friendlies'),
        group('Since', { startDate: new Date('2026-01-01') }),
        group('Old', { aliases: ['Friendlies'] }),
      ],
      participants: new Map([
        ['a', [team('Inter', ['Milano'], { en: 'Internazionale' }), team('Juventus', ['Bianconeri'])]],
        ['b', [team('Udinese', ['Bianconeri', 'Inter']), team('Milano')]],
      ]),
    }),
  ],
};
const normalizer = makeNormalizer(DATA);
const find = (changes: Partial<Parameters<typeof normalizer.match>[0]> = {}) =>
  normalizer.match({
    sport: 'Soccer',
    eventGroupName: 'Friendlies',
    startTime: new Date('2026-06-01'),
    home: 'Juventus',
    away: 'Udinese',
    ...changes,
  });
const found = (changes: Parameters<typeof find>[0] = {}) => {
  const result = find(changes);
  assert.ok(result.ok);
  const { sport: itsSport, eventGroup, home, away } = result.match;
  return [itsSport, eventGroup, home, away].map(({ identifier }) => identifier);
};

describe('names', () => {
  test('are found by identifier, any language and any alias, trimmed and in any case', () => {
    assert.deepEqual(found({ sport: ' FUSSBALL'.replace('SS', 'ß') }), [
      'Soccer',
      'Friendlies',
      'Juventus',
      'Udinese',
    ]);
    assert.deepEqual(found({ home: ' INTERNAZIONALE\t' })[2], 'Inter');
  });

  test('that are an identifier of one and an alias of another mean the one', () => {
    assert.equal(found({ sport: 'soccer' })[0], 'Soccer');
    assert.equal(found({ home: 'inter' })[2], 'Inter');
    assert.equal(found({ home: 'milano' })[2], 'Milano');
    assert.equal(found()[1], 'Friendlies');
  });

  test('that two have as alias mean the first', () => {
    assert.equal(found({ home: 'Bianconeri' })[2], 'Juventus');
  });

  test('of teams are looked for in every list of the sport', () => {
    assert.equal(normalizer.participant(DATA.sports[1]!, 'udinese')?.identifier, 'Udinese');
    assert.equal(normalizer.participant(DATA.sports[0]!, 'udinese'), undefined);
    assert.equal(normalizer.participant(DATA.sports[1]!, ''), undefined);
  });
});

describe('leagues', () => {
  test('of one name are told apart by their season, both ends included', () => {
    const league = (time: string) => found({ eventGroupName: 'Cup', startTime: new Date(time) })[1];
    assert.equal(league('2025-01-01T00:00:00Z'), 'Cup 2025');
    assert.equal(league('2025-12-31T00:00:00Z'), 'Cup 2025');
    assert.equal(league('2026-12-31T00:00:00Z'), 'Cup 2026');
  });

  test('without dates are always in season, with one date on one side', () => {
    assert.equal(found({ startTime: new Date(0) })[1], 'Friendlies');
    assert.equal(found({ eventGroupName: 'Since', startTime: new Date('2090-01-01') })[1], 'Since');
    assert.equal(find({ eventGroupName: 'Since', startTime: new Date('2025-12-31') }).ok, false);
  });

  test('that are known but not at that time say which seasons they have', () => {
    assert.deepEqual(find({ eventGroupName: ' Cup ', startTime: new Date('2027-01-01') }), {
      ok: false,
      unknown: [
        {
          kind: 'event_group',
          name: 'Cup',
          sport: 'Soccer',
          outOfSeason: '2025-01-01 to 2025-12-31, 2026-01-01 to 2026-12-31',
        },
      ],
    });
    assert.deepEqual(find({ eventGroupName: 'Since', startTime: new Date(0) }), {
      ok: false,
      unknown: [{ kind: 'event_group', name: 'Since', sport: 'Soccer', outOfSeason: '2026-01-01 to open' }],
    });
  });
});

describe('unknown names', () => {
  test('are listed with where they were looked for', () => {
    assert.deepEqual(find({ sport: ' x ' }), { ok: false, unknown: [{ kind: 'sport', name: 'x' }] });
    assert.deepEqual(find({ home: 'y ', away: 'z' }), {
      ok: false,
      unknown: [
        { kind: 'participant', name: 'y', sport: 'Soccer', eventGroup: 'Friendlies' },
        { kind: 'participant', name: 'z', sport: 'Soccer', eventGroup: 'Friendlies' },
      ],
    });
    assert.deepEqual(find({ eventGroupName: 'NFL', home: 'y' }), {
      ok: false,
      unknown: [
        { kind: 'event_group', name: 'NFL', sport: 'Soccer' },
        { kind: 'participant', name: 'y', sport: 'Soccer' },
      ],
    });
  });

  test('that are keys of every object are unknown as well', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      assert.equal(find({ sport: name }).ok, false);
  });
});
