import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OP, type Operation } from '../../../core/chain/types.ts';
import {
  assertFound,
  first,
  found,
  idOf,
  lastView,
  openProposal,
  proposalFor,
  proposing,
  sample,
  second,
  statusOf,
  withBlock,
  withWitness,
} from './findings-changes.ts';
import { approvalOf } from './findings-sample.ts';
import type { RecordedProposal, RecordedWitness } from './record.ts';

describe('proposals of ours', () => {
  it('that hold what another one of ours held that could have been approved', () => {
    const earlier = proposalFor('canceled of canceled');
    const change = proposing(second, earlier.operations);
    const proposals = change.proposals?.map((each): RecordedProposal => {
      const { closedIn: _closed, ...open } = each;
      return each.id === earlier.id ? { ...open, outcome: 'open' } : each;
    });
    assertFound(
      found({ ...change, ...(proposals ? { proposals } : {}) }),
      /witness2 proposed in 1.10.99 .* what witness1 had proposed/,
    );
  });

  it('are not found fault with where the other one holds what the proposer does not believe', () => {
    const events = [statusOf('undecided', 'finished'), statusOf('undecided', 'in_progress')];
    const lines = found(proposing(second, events));
    assert.deepEqual(
      lines.filter((line) => line.includes('what witness1')),
      [],
    );
  });

  it('that one account approves although they share an operation', () => {
    const { operations } = proposalFor('canceled of canceled');
    const both = [first, first].map(({ id }, at) => openProposal(`1.10.${98 + at}`, operations, [id]));
    const view = { ...lastView(), proposals: () => both };
    assertFound(
      found({ blocks: withBlock({ view }) }),
      /witness1 approves 1.10.98 and 1.10.99, which share an operation/,
    );
  });

  it('that one account approves although they make different things of one event or group', () => {
    const resolve = (outcome: string): Operation => [
      OP.betting_market_group_resolve,
      { betting_market_group_id: '1.24.1', resolutions: [['1.25.1', outcome]] },
    ];
    for (const [one, other] of [
      [statusOf('undecided', 'finished', ['1', '0']), statusOf('undecided', 'finished', ['2', '0'])],
      [resolve('win'), resolve('not_win')],
    ] as const) {
      const both = [openProposal('1.10.98', [one], [first.id]), openProposal('1.10.99', [other], [first.id])];
      const view = { ...lastView(), proposals: () => both };
      assertFound(
        found({ blocks: withBlock({ view }) }),
        /witness1 approves 1.10.98 and 1.10.99, which make different things/,
      );
    }
  });

  it('that one account goes on approving although one cancels what the other is about', () => {
    const both = [
      openProposal('1.10.98', [statusOf('undecided', 'canceled')], [first.id]),
      openProposal('1.10.99', [statusOf('undecided', 'finished')], [first.id]),
    ];
    const [last] = withBlock({ view: { ...lastView(), proposals: () => both } }).slice(-1);
    assert.ok(last);
    const blocks = (count: number) => [
      ...sample.record.blocks,
      ...Array.from({ length: count }, (_, at) => ({ ...last, number: last.number + at })),
    ];
    assert.deepEqual(found({ blocks: blocks(3) }), [], 'it takes some blocks to withdraw');
    assertFound(found({ blocks: blocks(10) }), /one of which cancels what the other is about/);
  });

  it('that propose again what had executed, or was open', () => {
    const { operations } = proposalFor('canceled of canceled');
    const lines = found(proposing(first, operations));
    assert.ok(
      lines.some((line) => /witness1 proposed in 1.10.99 .* again .* had executed/.test(line)),
      lines.join('\n'),
    );
    const again = proposing(first, operations);
    const open = again.proposals?.map(
      (each): RecordedProposal => (each.outcome === 'open' ? each : { ...each, closedIn: 9999 }),
    );
    const others = found({ ...again, ...(open ? { proposals: open } : {}) });
    assert.ok(
      others.some((line) => /again .* was still open/.test(line)),
      others.join('\n'),
    );
  });
});

describe('signatures that should not be', () => {
  it('of a proposal that executed without a majority', () => {
    const id = idOf('in_progress of settled');
    const blocks = sample.record.blocks.map((block) => ({
      ...block,
      transactions: block.transactions.filter(
        ({ account, operations }) => account !== 'witness6' || operations[0]?.[1].proposal !== id,
      ),
    }));
    assertFound(found({ blocks }), /1.10.4 executed in block \d+ with weight 5 of 6/);
  });

  it('under an approval that was withdrawn before it executed', () => {
    const id = idOf('in_progress of settled');
    const blocks = sample.record.blocks.map((block) => ({
      ...block,
      transactions: block.transactions.flatMap((transaction) => {
        const [operation] = transaction.operations;
        if (transaction.account !== 'witness5' || operation?.[1].proposal !== id) return [transaction];
        const fields = {
          ...operation[1],
          active_approvals_to_add: [],
          active_approvals_to_remove: operation[1].active_approvals_to_add,
        };
        return [transaction, { ...transaction, operations: [[operation[0], fields]] as const }];
      }),
    }));
    assertFound(found({ blocks }), /with weight 5 of 6/);
  });

  it('by one of ours of what its incidents did not support, whatever it is', () => {
    const wrong: readonly [Operation, RegExp][] = [
      [statusOf('undecided', 'in_progress'), /no provider had reported in_progress/],
      [statusOf('undecided', 'canceled'), /no provider had reported canceled/],
      [statusOf('undecided', 'finished'), /no provider had reported finish/],
      [
        statusOf('undecided', 'finished', ['1', '0']),
        /did not agree, not on 1:0 \(provider-a 1:0, provider-b 2:0\)/,
      ],
      [statusOf('canceled', 'finished'), /1 providers had reported that it is canceled/],
      [statusOf('settled', 'finished'), /the providers agreed on a result/],
      [[OP.sport_create, { name: [] }], /no incident asks/],
    ];
    for (const [operation, pattern] of wrong) {
      const proposed = found(proposing(second, [operation]));
      assertFound(
        proposed,
        new RegExp(`witness2 proposed 1.10.99 in block \\d+: operation 0: .*${pattern.source}`),
      );
    }
  });

  it('of an event with one provider, another season, a foreign market or asset', () => {
    const { operations } = proposalFor('create of undecided');
    const { home, away } = sample.matches.absent;
    const altered = (at: number, fields: Readonly<Record<string, unknown>>): readonly Operation[] =>
      operations.map(
        (operation, index): Operation =>
          index === at ? [operation[0], { ...operation[1], ...fields }] : operation,
      );
    const wrong: readonly [readonly Operation[], RegExp][] = [
      [altered(0, { name: [['en', `${away} @ ${home}`]] }), /1 of 2 providers had announced it/],
      [altered(0, { season: [['en', '1999']] }), /nobody gave the season "1999"/],
      [altered(1, { asset_id: '1.3.1' }), /"Moneyline" in BTC is no market group/],
      [altered(1, { rules_id: '1.23.0' }), /under the rules/],
      [altered(1, { delay_before_settling: 60 }), /otherwise than the data/],
      [altered(2, { description: [['en', 'Draw']] }), /creates the market "Draw"/],
    ];
    for (const [proposed, pattern] of wrong) {
      const lines = found(proposing(second, proposed)).filter((line) =>
        line.startsWith('witness2 proposed 1.10.99'),
      );
      assertFound(lines, pattern);
    }
  });

  it('of a resolution with another winner', () => {
    const { operations, block } = proposalFor('result of settled');
    const flipped = operations.map((operation): Operation => {
      const { resolutions } = operation[1];
      return Array.isArray(resolutions)
        ? [
            operation[0],
            {
              ...operation[1],
              resolutions: resolutions.map(([market, outcome]) => [
                market,
                outcome === 'win' ? 'not_win' : 'win',
              ]),
            },
          ]
        : operation;
    });
    const proposals = sample.record.proposals.map((each) =>
      each.block === block ? { ...each, operations: flipped } : each,
    );
    const lines = found({ proposals });
    // Everybody signed it: one by proposing it as well.
    assert.equal(lines.length, 7, lines.join('\n'));
    assert.match(lines[0] ?? '', /witness1 proposed .* resolves "Buffalo Sabres" of .* as win, with 3:1/);
  });

  it('before the reports came', () => {
    const late = (witness: RecordedWitness) =>
      witness.incidents.map((each) => ({ ...each, at: new Date(each.at.getTime() + 3_600_000) }));
    const lines = found({ witnesses: withWitness((witness) => ({ incidents: late(witness) })) });
    assert.ok(lines.length >= 14, lines.join('\n'));
    assert.ok(lines.every((line) => line.startsWith('witness1 ')));
  });

  it('of a proposal that nobody made', () => {
    const blocks = withBlock({ transactions: [approvalOf(first, '1.10.77')] });
    assertFound(found({ blocks }), /witness1 approved 1.10.77 .* nobody proposed that/);
  });

  it("are nobody's business when the lying witness gives them", () => {
    const liar = sample.record.witnesses.find(({ role }) => role === 'lying');
    assert.ok(liar);
    assert.deepEqual(found(proposing(liar, [statusOf('undecided', 'canceled')])), []);
  });
});
