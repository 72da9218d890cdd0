import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { nameChoice } from '../../cli/sports/name-choice.ts';
import { NameKind } from '../../gen/bos/v1/common_pb.js';
import { UnknownNameSchema } from '../../gen/bos/v1/sports_pb.js';

const came = (kind: NameKind, name: string, sport = '', outOfSeason = '') =>
  create(UnknownNameSchema, { hint: { kind, name, sport, outOfSeason } });

test('a name is what it came in as', () => {
  const unknown = [came(NameKind.PARTICIPANT, 'Foo', 'Soccer'), came(NameKind.PARTICIPANT, 'foo ', 'Soccer')];
  assert.deepEqual(nameChoice('FOO', {}, unknown), {
    kind: NameKind.PARTICIPANT,
    name: 'FOO',
    sport: 'Soccer',
  });
});

test('a name that came in as several things needs kind or sport', () => {
  const unknown = [
    came(NameKind.PARTICIPANT, 'Foo', 'Soccer'),
    came(NameKind.EVENT_GROUP, 'Foo', 'Soccer'),
    came(NameKind.PARTICIPANT, 'Foo', 'Chess'),
  ];
  assert.deepEqual(nameChoice('Foo', {}, unknown), {
    problem:
      '"Foo" came in as participant of Soccer and as event_group of Soccer and as participant of Chess: say which by --kind and --sport',
  });
  assert.deepEqual(nameChoice('Foo', { kind: 'event_group' }, unknown), {
    kind: NameKind.EVENT_GROUP,
    name: 'Foo',
    sport: 'Soccer',
  });
  assert.deepEqual(nameChoice('Foo', { sport: 'chess' }, unknown), {
    kind: NameKind.PARTICIPANT,
    name: 'Foo',
    sport: 'Chess',
  });
});

test('what is said in full need not have come in, and a league out of season is no unknown name', () => {
  assert.deepEqual(nameChoice('Foo', { kind: 'sport' }, []), {
    kind: NameKind.SPORT,
    name: 'Foo',
    sport: '',
  });
  const season = [came(NameKind.EVENT_GROUP, 'Foo', 'Soccer', '2020 to 2021')];
  assert.ok('problem' in nameChoice('Foo', {}, season));
});
