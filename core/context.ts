import type { Broadcaster, Chain } from './chain/chain.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/types.ts';
import type { Log } from './log.ts';
import type { JobQueue } from './queue/queue.ts';
import type { LocalAlias, Normalizer, SportsData } from './sports/types.ts';
import type { Store } from './store/store.ts';

/** The sports data in use; a reload replaces the value. */
export interface SportsInUse {
  current(): { readonly data: SportsData; readonly normalizer: Normalizer };
  /** Absent where the data are given and stay as they are. */
  readonly control?: SportsControl;
}

/** Why the data on disk are not those in use, and since when. */
export interface SportsRefusal {
  readonly problem: string;
  readonly since: Date;
}

/** Changes which sports data are in use in this process. One change at a time; a change that fails changes nothing. */
export interface SportsControl {
  /**
   * Reads data set and local aliases again and puts them to use.
   * @throws BosError `configuration` when they cannot be used; those in use stay, and `refusal` tells
   */
  reload(): Promise<{ readonly previousDigest: string; readonly digest: string }>;
  /**
   * Keeps a local alias and puts it to use; returns it as it was kept.
   * @throws BosError `not_found` when nothing has that identifier, `conflict` when the name means something already
   */
  addAlias(alias: LocalAlias): Promise<LocalAlias>;
  /** What the last reload was refused for; undefined once one was not. */
  refusal(): SportsRefusal | undefined;
}

/** All that is injected, made in one place (`app/context.ts`); its `overrides` argument is the whole test seam. */
export interface Context {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly queue: JobQueue;
  /** Incidents that were acknowledged while the store was away; absent where the store is in this process. */
  readonly spool?: { readonly count: number };
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
