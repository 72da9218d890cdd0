import type { Broadcaster, Chain } from './chain/chain.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/types.ts';
import type { Log } from './log.ts';
import type { JobQueue } from './queue/queue.ts';
import type { Normalizer, SportsData } from './sports/types.ts';
import type { Store } from './store/store.ts';

/** The sports data in use; a reload replaces the value. */
export interface SportsInUse {
  current(): { readonly data: SportsData; readonly normalizer: Normalizer };
}

/** All that is injected, made in one place (`app/context.ts`); its `overrides` argument is the whole test seam. */
export interface Context {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly queue: JobQueue;
  readonly sports: SportsInUse;
  readonly chain: Chain;
  /** Absent in processes that hold no keys. */
  readonly broadcaster?: Broadcaster;
  /** Versions of our parts, for isalive, status and decisions. */
  readonly versions: Readonly<Record<string, string>>;
  /** Unique name of this process. */
  readonly processId: string;
  /** Aborts when the process is to stop. */
  readonly signal: AbortSignal;
}
