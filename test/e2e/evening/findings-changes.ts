import assert from 'node:assert/strict';
import {
  type AccountRef,
  type ChainProposal,
  type ChainView,
  OP,
  type Operation,
} from '../../../core/chain/types.ts';
import { findings } from './findings.ts';
import { makeSample, proposalOf, type Sample } from './findings-sample.ts';
import type { EveningRecord, RecordedBlock, RecordedProposal, RecordedWitness } from './record.ts';

/*
 * Changes of the sample, for tests that each break one property.
 */

/** The record that is changed. */
export const sample = makeSample();
/** Id of the proposal for something. */
export const idOf = (what: string): string => sample.proposals.get(what) ?? assert.fail(what);
/** The proposal for something, e.g. `result of settled`. */
export const proposalFor = (what: string): RecordedProposal =>
  sample.record.proposals.find(({ id }) => id === idOf(what)) ?? assert.fail(what);
/** The first two witnesses. */
export const [first, second] = firstTwo();

function firstTwo(): readonly [AccountRef, AccountRef] {
  const [one, two] = sample.record.witnesses.map(({ name, id }) => ({ name, id }));
  assert.ok(one && two);
  return [one, two];
}

/** What is found when the record is changed. */
export function found(
  change: Partial<EveningRecord>,
  evening: Partial<Sample['evening']> = {},
): readonly string[] {
  return findings({ ...sample.evening, ...evening }, { ...sample.record, ...change });
}

/** Fails unless exactly this is found. */
export function assertFound(lines: readonly string[], ...expected: readonly RegExp[]): void {
  assert.equal(lines.length, expected.length, lines.join('\n'));
  for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? '', pattern);
}

/** The events of the record, that of a match changed. */
export function withEvent(
  what: keyof Sample['matches'],
  change: (event: EveningRecord['events'][number]) => EveningRecord['events'][number],
) {
  const { home } = sample.matches[what];
  return sample.record.events.map((each) =>
    JSON.stringify(each.event).includes(home) ? change(each) : each,
  );
}

/** The record with a further block at its end, made from the last one. */
export function withBlock(change: Partial<RecordedBlock>): readonly RecordedBlock[] {
  const { blocks } = sample.record;
  const last = blocks.at(-1) ?? assert.fail();
  const time = new Date(last.time.getTime() + 3000);
  return [...blocks, { ...last, number: last.number + 1, time, transactions: [], ...change }];
}

/** The view of the last block. */
export function lastView(): ChainView {
  return sample.record.blocks.at(-1)?.view ?? assert.fail();
}

/** A proposal of witness2 as a view shows it. */
export function openProposal(
  id: string,
  operations: readonly Operation[],
  approvals: readonly string[],
): ChainProposal {
  return {
    id,
    expiration_time: '2026-10-01T23:00:00',
    proposed_transaction: { operations },
    required_active_approvals: ['1.2.1'],
    available_active_approvals: approvals,
    required_owner_approvals: [],
    available_owner_approvals: [],
    available_key_approvals: [],
    proposer: second.id,
  };
}

/** An operation that sets the status of a match. */
export function statusOf(
  what: keyof Sample['matches'],
  status: string,
  scores: readonly string[] = [],
): Operation {
  const event = sample.record.events.find((each) =>
    JSON.stringify(each.event).includes(sample.matches[what].home),
  );
  return [OP.event_update_status, { event_id: event?.id, status, scores }];
}

/** A further proposal in a further block, recorded as open. */
export function proposing(proposer: AccountRef, operations: readonly Operation[]): Partial<EveningRecord> {
  const blocks = withBlock({ transactions: [proposalOf(proposer, '1.10.99', operations, lastView())] });
  const { number, time } = blocks.at(-1) ?? assert.fail();
  const proposal: RecordedProposal = {
    ...proposalFor('result of settled'),
    id: '1.10.99',
    proposer: proposer.name,
    operations,
    block: number,
    at: time,
    approvals: [],
    outcome: 'open',
  };
  const { closedIn: _open, ...open } = proposal;
  return { blocks, proposals: [...sample.record.proposals, open] };
}

/** The witnesses of the record, the first one changed. */
export function withWitness(
  change: (witness: RecordedWitness) => Partial<RecordedWitness>,
): readonly RecordedWitness[] {
  return sample.record.witnesses.map((witness, index) =>
    index === 0 ? { ...witness, ...change(witness) } : witness,
  );
}
