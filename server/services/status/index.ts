import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Context, SportsRefusal } from '../../../core/context.ts';
import type { AlertSchema } from '../../../gen/bos/v1/status_pb.js';
import { StatusService } from '../../../gen/bos/v1/status_service_pb.js';
import type { RefusedAddresses } from '../../auth/refused-addresses.ts';
import type { Register } from '../../edge/rpc.ts';
import { sportsInfo } from '../../map/sports.ts';
import { timestamp } from '../../map/time.ts';
import type { OurAccounts } from '../../use-cases/our-accounts.ts';
import { accountStatuses, witnessBalance } from './accounts.ts';
import { broadcastingStatus } from './broadcasting.ts';
import { chainStatus } from './chain.ts';
import { storedStatus } from './stored.ts';

/** What status tells besides the Context. */
export interface StatusSources {
  readonly accounts: OurAccounts;
  readonly refused: RefusedAddresses;
  readonly startedAt: Date;
}

/** Data on disk that cannot be used need a person: a restart would fail on them. */
function sportsAlerts(refusal: SportsRefusal | undefined): MessageInitShape<typeof AlertSchema>[] {
  if (!refusal) return [];
  const text = `the sports data on disk are refused, those in use stay: ${refusal.problem}`;
  return [{ text, since: timestamp(refusal.since), eventId: '' }];
}

/** Registers the StatusService. Every part that cannot be told is left out, so that the rest always can. */
export function registerStatus(
  register: Register,
  ctx: Context,
  { accounts, refused, startedAt }: StatusSources,
): void {
  register(StatusService, {
    async getStatus() {
      const now = ctx.clock.now();
      const [stored, ours, balance, broadcasting] = await Promise.all([
        storedStatus(ctx, now),
        accountStatuses(ctx, accounts),
        witnessBalance(ctx),
        broadcastingStatus(ctx),
      ]);
      const refusal = ctx.sports.control?.refusal();
      return {
        status: {
          versions: { ...ctx.versions },
          startedAt: timestamp(startedAt),
          now: timestamp(now),
          sports: sportsInfo(ctx.sports.current().data, refusal),
          chain: chainStatus(ctx, now),
          accounts: ours,
          witnessAccountBalance: balance,
          broadcasting,
          ...stored,
          alerts: [...(stored.alerts ?? []), ...sportsAlerts(refusal)],
          spooledIncidents: ctx.spool?.count ?? 0,
          refusedAddresses: refused.list().map(({ address, count, lastAt }) => ({
            address,
            count,
            lastAt: timestamp(lastAt),
          })),
          refusedRequestCount: refused.total,
        },
      };
    },
  });
}
