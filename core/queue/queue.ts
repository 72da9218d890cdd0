/** A reference to due work; the store says what is really due, so a lost or doubled reference costs nothing. */
export interface WorkReference {
  readonly eventId: string;
  /** `retry` has its own lane and never holds up `default`. */
  readonly lane: 'default' | 'retry';
}

/** Numbers for `isalive` and status. */
export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  /** Events whose latest run threw, as `failures` lists them. */
  readonly failed: number;
  readonly paused: boolean;
  /** Why nothing can be added right now, in words with the remedy; absent when all is well. */
  readonly problem?: string;
}

/** An event whose latest run threw. It is kept until a run of the event ends well or somebody forgets it. */
export interface FailedRun extends WorkReference {
  readonly message: string;
  readonly failedAt: Date;
  /** How many runs of the event threw in a row. */
  readonly times: number;
}

/**
 * Carries references to due events from whoever found them to a worker.
 *
 * References to one event that wait at the same time are coalesced into one run per lane, never into zero: a
 * reference added while its event is being worked on leads to another run.
 */
export interface JobQueue extends AsyncDisposable {
  readonly kind: 'memory' | 'redis';
  /** Fails with `unavailable` when the queue cannot take it; the scheduler finds the work anyway. */
  add(reference: WorkReference): Promise<void>;
  /**
   * Starts handling: up to `concurrency` events at a time, one run per event at a time. A handler that throws counts
   * as failed and is not repeated by the queue. Resolves when the subscription stands; `close` of the result stops
   * taking new references and waits for the running ones.
   */
  process(
    concurrency: number,
    handler: (reference: WorkReference) => Promise<void>,
  ): Promise<{ close(): Promise<void> }>;
  counts(): Promise<QueueCounts>;
  /** Events whose latest run threw, the latest first. */
  failures(): Promise<readonly FailedRun[]>;
  /** Takes events out of the failed ones. Idempotent. */
  forgetFailures(eventIds: readonly string[]): Promise<void>;
  /**
   * From now on no run begins, in any process on this queue, until `resume`; what is added waits. That a queue is to be
   * paused is kept in the store (`queue_paused`), a queue may forget it.
   */
  pause(): Promise<void>;
  resume(): Promise<void>;
}
