import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChainView } from '../../../core/chain/types.ts';
import {
  assertFound,
  found,
  lastView,
  sample,
  withBlock,
  withEvent,
  withWitness,
} from './findings-changes.ts';
import type { RecordedBlock } from './record.ts';

describe('the findings of an evening', () => {
  it('are none when every property holds', () => {
    assert.deepEqual(found({}), []);
  });
});

describe('ends that are wrong', () => {
  it('a market with another winner', () => {
    const flip: Record<string, string> = { win: 'not_win', not_win: 'win' };
    const events = withEvent('settled', (event) => ({
      ...event,
      groups: event.groups.map((group, at) =>
        at > 0
          ? group
          : {
              ...group,
              markets: group.markets.map((market) => ({
                ...market,
                resolution: flip[String(market.resolution)] ?? '',
              })),
            },
      ),
    }));
    assertFound(
      found({ events }),
      /market .* should be not_win by 3:1, is win/,
      /should be win by 3:1, is not_win/,
    );
  });

  it('other scores, or none where nobody finished it before', () => {
    for (const scores of [['1', '3'], []]) {
      const events = withEvent('settled', (each) => ({ ...each, event: { ...each.event, scores } }));
      assertFound(found({ events }), /should have the scores 3:1/);
    }
  });

  it('an event that was to be settled and is alive', () => {
    const events = withEvent('settled', (each) => ({ ...each, alive: true }));
    assertFound(found({ events }), /should be settled, .* is alive/);
  });

  it('a group that is missing', () => {
    const events = withEvent('settled', (each) => ({ ...each, groups: each.groups.slice(0, 1) }));
    const lines = found({ events });
    assert.ok(
      lines.some((line) => /should have the groups .*Total Goals/.test(line)),
      lines.join('\n'),
    );
  });

  it('a canceled event that was settled', () => {
    const events = withEvent('canceled', (each) => ({
      ...each,
      event: { ...each.event, status: 'settled' },
    }));
    assertFound(found({ events }), /should be canceled, .* is settled/);
  });

  it('an undecided event that is gone, and one whose witness does not say who said what', () => {
    const events = withEvent('undecided', (each) => ({ ...each, alive: false }));
    assertFound(found({ events }), /should be alive and unresolved/);
    const { eventId } = sample.matches.undecided;
    const witnesses = withWitness(({ decisions }) => {
      const decision = decisions.get(eventId)?.get('result') ?? assert.fail();
      const reasons = [{ code: 'undecided', text: 'provider-a gave 1:0' }];
      return { decisions: new Map([[eventId, new Map([['result', { ...decision, reasons }]])]]) };
    });
    assertFound(found({ witnesses }), /witness1 should say that provider-b gave 2:0/);
  });

  it('an event that should never have been, one that never was, and one that nobody planned', () => {
    const absent = sample.evening.matches.map((match) =>
      match.eventId === sample.matches.undecided.eventId
        ? { ...match, expected: { kind: 'absent' as const } }
        : match,
    );
    assertFound(found({}, { matches: absent }), /should never have been created/);
    const created = sample.evening.matches.map((match) =>
      match.eventId === sample.matches.absent.eventId
        ? { ...match, expected: { kind: 'canceled' as const } }
        : match,
    );
    assertFound(found({}, { matches: created }), /was never created/);
    const forgotten = sample.evening.matches.filter(
      ({ eventId }) => eventId !== sample.matches.undecided.eventId,
    );
    assertFound(found({}, { matches: forgotten }), /no match of the evening is that/);
  });

  it('an event that was created twice', () => {
    const twin = sample.record.events.find(({ event }) =>
      JSON.stringify(event).includes(sample.matches.canceled.home),
    );
    assert.ok(twin);
    assertFound(
      found({ events: [...sample.record.events, { ...twin, id: '1.22.99' }] }),
      /was created as .* and 1.22.99/,
    );
  });
});

describe('two of the same', () => {
  it('events, groups and markets', () => {
    const view = lastView();
    const again = <T extends { id: string }>(list: readonly T[]): readonly T[] =>
      list.flatMap((each) => [each, { ...each, id: `${each.id}9` }]);
    const doubled: readonly [Partial<ChainView>, RegExp][] = [
      [{ events: (league) => again(view.events(league)) }, /^event .* is on chain as/],
      [{ marketGroups: (event) => again(view.marketGroups(event)) }, /^group .* is on chain as/],
      [{ markets: (group) => again(view.markets(group)) }, /^market .* is on chain as/],
    ];
    for (const [change, pattern] of doubled) {
      const lines = found({ blocks: withBlock({ view: { ...view, ...change } }) });
      assert.ok(lines.length > 0 && lines.every((line) => pattern.test(line)), lines.join('\n'));
    }
  });

  it('dynamic groups of one type with two values', () => {
    const { blocks } = sample.record;
    const at = blocks.findIndex(({ view }) =>
      view
        .sports()
        .some((sport) =>
          view
            .eventGroups(sport.id)
            .some((league) => view.events(league.id).some(({ id }) => view.marketGroups(id).length > 1)),
        ),
    );
    const block = blocks[at] ?? assert.fail();
    const twice: RecordedBlock = {
      ...block,
      view: {
        ...block.view,
        marketGroups: (event) =>
          block.view.marketGroups(event).flatMap((group) => {
            const description = group.description.map(
              ([key, text]) => [key, text.replace('5.5', '6.5')] as const,
            );
            return group.description.some(([key]) => key === '_ou')
              ? [group, { ...group, id: '1.24.99', description }]
              : [group];
          }),
      },
    };
    assertFound(found({ blocks: blocks.with(at, twice) }), /^group .* ou .* is on chain as .* and 1.24.99/);
  });
});

describe('complaints', () => {
  it('logged errors, exceptions, and incidents that were lost or refused', () => {
    assertFound(
      found({ witnesses: withWitness(() => ({ errors: ['boom'] })) }),
      /witness1 logged an error: boom/,
    );
    const { eventId } = sample.matches.canceled;
    const witnesses = withWitness(({ decisions }) => {
      const decision = decisions.get(sample.matches.undecided.eventId)?.get('result') ?? assert.fail();
      return {
        decisions: new Map([
          ...decisions,
          [eventId, new Map([['finish', { ...decision, status: 'unhandled_exception' as const }]])],
        ]),
      };
    });
    assertFound(found({ witnesses }), /witness1: finish of .* ended by an exception/);
    const lost = found({
      witnesses: withWitness(({ incidents }) => ({ incidents: incidents.slice(0, -1) })),
    });
    assert.ok(lost.some((line) => /witness1 took \d+ of \d+ incidents/.test(line)));
  });
});
