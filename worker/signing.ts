import type { Context } from '../core/context.ts';
import type { JsonObject } from '../core/incidents/types.ts';
import type { Eyes } from './sight.ts';

/** Whether this worker signs, and for whom, as heartbeats tell it. */
export interface SigningState extends JsonObject {
  readonly signing: boolean;
  /** Empty while signing. */
  readonly signing_reason: string;
  readonly proposer: string;
  readonly proposer_active: boolean;
  readonly approver: string;
  readonly approver_active: boolean;
}

/**
 * Looks at the setting, the switch, the keys and the chain. `active` is whether the account is an active witness
 * (agreement rule F); false while the chain cannot tell.
 */
export async function signingState(
  ctx: Pick<Context, 'config' | 'store' | 'broadcaster'>,
  eyes: Eyes,
): Promise<SigningState> {
  const sight = await eyes.look();
  const isActive = (id: string | undefined): boolean =>
    id !== undefined && sight?.view.authority.weights.has(id) === true;
  const proposerActive = isActive(sight?.proposer?.id);
  const approverActive = isActive(sight?.approver?.id);
  const { proposer, approver, nobroadcast } = ctx.config;

  const reasonNot = async (): Promise<string> => {
    if (nobroadcast) return 'nobroadcast is set';
    if ((await ctx.store.switches.get('broadcasting')) === false) return 'switched off by an operator';
    if (!ctx.broadcaster) return 'this process holds no keys';
    for (const name of [proposer, approver]) {
      if (name === undefined) return 'proposer and approver are not both set';
      if (!ctx.broadcaster.accounts.includes(name)) return `no key of ${name} is here`;
    }
    if (!sight) return eyes.problem();
    if (!proposerActive) return `${proposer} is not an active witness`;
    if (!approverActive) return `${approver} is not an active witness`;
    return '';
  };
  const reason = await reasonNot();
  return {
    signing: reason === '',
    signing_reason: reason,
    proposer: proposer ?? '',
    proposer_active: proposerActive,
    approver: approver ?? '',
    approver_active: approverActive,
  };
}
