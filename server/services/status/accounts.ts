import type { MessageInitShape } from '@bufbuild/protobuf';
import { type AccountRef, CORE_ASSET, type ObjectId, WITNESS_ACCOUNT } from '../../../core/chain/types.ts';
import type { Context } from '../../../core/context.ts';
import { AccountRole, type AccountStatusSchema } from '../../../gen/bos/v1/status_pb.js';
import { ifInTime } from '../../use-cases/if-in-time.ts';
import type { OurAccounts } from '../../use-cases/our-accounts.ts';

type AccountStatus = MessageInitShape<typeof AccountStatusSchema>;

/** How long the node may take before a balance is left out. */
const NODE_MS = 2_000;
/** Decimals of the core asset (chain reference 1). */
const CORE_PRECISION = 5;

/** Proposer and approver; one entry when they are one account. */
export async function accountStatuses(
  ctx: Pick<Context, 'chain' | 'clock' | 'config' | 'broadcaster'>,
  accounts: OurAccounts,
): Promise<AccountStatus[]> {
  const { proposer, approver } = ctx.config;
  const entries = [
    { role: AccountRole.PROPOSER, name: proposer, find: () => accounts.proposer() },
    { role: AccountRole.APPROVER, name: approver, find: () => accounts.approver() },
  ];
  const names = [...new Set(entries.flatMap(({ name }) => name ?? []))];
  return Promise.all(
    names.map(async (name) => {
      const same = entries.filter((entry) => entry.name === name);
      const account = await same[0]?.find();
      return accountStatus(
        ctx,
        name,
        account,
        same.map(({ role }) => role),
      );
    }),
  );
}

async function accountStatus(
  ctx: Pick<Context, 'chain' | 'clock' | 'broadcaster'>,
  name: string,
  account: AccountRef | undefined,
  roles: AccountRole[],
): Promise<AccountStatus> {
  const weight = account && ctx.chain.view()?.authority.weights.get(account.id);
  return {
    roles,
    account: { id: account?.id ?? '', name },
    activeWitness: weight !== undefined,
    weight: weight ?? 0,
    balance: account && (await balanceOf(ctx, account.id)),
    keyAvailable: ctx.broadcaster?.accounts.includes(name) ?? false,
  };
}

/** Balance of witness-account; undefined while the node does not tell. */
export function witnessBalance(ctx: Pick<Context, 'chain' | 'clock'>) {
  return balanceOf(ctx, WITNESS_ACCOUNT);
}

async function balanceOf(ctx: Pick<Context, 'chain' | 'clock'>, id: ObjectId) {
  if (!ctx.chain.state().connected) return undefined;
  const amount = await ifInTime(ctx.clock, NODE_MS, () => ctx.chain.coreBalance(id));
  if (amount === undefined) return undefined;
  const symbol = ctx.chain.view()?.assetSymbol(CORE_ASSET) ?? '';
  return { amount, assetId: CORE_ASSET, symbol, precision: CORE_PRECISION };
}
