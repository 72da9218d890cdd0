import { type Block, makeBlock, type Processed } from '../block.ts';
import { timeText } from '../json.ts';
import { devnetKey } from '../keys.ts';
import type { State } from '../state/state.ts';
import { Applier } from './apply.ts';
import type { AppliedOperation } from './execution.ts';
import { recordHistory } from './history.ts';
import { type Election, maintain } from './maintenance.ts';
import { numberParameter } from './parameters.ts';
import { expireProposals } from './proposals.ts';
import { type Retire, settle } from './settlement.ts';

/** Share of the active witnesses that may lag behind the last irreversible block. */
const LAGGING_SHARE = 0.3;

/** Makes the block that holds these transactions, signed by the witness whose turn it is, and moves the head to it. */
export function sealBlock(state: State, time: number, transactions: readonly Processed[]): Block {
  const head = state.get('dynamic', '2.1.0');
  const number = head.headNumber + 1;
  const { parameters, activeWitnesses } = state.get('globals', '2.0.0');
  const interval = numberParameter(parameters, 'block_interval');
  const slot = head.slot + Math.max(1, Math.round((time - head.time) / interval));
  // Before the first maintenance nobody is active.
  const turn = activeWitnesses.length > 0 ? activeWitnesses : state.all('witness').map((w) => w.id);
  const witness = state.get('witness', turn[slot % turn.length] ?? '');
  const block = makeBlock(
    { number, previous: head.headId, timestamp: timeText(time), witness: witness.id, transactions },
    devnetKey(state.get('account', witness.account).name),
  );
  state.update('witness', witness.id, { lastSlot: slot, lastConfirmed: number });
  state.update('dynamic', '2.1.0', {
    headNumber: number,
    headId: block.id,
    time,
    currentWitness: witness.id,
    missed: number === 1 ? 0 : slot - head.slot - 1,
    slot,
    maintained: false,
  });
  return block;
}

/** What the end of a block needs beside the state. */
export interface BlockEnd {
  readonly block: Block;
  /** The block's time in seconds. */
  readonly time: number;
  readonly election: Election;
  /** Does maintenance even when it is not due by time. */
  readonly maintainNow: boolean;
  /** What the block's transactions did, in order. */
  readonly applied: readonly AppliedOperation[];
  readonly retire: Retire;
}

/** What happens in a block after its transactions, in the node's order (chain reference 13.2). */
export function finishBlock(state: State, end: BlockEnd): void {
  const { block, time, applied } = end;
  advanceIrreversible(state);
  if (end.maintainNow || state.get('dynamic', '2.1.0').nextMaintenance <= time) {
    maintain(state, end.election, time);
  }
  for (const known of state.where('known', (k) => k.expiration < time)) state.remove('known', known.id);
  const applier = new Applier(state, time, block.transactions.length);
  expireProposals(applier.execution(false, [], { index: 0, virtual: 0 }));
  settle(state, time, end.retire);
  recordHistory(state, block.number, [...applied, ...applier.applied]);
}

/** The block that at least 70 % of the active witnesses have built upon is irreversible (chain reference 13.1). */
function advanceIrreversible(state: State): void {
  const active = new Set(state.get('globals', '2.0.0').activeWitnesses);
  const confirmed = state
    .where('witness', (w) => active.has(w.id))
    .map((w) => w.lastConfirmed)
    .sort((a, b) => a - b);
  const irreversible = confirmed[Math.floor(confirmed.length * LAGGING_SHARE)] ?? 0;
  if (irreversible > state.get('dynamic', '2.1.0').irreversible) {
    state.update('dynamic', '2.1.0', { irreversible });
  }
}
