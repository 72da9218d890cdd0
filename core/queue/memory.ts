import type { Clock } from '../clock.ts';
import { BosError } from '../errors.ts';
import type { Log } from '../log.ts';
import { failedRun } from './failed-run.ts';
import type { FailedRun, JobQueue, QueueCounts, WorkReference } from './queue.ts';

/**
 * A queue inside the process.
 *
 * A reference waits in its lane, once per event however often it is added; it leaves the lane when its run begins, so
 * one that is added during the run waits again. A run begins when a subscription has a free slot and no other run of
 * that event is going on.
 */
export function makeMemoryQueue(options: { readonly clock: Clock; readonly log: Log }): JobQueue {
  return new MemoryQueue(options);
}

type Lane = WorkReference['lane'];
type Handler = (reference: WorkReference) => Promise<void>;

interface Subscription {
  readonly handler: Handler;
  readonly concurrency: number;
  readonly running: Map<Promise<void>, Lane>;
  open: boolean;
}

class MemoryQueue implements JobQueue {
  readonly kind = 'memory';
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #waiting: Readonly<Record<Lane, Set<string>>> = { default: new Set(), retry: new Set() };
  /** Events with a run going on. */
  readonly #active = new Set<string>();
  readonly #subscriptions = new Set<Subscription>();
  /** By event, the latest failure last. */
  readonly #failures = new Map<string, FailedRun>();
  #paused = false;
  #closed = false;
  #pumping = false;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  async add({ eventId, lane }: WorkReference): Promise<void> {
    this.#refuseWhenClosed();
    this.#waiting[lane].add(eventId);
    this.#pump();
  }

  async process(concurrency: number, handler: Handler): Promise<{ close(): Promise<void> }> {
    this.#refuseWhenClosed();
    const subscription: Subscription = { handler, concurrency, running: new Map(), open: true };
    this.#subscriptions.add(subscription);
    this.#pump();
    return { close: () => this.#close(subscription) };
  }

  async counts(): Promise<QueueCounts> {
    return {
      waiting: this.#waiting.default.size + this.#waiting.retry.size,
      active: this.#active.size,
      failed: this.#failures.size,
      paused: this.#paused,
    };
  }

  async failures(): Promise<readonly FailedRun[]> {
    return [...this.#failures.values()].reverse();
  }

  async forgetFailures(eventIds: readonly string[]): Promise<void> {
    for (const eventId of eventIds) this.#failures.delete(eventId);
  }

  async pause(): Promise<void> {
    this.#paused = true;
  }

  async resume(): Promise<void> {
    this.#paused = false;
    this.#pump();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#subscriptions].map((subscription) => this.#close(subscription)));
  }

  async #close(subscription: Subscription): Promise<void> {
    subscription.open = false;
    this.#subscriptions.delete(subscription);
    await Promise.all(subscription.running.keys());
  }

  /** Starts what can run after the current turn, so that what is added in one go is coalesced. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      for (const subscription of this.#subscriptions) this.#fill(subscription);
    });
  }

  #fill(subscription: Subscription): void {
    while (!this.#paused && subscription.open) {
      const reference = this.#next(subscription);
      if (!reference) return;
      this.#start(subscription, reference);
    }
  }

  /**
   * What the subscription runs next. `default` goes first, but with more than one slot each lane keeps one that the
   * other cannot take: retries neither hold up new work nor starve behind it.
   */
  #next({ concurrency, running }: Subscription): WorkReference | undefined {
    const free = concurrency - running.size;
    if (free <= 0) return undefined;
    const retries = [...running.values()].filter((lane) => lane === 'retry').length;
    const retry = retries < Math.max(1, concurrency - 1) ? this.#first('retry') : undefined;
    if (retry && retries === 0 && free === 1 && concurrency > 1) return retry;
    return this.#first('default') ?? retry;
  }

  #first(lane: Lane): WorkReference | undefined {
    for (const eventId of this.#waiting[lane]) {
      if (!this.#active.has(eventId)) return { eventId, lane };
    }
    return undefined;
  }

  #start(subscription: Subscription, reference: WorkReference): void {
    this.#waiting[reference.lane].delete(reference.eventId);
    this.#active.add(reference.eventId);
    const run = this.#run(subscription.handler, reference).finally(() => {
      subscription.running.delete(run);
      this.#active.delete(reference.eventId);
      this.#pump();
    });
    subscription.running.set(run, reference.lane);
  }

  async #run(handler: Handler, reference: WorkReference): Promise<void> {
    try {
      await handler(reference);
      this.#failures.delete(reference.eventId);
    } catch (error) {
      const { eventId } = reference;
      const times = (this.#failures.get(eventId)?.times ?? 0) + 1;
      this.#failures.delete(eventId);
      this.#failures.set(eventId, { ...failedRun(reference, error, this.#clock), times });
      this.#log.error({ ...reference, error }, 'a run failed; the scheduler finds it again while it is due');
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new BosError('unavailable', 'the queue takes nothing any more: it is closed');
  }
}
