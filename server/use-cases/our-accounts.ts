import type { AccountRef } from '../../core/chain/types.ts';
import type { Context } from '../../core/context.ts';
import { ifInTime } from './if-in-time.ts';

/** Finds the accounts that the configuration names; undefined while the chain does not tell. */
export interface OurAccounts {
  proposer(): Promise<AccountRef | undefined>;
  approver(): Promise<AccountRef | undefined>;
}

/** Asks the chain for each account once: ids never change. */
export function makeOurAccounts(ctx: Pick<Context, 'chain' | 'clock' | 'config'>): OurAccounts {
  const known = new Map<string, AccountRef>();
  const find = async (name: string | undefined): Promise<AccountRef | undefined> => {
    if (name === undefined) return undefined;
    const found = known.get(name) ?? (await ifInTime(ctx.clock, 2_000, () => ctx.chain.account(name)));
    if (found) known.set(name, found);
    return found;
  };
  return { proposer: () => find(ctx.config.proposer), approver: () => find(ctx.config.approver) };
}
