import type { Context } from '../core/context.ts';
import type { DecideInput, DecideSettings, Decision } from '../core/decide/types.ts';
import type { LeaseKeeper } from './lease.ts';
import type { Eyes } from './sight.ts';
import type { Tally } from './tally.ts';
import type { Waker } from './waker.ts';

/** What decides; replaced in tests that are not about deciding. */
export interface Judgement {
  /** Pure; see core/decide. */
  decide(input: DecideInput): Decision;
  /** Equal for decisions that need not be recorded twice; covers timers and memory. */
  essence(decision: Decision): string;
  readonly settings: DecideSettings;
  /** Uniform in 0..1; spreads retries. */
  random(): number;
}

/** What one worker's runs share. */
export interface Parts {
  readonly ctx: Context;
  readonly judgement: Judgement;
  readonly leases: LeaseKeeper;
  readonly eyes: Eyes;
  readonly waker: Pick<Waker, 'note' | 'forget'>;
  readonly tally: Tally;
}
