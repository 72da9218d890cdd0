import type { AccountRef, ChainView } from '../core/chain/types.ts';
import type { Context } from '../core/context.ts';

/** What one run sees of the chain. */
export interface Sight {
  readonly view: ChainView;
  /** Undefined when not configured, or when the chain knows no such account. */
  readonly proposer: AccountRef | undefined;
  readonly approver: AccountRef | undefined;
}

/** Looks at the chain for runs. */
export interface Eyes {
  /** Undefined while the node cannot be reached or no view exists yet. */
  look(): Promise<Sight | undefined>;
  /** Why `look` answers undefined, in words. */
  problem(): string;
  /** The time that timers are held against: see `oracleNow`. */
  now(): Date;
}

type Needs = Pick<Context, 'chain' | 'clock' | 'config' | 'log'>;

/** Pause before an account that the chain did not know is asked for again. */
const UNKNOWN_ACCOUNT_RETRY_MS = 30_000;

/**
 * The time that timers of decisions are held against: that of the head block, which all witnesses share, and the wall
 * clock only while there is no node.
 */
export function oracleNow(ctx: Pick<Context, 'chain' | 'clock'>): Date {
  return viewInUse(ctx)?.head.time ?? ctx.clock.now();
}

/** A view that nobody pushes forward any more is as good as none. */
function viewInUse(ctx: Pick<Context, 'chain'>): ChainView | undefined {
  return ctx.chain.state().connected ? ctx.chain.view() : undefined;
}

/** Makes the eyes of one worker; account ids are asked for once and remembered. */
export function makeEyes(ctx: Needs): Eyes {
  const known = new Map<string, AccountRef>();
  const unknownSinceMs = new Map<string, number>();

  const account = async (name: string | undefined): Promise<AccountRef | undefined> => {
    if (name === undefined) return undefined;
    const found = known.get(name);
    if (found) return found;
    const askedMs = unknownSinceMs.get(name);
    const nowMs = ctx.clock.monotonicMs();
    if (askedMs !== undefined && nowMs - askedMs < UNKNOWN_ACCOUNT_RETRY_MS) return undefined;
    const answer = await ctx.chain.account(name);
    if (answer) {
      known.set(name, answer);
      return answer;
    }
    unknownSinceMs.set(name, nowMs);
    ctx.log.error(
      { account: name },
      `expected account "${name}" on the chain, it has none of that name: set proposer and approver`,
    );
    return undefined;
  };

  return {
    async look() {
      const view = viewInUse(ctx);
      if (!view) return undefined;
      try {
        const [proposer, approver] = [await account(ctx.config.proposer), await account(ctx.config.approver)];
        return { view, proposer, approver };
      } catch (error) {
        ctx.log.warn({ err: error }, 'the node did not answer for our accounts');
        return undefined;
      }
    },
    problem: () => {
      const state = ctx.chain.state();
      return (
        state.problem ?? (state.connected ? 'the node has not told enough yet' : `no node at ${state.url}`)
      );
    },
    now: () => oracleNow(ctx),
  };
}
