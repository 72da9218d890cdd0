import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ChainEvent, ChainProposal, ChainView, ObjectId } from '../../../../core/chain/types.ts';
import { ChainJournal } from '../../../../server/services/watch/chain-journal.ts';
import { bareView } from '../../../support/fake-chain.ts';

const event = (id: ObjectId, start = '2030-03-16T23:00:00'): ChainEvent => ({
  id,
  name: [['en', id]],
  season: [],
  start_time: start,
  event_group_id: '1.21.0',
  scores: [],
  status: 'upcoming',
});

const withEvents = (...events: ChainEvent[]): Partial<ChainView> => ({
  sports: () => [{ id: '1.20.0', name: [] }],
  eventGroups: () => [{ id: '1.21.0', name: [], sport_id: '1.20.0' }],
  events: () => events,
});

// Only what the journal reads of a proposal.
const proposal = (id: ObjectId) => ({ id }) as ChainProposal;

function journalAt(number: number, extras: Partial<ChainView> = {}) {
  const view = bareView(number, extras);
  const journal = new ChainJournal({ view: () => view });
  return {
    journal,
    block: (at: number, touched: readonly ObjectId[] = [], more: Partial<ChainView> = {}) =>
      journal.note({ view: bareView(at, more), kind: 'block', touched: new Set(touched) }),
  };
}

const idsOf = (read: { touches: readonly { id: ObjectId }[] }) => read.touches.map(({ id }) => id);

describe('the journal of the chain', () => {
  it('tells what blocks after a place touched, each object once, at its latest touch', () => {
    const { journal, block } = journalAt(100);
    const start = journal.end;
    block(101, ['1.10.1', '1.10.2']);
    block(102, ['1.10.12', '1.10.1', '1.24.5']);
    assert.deepEqual(idsOf(journal.after(start, '1.10')), ['1.10.2', '1.10.1', '1.10.12']);
    assert.deepEqual(idsOf(journal.after(journal.end, '1.10')), []);
    block(103);
    assert.deepEqual(idsOf(journal.after(journal.end, '1.10')), []);
  });

  it('goes on in the middle of a block', () => {
    const { journal, block } = journalAt(100);
    const start = journal.end;
    block(101, ['1.10.1', '1.10.2', '1.10.10']);
    const [, second] = journal.after(start, '1.10').touches;
    assert.deepEqual(idsOf(journal.after(second?.place ?? '', '1.10')), ['1.10.10']);
  });

  it('means the same places in every process', () => {
    const one = journalAt(100);
    const other = journalAt(90);
    for (let at = 91; at <= 100; at += 1) other.block(at);
    for (const { block } of [one, other]) block(101, ['1.10.1', '1.10.2']);
    const [first] = one.journal.after(one.journal.end.replace('101', '100'), '1.10').touches;
    const place = first?.place ?? one.journal.end;
    for (const { block } of [one, other]) block(102, ['1.10.3']);
    assert.deepEqual(idsOf(other.journal.after(place, '1.10')), idsOf(one.journal.after(place, '1.10')));
  });

  it('waits for a block that another process was quicker to see', () => {
    const quick = journalAt(100);
    const slow = journalAt(100);
    quick.block(101, ['1.10.1']);
    const place = quick.journal.end;
    assert.deepEqual(slow.journal.after(place, '1.10'), { touches: [], end: place });
    slow.block(101, ['1.10.1']);
    slow.block(102, ['1.10.2']);
    assert.deepEqual(idsOf(slow.journal.after(place, '1.10')), ['1.10.2']);
  });

  it('gives an overview behind a place that it does not know: after a restart, on a fork that was left', () => {
    const proposals = () => [proposal('1.10.7'), proposal('1.10.9')];
    const closedProposals = () => [
      { proposal: proposal('1.10.5'), outcome: 'executed', block: 90 } as const,
      { proposal: proposal('1.10.6'), outcome: 'executed', block: 99 } as const,
    ];
    const { journal } = journalAt(100, { proposals, closedProposals });
    const { touches, end } = journal.after('95-00000000deadbeef', '1.10');
    assert.deepEqual(idsOf({ touches }), ['1.10.6', '1.10.7', '1.10.9']);
    assert.equal(end, journal.end);
    // A break in the middle begins the overview anew, the end of it does not.
    assert.equal(touches[0]?.place, '95-00000000deadbeef');
    assert.equal(touches[2]?.place, journal.end);
    const left = journal.end.replace(/-.*/, '-00000000deadbeef');
    assert.equal(journal.after(left, '1.10').touches.length, 2);
    const reset = journalAt(10, { proposals });
    assert.deepEqual(idsOf(reset.journal.after('5000-00000000deadbeef', '1.10')), ['1.10.7', '1.10.9']);
  });

  it('begins with an overview for those who came before the first view', () => {
    const journal = new ChainJournal({ view: () => undefined });
    const start = journal.end;
    assert.deepEqual(journal.after(start, '1.10'), { touches: [], end: start });
    const view = bareView(100, { proposals: () => [proposal('1.10.7')] });
    journal.note({ view, kind: 'resync', touched: new Set(['1.10.7']) });
    assert.deepEqual(idsOf(journal.after(start, '1.10')), ['1.10.7']);
  });

  it('goes on over a fork and over a block that is shown anew', () => {
    const { journal, block } = journalAt(100);
    block(101, ['1.10.1']);
    const start = journal.end;
    const fork = bareView(101, { head: { ...bareView(101).head, id: '00000065ffff' } });
    journal.note({ view: fork, kind: 'resync', touched: new Set(['1.10.1', '1.10.2']) });
    assert.deepEqual(idsOf(journal.after(start, '1.10')), ['1.10.1', '1.10.2']);
    const behind = journal.end;
    journal.note({ view: fork, kind: 'resync', touched: new Set(['1.10.3']) });
    assert.deepEqual(idsOf(journal.after(behind, '1.10')), ['1.10.3']);
    assert.deepEqual(idsOf(journal.after(journal.end, '1.10')), []);
  });

  it('counts it as a touch that a closed proposal has become irreversible', () => {
    const closed = { proposal: proposal('1.10.5'), outcome: 'executed', block: 98 } as const;
    const closedProposals = () => [closed];
    const { journal, block } = journalAt(100, { closedProposals, irreversible: 97 });
    const start = journal.end;
    block(101, [], { closedProposals, irreversible: 97 });
    assert.deepEqual(idsOf(journal.after(start, '1.10')), []);
    block(102, [], { closedProposals, irreversible: 98 });
    assert.deepEqual(idsOf(journal.after(start, '1.10')), ['1.10.5']);
  });

  it('keeps how events looked before and after, also when they are gone', () => {
    const { journal, block } = journalAt(100, withEvents(event('1.22.1')));
    const start = journal.end;
    const moved = event('1.22.1', '2030-03-17T01:00:00');
    block(101, ['1.22.1'], withEvents(moved));
    assert.deepEqual(journal.after(start, '1.22').touches[0]?.events, [event('1.22.1'), moved]);
    const before = journal.end;
    block(102, ['1.22.1']);
    assert.deepEqual(journal.after(before, '1.22').touches[0]?.events, [moved]);
  });

  it('forgets the oldest blocks, whose places then lead to an overview', () => {
    const { journal, block } = journalAt(1, { proposals: () => [proposal('1.10.7')] });
    const start = journal.end;
    const last = { proposals: () => [proposal('1.10.7')] };
    for (let at = 2; at <= 5001; at += 1) block(at, [], last);
    assert.deepEqual(idsOf(journal.after(start, '1.10')), ['1.10.7']);
    assert.deepEqual(idsOf(journal.after(journal.end, '1.10')), []);
  });

  it('refuses what is no place', () => {
    const { journal } = journalAt(100);
    for (const place of ['x', '1', '1-', '1-x-1', '-1-x', '1-x-1.10.1.1']) {
      assert.throws(() => journal.after(place, '1.10'), { kind: 'invalid' }, place);
    }
  });

  it('never misses a touch and tells none twice, wherever a watcher breaks off', () => {
    const blocks = fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }), { maxLength: 12 });
    // After each block a watcher reads so many touches at most, and breaks off.
    fc.assert(
      fc.property(blocks, fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), (touched, reads) => {
        const { journal, block } = journalAt(100);
        let place = journal.end;
        const open = new Set<ObjectId>();
        const read = (upTo: number) => {
          const { touches, end } = journal.after(place, '1.10');
          for (const { id, place: behind } of touches.slice(0, upTo)) {
            assert.ok(open.delete(id), `${id} was told twice`);
            place = behind;
          }
          if (touches.length <= upTo) place = end;
        };
        for (const [i, numbers] of touched.entries()) {
          const ids = numbers.map((number) => `1.10.${number}`);
          block(101 + i, ids);
          for (const id of ids) open.add(id);
          read(reads[i] ?? 0);
        }
        read(Infinity);
        assert.deepEqual([...open], []);
      }),
    );
  });
});
