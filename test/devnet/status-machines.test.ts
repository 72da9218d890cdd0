import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Operation } from '../../core/chain/types.ts';
import { type Any, execute, op, signed } from './support/client.ts';
import { type Setting, setting } from './support/setting.ts';

describe('the state machines of a chain', () => {
  /** One witness, so that its own approval executes; a sport, a league and rules are there. */
  let here: Setting;
  before(async () => {
    here = await setting({ witnesses: 1 });
    await run([
      op(52, { name: [['en', 'Hockey']] }),
      op(54, { name: [['en', 'League']], sport_id: '0.0.0' }),
      op(58, { name: [['en', 'Rules']], description: [['en', 'Rules']] }),
    ]);
  });
  after(async () => {
    await here[Symbol.asyncDispose]();
  });

  /** Executes operations as one proposal; resolves with the reason when they fail. */
  async function run(operations: readonly Operation[]): Promise<string | undefined> {
    const { devnet, client } = here;
    return execute(devnet, client, operations, ['witness1']);
  }

  async function done(operations: readonly Operation[]): Promise<void> {
    assert.equal(await run(operations), undefined);
  }

  interface GroupChoice {
    readonly neverInPlay?: boolean;
    readonly delay?: number;
  }

  interface Match {
    readonly event: string;
    readonly groups: readonly string[];
    readonly markets: readonly (readonly string[])[];
  }

  const last = <T>(items: readonly T[]): T => items.at(-1)!;

  /** A new event with groups of two markets each. */
  async function match(groups: readonly GroupChoice[] = [{}]): Promise<Match> {
    const operations: Operation[] = [
      op(56, { name: [['en', 'A v B']], season: [['en', '2026']], event_group_id: '1.21.0' }),
    ];
    for (const { neverInPlay = false, delay = 0 } of groups) {
      operations.push(
        op(60, {
          description: [['en', 'Moneyline']],
          event_id: '0.0.0',
          rules_id: '1.23.0',
          asset_id: '1.3.0',
          never_in_play: neverInPlay,
          delay_before_settling: delay,
        }),
      );
      const group = `0.0.${operations.length - 1}`;
      for (const side of ['A', 'B']) {
        operations.push(
          op(61, { group_id: group, description: [['en', side]], payout_condition: [['en', side]] }),
        );
      }
    }
    await done(operations);
    const event = last<Any>(await here.client.get('list_events_in_group', '1.21.0')).id;
    const made: Any[] = await here.client.get('list_betting_market_groups', event);
    const markets = await Promise.all(made.map(({ id }) => here.client.get('list_betting_markets', id)));
    return {
      event,
      groups: made.map(({ id }) => id),
      markets: markets.map((list: Any[]) => list.map(({ id }) => id)),
    };
  }

  const eventTo = (event: string, status: string, scores: readonly string[] = []): Operation =>
    op(72, { event_id: event, status, scores });
  const groupTo = (group: string, status: string): Operation =>
    op(70, { betting_market_group_id: group, status });
  const resolve = (group: string, ...resolutions: readonly (readonly [string, string])[]): Operation =>
    op(63, { betting_market_group_id: group, resolutions });
  /** The first market wins, or all are void. */
  const result = ({ groups, markets }: Match, index: number, outcome: 'win' | 'cancel' = 'win'): Operation =>
    resolve(
      groups[index]!,
      ...markets[index]!.map((id, place): [string, string] => [
        id,
        outcome === 'cancel' ? 'cancel' : place === 0 ? 'win' : 'not_win',
      ]),
    );

  async function statuses({ event, groups }: Match): Promise<readonly (string | null)[]> {
    const objects: Any[] = await here.client.get('get_objects', [event, ...groups]);
    return objects.map((object) => object?.status ?? null);
  }

  async function marketStatuses({ markets }: Match, index = 0): Promise<readonly (string | null)[]> {
    const objects: Any[] = await here.client.get('get_objects', markets[index]!);
    return objects.map((object) => object?.status ?? null);
  }

  const NO = 'Invalid state transition: No transition';
  const SAME = 'status would not change the state of the betting market group';

  describe('an event, by a status operation', () => {
    const STATUSES = ['upcoming', 'in_progress', 'frozen', 'finished', 'canceled'];
    const TABLE: readonly (readonly [name: string, path: readonly string[], allowed: readonly string[]])[] = [
      ['upcoming', [], STATUSES],
      ['in_progress', ['in_progress'], ['in_progress', 'frozen', 'finished', 'canceled']],
      ['frozen from upcoming', ['frozen'], STATUSES],
      [
        'frozen from in_progress',
        ['in_progress', 'frozen'],
        ['in_progress', 'frozen', 'finished', 'canceled'],
      ],
      ['finished', ['finished'], ['finished', 'canceled']],
    ];
    for (const [name, path, allowed] of TABLE) {
      for (const status of STATUSES) {
        test(`${name} to ${status} is ${allowed.includes(status) ? 'possible' : 'refused'}`, async () => {
          const { event } = await match([]);
          for (const step of path) await done([eventTo(event, step)]);
          const reason = await run([eventTo(event, status, ['1', '0'])]);
          const [object] = await here.client.get('get_objects', [event]);
          if (!allowed.includes(status)) {
            assert.equal(reason, NO);
            assert.deepEqual(object.scores, []);
          } else {
            assert.equal(reason, undefined);
            assert.equal(object?.status ?? 'canceled', status);
            if (object) assert.deepEqual(object.scores, ['1', '0']);
          }
        });
      }
    }

    test('the present status again is fine by a status operation and refused by an update', async () => {
      const { event } = await match([]);
      await done([eventTo(event, 'upcoming', ['7'])]);
      assert.equal(await run([op(57, { event_id: event, new_status: 'upcoming' })]), NO);
      await done([eventTo(event, 'upcoming')]);
      const [object] = await here.client.get('get_objects', [event]);
      assert.deepEqual(object.scores, [], 'an empty list wipes the scores');
    });

    test('settled cannot be set', async () => {
      const { event } = await match([]);
      assert.equal(
        await run([eventTo(event, 'settled')]),
        'unspecified: Status settled cannot be explicitly set',
      );
    });
  });

  describe('a market group, by an update', () => {
    const STATUSES = ['upcoming', 'in_play', 'frozen', 'closed', 'canceled'];
    const TABLE: readonly (readonly [name: string, path: readonly string[], allowed: readonly string[]])[] = [
      ['upcoming', [], ['in_play', 'frozen', 'closed', 'canceled']],
      ['in_play', ['in_play'], ['frozen', 'closed', 'canceled']],
      ['frozen from upcoming', ['frozen'], ['upcoming', 'in_play', 'closed', 'canceled']],
      ['frozen from in_play', ['in_play', 'frozen'], ['in_play', 'closed', 'canceled']],
      ['closed', ['closed'], ['canceled']],
      ['graded', ['closed', 'graded'], ['canceled']],
    ];
    for (const [name, path, allowed] of TABLE) {
      for (const status of STATUSES) {
        const shown = last(['upcoming', ...path]);
        test(`${name} to ${status} is ${allowed.includes(status) ? 'possible' : 'refused'}`, async () => {
          // A second group keeps the event from finishing.
          const made = await match([{ delay: 1000 }, {}]);
          const [group = ''] = made.groups;
          for (const step of path) await done([step === 'graded' ? result(made, 0) : groupTo(group, step)]);
          const reason = await run([groupTo(group, status)]);
          if (allowed.includes(status)) {
            assert.equal(reason, undefined);
            const [, now] = await statuses(made);
            assert.equal(now ?? 'canceled', status);
          } else if (status === shown) {
            assert.ok(reason?.endsWith(SAME), reason);
          } else {
            assert.equal(reason, NO);
          }
        });
      }
      test(`${name} can ${name === 'closed' ? '' : 'not '}be graded`, async () => {
        const made = await match([{ delay: 1000 }, {}]);
        const [group = ''] = made.groups;
        for (const step of path) await done([step === 'graded' ? result(made, 0) : groupTo(group, step)]);
        assert.equal(await run([result(made, 0)]), name === 'closed' ? undefined : NO);
      });
    }

    for (const status of ['graded', 're_grading', 'settled']) {
      test(`${status} cannot be set`, async () => {
        const { groups } = await match();
        assert.equal(
          await run([groupTo(groups[0]!, status)]),
          `unspecified: The status ${status} cannot be set directly`,
        );
      });
    }
  });

  describe('what an event passes on to its groups', () => {
    test('in_progress puts groups in play, frozen freezes groups and markets, and back', async () => {
      const made = await match();
      await done([eventTo(made.event, 'in_progress')]);
      assert.deepEqual(await statuses(made), ['in_progress', 'in_play']);
      await done([eventTo(made.event, 'frozen')]);
      assert.deepEqual(await statuses(made), ['frozen', 'frozen']);
      assert.deepEqual(await marketStatuses(made), ['frozen', 'frozen']);
      await done([eventTo(made.event, 'in_progress')]);
      assert.deepEqual(await statuses(made), ['in_progress', 'in_play']);
      assert.deepEqual(await marketStatuses(made), ['unresolved', 'unresolved']);
    });

    test('a group that is never in play stays upcoming, and returns there from frozen', async () => {
      const made = await match([{ neverInPlay: true }]);
      await done([eventTo(made.event, 'in_progress')]);
      assert.deepEqual(await statuses(made), ['in_progress', 'upcoming']);
      await done([groupTo(made.groups[0]!, 'in_play')]);
      assert.deepEqual(
        await statuses(made),
        ['in_progress', 'upcoming'],
        'set in play without error and without effect',
      );
      await done([eventTo(made.event, 'frozen')]);
      assert.deepEqual(await statuses(made), ['frozen', 'frozen']);
      await done([eventTo(made.event, 'in_progress')]);
      assert.deepEqual(await statuses(made), ['in_progress', 'upcoming']);
    });

    test('finished closes the groups; closed markets are shown as unresolved', async () => {
      const made = await match();
      await done([eventTo(made.event, 'finished', ['2', '1'])]);
      assert.deepEqual(await statuses(made), ['finished', 'closed']);
      assert.deepEqual(await marketStatuses(made), ['unresolved', 'unresolved']);
    });

    test('canceled removes the event, its groups and its markets in the same block', async () => {
      const made = await match([{}, {}]);
      await done([eventTo(made.event, 'canceled')]);
      assert.deepEqual(await statuses(made), [null, null, null]);
      assert.deepEqual(await marketStatuses(made), [null, null]);
      const copies: Any[] = await here.client.call('bookie', 'get_objects', [
        made.event,
        ...made.groups,
        ...made.markets[0]!,
      ]);
      assert.deepEqual(
        copies.map((copy) => copy.status),
        ['canceled', 'canceled', 'canceled', 'canceled', 'canceled'],
      );
      assert.equal(copies[3].resolution, 'cancel');
    });

    test('a group that cannot follow stays, and the others follow', async () => {
      const made = await match([{}, {}]);
      await done([groupTo(made.groups[0]!, 'closed')]);
      await done([eventTo(made.event, 'in_progress')]);
      assert.deepEqual(await statuses(made), ['in_progress', 'closed', 'in_play']);
    });
  });

  describe('what an event does by itself', () => {
    test('closing the last open group finishes it', async () => {
      const made = await match([{}, {}]);
      await done([groupTo(made.groups[0]!, 'closed')]);
      assert.deepEqual(await statuses(made), ['upcoming', 'closed', 'upcoming']);
      await done([groupTo(made.groups[1]!, 'closed')]);
      assert.deepEqual(await statuses(made), ['finished', 'closed', 'closed']);
    });

    test('settling the last group of a finished event settles and removes it', async () => {
      const made = await match([{}, {}]);
      await done([eventTo(made.event, 'finished')]);
      await done([result(made, 0, 'cancel')]);
      assert.deepEqual(await statuses(made), ['finished', null, 'closed']);
      await done([result(made, 1)]);
      assert.deepEqual(await statuses(made), [null, null, null]);
      const copies: Any[] = await here.client.call('bookie', 'get_objects', [
        made.event,
        ...made.groups,
        ...made.markets[1]!,
      ]);
      assert.deepEqual(
        copies.map((copy) => copy.status),
        ['settled', 'canceled', 'settled', 'settled', 'settled'],
      );
      assert.deepEqual([copies[3].resolution, copies[4].resolution], ['win', 'not_win']);
    });

    test('when every group was canceled after finishing, it ends canceled', async () => {
      const made = await match();
      await done([eventTo(made.event, 'finished')]);
      await done([result(made, 0, 'cancel')]);
      assert.deepEqual(await statuses(made), [null, null]);
      const [copy] = await here.client.call('bookie', 'get_objects', [made.event]);
      assert.equal(copy.status, 'canceled');
    });

    test('groups that are canceled before it finishes leave it where it is, and finishing later does not settle it', async () => {
      const made = await match();
      await done([groupTo(made.groups[0]!, 'canceled')]);
      assert.deepEqual(await statuses(made), ['upcoming', null]);
      await done([eventTo(made.event, 'finished')]);
      assert.deepEqual(await statuses(made), ['finished', null]);
    });

    test('a group made after it finished cannot be closed, only canceled', async () => {
      const made = await match();
      await done([eventTo(made.event, 'finished')]);
      await done([
        op(60, {
          description: [['en', 'Late']],
          event_id: made.event,
          rules_id: '1.23.0',
          asset_id: '1.3.0',
          never_in_play: false,
          delay_before_settling: 0,
        }),
      ]);
      const late = last<Any>(await here.client.get('list_betting_market_groups', made.event));
      assert.equal(late.status, 'upcoming');
      assert.equal(await run([groupTo(late.id, 'closed')]), NO);
      await done([groupTo(late.id, 'canceled')]);
    });

    test('in_progress, finished and a result in one proposal settle the match', async () => {
      const made = await match();
      await done([
        eventTo(made.event, 'in_progress'),
        eventTo(made.event, 'finished', ['3', '2']),
        result(made, 0),
      ]);
      assert.deepEqual(await statuses(made), [null, null]);
    });
  });

  describe('resolving', () => {
    test('checks the resolutions in the order of the node', async () => {
      const made = await match([{}, {}]);
      await done([eventTo(made.event, 'finished')]);
      const [group = ''] = made.groups;
      const [[a = '', b = ''] = [], [foreign = ''] = []] = made.markets;
      const reason = async (...resolutions: readonly (readonly [string, string])[]) =>
        (await run([resolve(group, ...resolutions)]))?.split(': ').at(-1);
      assert.equal(
        await reason([a, 'win']),
        'You must publish resolutions for all 2 markets in the group, you published 1',
      );
      assert.equal(
        await reason([a, 'win'], [foreign, 'not_win']),
        `Missing resolution for betting market ${b}`,
      );
      assert.equal(
        await reason([a, 'cancel'], [b, 'win']),
        'You must cancel all betting markets or none of the betting markets in the group',
      );
      assert.equal(await reason([a, 'win'], [b, 'win']), 'There must be exactly one winning market');
      assert.equal(await reason([a, 'not_win'], [b, 'not_win']), 'There must be exactly one winning market');
      assert.equal(await reason([b, 'not_win'], [a, 'win']), undefined, 'the order does not matter');
    });

    test('all cancel works on a group that is still open', async () => {
      const made = await match([{}, {}]);
      await done([result(made, 0, 'cancel')]);
      assert.deepEqual(await statuses(made), ['upcoming', null, 'upcoming']);
    });

    test('a market made after its group was closed keeps the group from being graded', async () => {
      const made = await match([{}, {}]);
      const [group = ''] = made.groups;
      await done([groupTo(group, 'closed')]);
      await done([
        op(61, { group_id: group, description: [['en', 'Late']], payout_condition: [['en', 'Late']] }),
      ]);
      const markets: Any[] = await here.client.get('list_betting_markets', group);
      const late = last(markets).id;
      const [[a = '', b = ''] = []] = made.markets;
      assert.equal(await run([resolve(group, [a, 'win'], [b, 'not_win'], [late, 'not_win'])]), NO);
      await done([resolve(group, [a, 'cancel'], [b, 'cancel'], [late, 'cancel'])]);
    });

    test('with a delay the group is graded first and settles when its time has come', async () => {
      const made = await match([{ delay: 3 }]);
      await done([eventTo(made.event, 'finished')]);
      await done([result(made, 0)]);
      // Executed in the last block, while the one before was the head.
      const executed = here.devnet.chain.head().time.getTime() - 1000;
      const [, group] = await here.client.get('get_objects', [made.event, ...made.groups]);
      assert.equal(group.status, 'graded');
      assert.equal(group.settling_time, new Date(executed + 3000).toISOString().slice(0, 19));
      assert.deepEqual(await marketStatuses(made), ['graded', 'graded']);
      await here.devnet.produceBlock();
      assert.deepEqual(await statuses(made), ['finished', 'graded']);
      await here.devnet.produceBlock();
      assert.deepEqual(await statuses(made), [null, null]);
    });

    test('a graded group can be canceled before it settles', async () => {
      const made = await match([{ delay: 1000 }]);
      await done([eventTo(made.event, 'finished'), result(made, 0)]);
      await done([groupTo(made.groups[0]!, 'canceled')]);
      assert.deepEqual(await statuses(made), [null, null]);
    });

    test('is possible outside a proposal when the witnesses sign, unlike every other bookie operation', async () => {
      const made = await match();
      await done([eventTo(made.event, 'finished')]);
      const send = (operation: Operation) =>
        here.client.call(
          'network_broadcast',
          'broadcast_transaction',
          signed(here.devnet, [operation], { signers: ['witness1'] }),
        );
      await assert.rejects(send(eventTo(made.event, 'canceled')), {
        message: 'Assert Exception: trx_state->_is_proposed_trx: ',
      });
      await send(result(made, 0));
      await here.devnet.produceBlock();
      assert.deepEqual(await statuses(made), [null, null]);
    });
  });

  describe('deleting', () => {
    test('an event group cancels its events; a sport takes its groups with it; rules stay', async () => {
      await done([
        op(52, { name: [['en', 'Other']] }),
        op(54, { name: [['en', 'First']], sport_id: '0.0.0' }),
        op(54, { name: [['en', 'Second']], sport_id: '0.0.0' }),
        op(56, { name: [['en', 'x']], season: [['en', 'y']], event_group_id: '0.0.1' }),
        op(56, { name: [['en', 'x']], season: [['en', 'y']], event_group_id: '0.0.2' }),
      ]);
      const sport = last<Any>(await here.client.get('list_sports')).id;
      const [first, second] = await here.client.get('list_event_groups', sport);
      const [one] = await here.client.get('list_events_in_group', first.id);
      const [two] = await here.client.get('list_events_in_group', second.id);
      await done([op(74, { event_group_id: first.id })]);
      assert.deepEqual(await here.client.get('get_objects', [first.id, one.id]), [null, null]);
      await done([op(73, { sport_id: sport })]);
      assert.deepEqual(await here.client.get('get_objects', [sport, second.id, two.id]), [null, null, null]);
      const [rules] = await here.client.get('get_objects', ['1.23.0']);
      assert.equal(rules.id, '1.23.0');
    });
  });
});
