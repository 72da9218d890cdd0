import assert from 'node:assert/strict';
import { operationKeys } from '../../../core/chain/operation-key.ts';
import { type ObjectId, OP, type Operation } from '../../../core/chain/types.ts';
import type { Incident } from '../../../core/incidents/types.ts';
import type { Devnet } from '../../../devnet/devnet.ts';
import { eventIdOf, operationsOf } from './match.ts';
import { type Stage, startEye } from './stage.ts';
import type { Witness } from './witness.ts';

/** Everything on the chain that belongs to matches, in words, sorted; equal lines are doubles. */
export function tree(devnet: Devnet): readonly string[] {
  const { events, marketGroups, markets } = devnet.chain.sports();
  const name = (texts: unknown): string => {
    assert.ok(Array.isArray(texts));
    const pair: unknown = texts.find((each) => Array.isArray(each) && each[0] === 'en');
    assert.ok(Array.isArray(pair));
    return String(pair[1]);
  };
  const eventNames = new Map(events.map((event) => [event.id, `${name(event.name)} ${event.start_time}`]));
  const groupNames = new Map(
    marketGroups.map((group) => [
      group.id,
      `${eventNames.get(group.event_id)} / ${name(group.description)} ${group.asset_id}`,
    ]),
  );
  return [
    ...eventNames.values(),
    ...groupNames.values(),
    ...markets.map((market) => `${groupNames.get(market.group_id)} / ${name(market.description)}`),
  ].sort();
}

/** Fails when anything of a match is there twice, or not all of `matches` is there. */
export function assertEachOnce(devnet: Devnet, matches = 1): void {
  const lines = tree(devnet);
  assert.deepEqual(lines, [...new Set(lines)], 'nothing may be there twice');
  // An event, its group in each of two assets, two markets in each.
  assert.equal(lines.length, matches * 7);
}

/** Operations of an account in all blocks, in order. */
export function transactionsBy(devnet: Devnet, account: ObjectId): readonly Operation[] {
  const found: Operation[] = [];
  for (let number = 1; number <= devnet.chain.head().number; number += 1) {
    for (const { operations } of devnet.chain.block(number)?.transactions ?? []) {
      // Blocks of the devnet hold operations in the node's JSON form.
      found.push(...(operations as unknown as readonly Operation[]));
    }
  }
  return found.filter(([, fields]) => fields.fee_paying_account === account);
}

/** Content keys of all that these witnesses proposed in all blocks. */
export function proposedBy(devnet: Devnet, witnesses: readonly Witness[]): readonly string[] {
  return witnesses
    .flatMap(({ id }) => transactionsBy(devnet, id))
    .filter(([tag]) => tag === OP.proposal_create)
    .flatMap(([, fields]) => {
      const wrapped = fields.proposed_ops;
      assert.ok(Array.isArray(wrapped));
      return operationKeys(wrapped.map(({ op }: { op: Operation }) => op));
    });
}

/** Fails when witnesses of ours, together, proposed anything twice. */
export function assertNothingProposedTwice({ devnet, ours }: Pick<Stage, 'devnet' | 'ours'>): void {
  const keys = proposedBy(devnet, ours);
  assert.deepEqual(keys, [...new Set(keys)]);
}

export async function report(stage: Stage, match: readonly Incident[]): Promise<void> {
  for (const witness of stage.ours) await witness.report(...match);
}

export async function isFinal(witness: Witness, match: readonly Incident[]): Promise<boolean> {
  const latest = await witness.latest(eventIdOf(match), 'create');
  return latest?.status === 'done' && latest.final;
}

export async function allFinal(stage: Stage, match: readonly Incident[]): Promise<boolean> {
  return (await Promise.all(stage.ours.map((witness) => isFinal(witness, match)))).every(Boolean);
}

/** What the two creates of the match make, as seen on the present block. */
export async function operationsFor(stage: Stage, match: readonly Incident[]) {
  await using eye = await startEye(stage.devnet);
  const view = await eye.at(stage.devnet.chain.head().number);
  return operationsOf(view, eventIdOf(match), 'create', match);
}

/** A: no account of ours approves more than one of the open proposals. All of them must be about one thing. */
export function assertOneApprovalAmongTwins(stage: Stage): void {
  const proposals = stage.devnet.chain.proposals();
  for (const { id, name } of stage.ours) {
    const approved = proposals.filter(({ available_active_approvals: approvals }) => {
      assert.ok(Array.isArray(approvals));
      return approvals.includes(id);
    });
    assert.ok(approved.length <= 1, `${name} approves ${approved.map((each) => each.id).join(' and ')}`);
  }
}

export function assertNoErrors(stage: Stage): void {
  for (const witness of stage.ours) assert.deepEqual(witness.errors, [], witness.name);
}
