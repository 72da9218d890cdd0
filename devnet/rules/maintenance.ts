import { type ObjectId, WITNESS_ACCOUNT } from '../../core/chain/types.ts';
import type { State } from '../state/state.ts';
import { compareIds } from '../wire/ids.ts';
import { numberParameter } from './parameters.ts';

/** How the stake votes at the next maintenance. */
export interface Election {
  /** Votes for a witness; one that nobody votes for has weight 1. */
  votes(witness: ObjectId): bigint;
  /** Whether the witness is among the active ones. */
  isActive(witness: ObjectId): boolean;
}

/**
 * Weights of witness-account's members and its threshold, from the votes (chain reference 1.4): the largest weight
 * lies within 16 bits, none is below 1, and more than half of the sum is needed.
 */
export function witnessAuthority(votes: readonly bigint[]): { weights: number[]; threshold: number } {
  const counted = votes.map((v) => (v < 1n ? 1n : v));
  const bits = Math.max(...counted.map((v) => v.toString(2).length));
  const shift = BigInt(Math.max(bits - 16, 0));
  const weights = counted.map((v) => Math.max(Number(v >> shift), 1));
  return { weights, threshold: Math.floor(weights.reduce((a, b) => a + b, 0) / 2) + 1 };
}

/** Counts the votes anew and gives witness-account its authority. `time` is the block's, in seconds. */
export function maintain(state: State, election: Election, time: number): void {
  for (const witness of state.all('witness')) {
    const votes = election.votes(witness.id);
    if (votes !== witness.votes) state.update('witness', witness.id, { votes });
  }
  const active = state.where('witness', (w) => election.isActive(w.id));
  const ids = active.map((w) => w.id).sort(compareIds);
  const { weights, threshold } = witnessAuthority(active.map((w) => w.votes));
  state.update('globals', '2.0.0', { activeWitnesses: ids });
  state.update('schedule', '2.12.0', { witnesses: ids });
  const accounts = active.map((w, index) => [w.account, weights[index] ?? 1] as const);
  state.update('account', WITNESS_ACCOUNT, {
    active: { threshold, accounts: accounts.sort(([a], [b]) => compareIds(a, b)), keys: [] },
  });
  const interval = numberParameter(state.get('globals', '2.0.0').parameters, 'maintenance_interval');
  state.update('dynamic', '2.1.0', {
    nextMaintenance: (Math.floor(time / interval) + 1) * interval,
    maintained: true,
  });
}
