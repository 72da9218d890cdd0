import type { ObjectId, Operation } from '../../core/chain/types.ts';
import type { Objects } from '../state/objects.ts';
import type { State } from '../state/state.ts';
import type { Fields } from '../wire/operations.ts';
import { requiredAuthorities } from './authority.ts';
import type { AppliedOperation } from './execution.ts';

/** End of the chain of history entries. */
const END: ObjectId = '2.9.0';

/** Accounts in whose history an operation appears. */
function impactedAccounts(operation: Operation): ReadonlySet<ObjectId> {
  const [tag, fields] = operation;
  const { active, owner } = requiredAuthorities([operation]);
  const accounts = new Set([...active, ...owner]);
  if (tag === 0) accounts.add((fields as Fields<0>).to);
  if (tag === 22) {
    const inner = requiredAuthorities((fields as Fields<22>).proposed_ops.map((each) => each.op));
    for (const id of [...inner.active, ...inner.owner]) accounts.add(id);
  }
  return accounts;
}

/** Writes a block's operations into the histories of the accounts they concern. */
export function recordHistory(state: State, block: number, applied: readonly AppliedOperation[]): void {
  for (const { operation, result, transaction, index, virtual } of applied) {
    const entry = state.create('history', { operation, result, block, transaction, index, virtual });
    for (const account of impactedAccounts(operation)) {
      const statistics = state.find('statistics', account.replace(/^1\.2/, '2.6'));
      if (!statistics) continue;
      const link = state.create('accountHistory', {
        account,
        operation: entry.id,
        sequence: statistics.total + 1,
        next: statistics.mostRecent,
      });
      state.update('statistics', statistics.id, { mostRecent: link.id, total: statistics.total + 1 });
    }
  }
}

/** An account's operations, newest first, while `accept` says so. */
export function accountHistory(
  state: State,
  account: ObjectId,
  accept: (entry: Objects['history'], found: number) => 'take' | 'skip' | 'stop',
): Objects['history'][] {
  const found: Objects['history'][] = [];
  let next = state.find('statistics', account.replace(/^1\.2/, '2.6'))?.mostRecent ?? END;
  while (next !== END) {
    const link = state.get('accountHistory', next);
    const entry = state.get('history', link.operation);
    const answer = accept(entry, found.length);
    if (answer === 'stop') break;
    if (answer === 'take') found.push(entry);
    next = link.next;
  }
  return found;
}
