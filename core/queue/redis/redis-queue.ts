import type { Clock } from '../../clock.ts';
import { BosError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { failedRun } from '../failed-run.ts';
import type { FailedRun, JobQueue, QueueCounts, WorkReference } from '../queue.ts';
import { Change } from './change.ts';
import { connectRedis, type RedisServer, writeProblem } from './connection.ts';
import { Failures } from './failures.ts';
import { LANES, Lane, type LaneName, pausedKey, RUN_PREFIX } from './lane.ts';
import { Pause } from './pause.ts';
import { countJobs, mend } from './scripts.ts';
import { type Shared, Subscription } from './subscription.ts';

export interface RedisQueueOptions {
  /** `redis://`, `rediss://` or `unix://`, see `parseRedisAddress`. */
  readonly url: string;
  /** Queues of different names know nothing of each other; keys begin with `bq:<name>:`. */
  readonly name?: string;
  readonly clock: Clock;
  readonly log: Log;
  /** When it aborts, nothing more is taken. */
  readonly signal: AbortSignal;
  /**
   * Who knows whether the queue is to be paused when Redis has forgotten it, which is asked before another run begins.
   * Not given: what this process knows itself.
   */
  readonly isPauseWanted?: () => Promise<boolean>;
  /** How long a worker may stand still before what it runs is given to another, in milliseconds. */
  readonly stallIntervalMs?: number;
}

const STALL_INTERVAL_MS = 5000;

/**
 * Opens the queue in Redis: bee-queue's jobs, one per event and lane while it waits, carrying the reference and nothing
 * else. Redis may be killed, flushed or full at any time: references are lost then, and the scheduler finds what is due.
 * So a server that is away at start only leads to an error in the log, and the queue works once it is there.
 * @throws BosError `configuration` when the address, the password or the number of the database is wrong
 */
export async function openRedisQueue(options: RedisQueueOptions): Promise<JobQueue> {
  const { url, name = 'bos', clock, signal, stallIntervalMs = STALL_INTERVAL_MS } = options;
  const log = options.log.child({ part: 'queue' });
  const server = await connectRedis(url, { clock, log, signal });
  const { isPauseWanted } = options;
  return new Queue(server, { queueName: name, clock, log, signal, stallIntervalMs }, isPauseWanted);
}

class Queue implements JobQueue {
  readonly kind = 'redis';
  readonly #shared: Shared;
  readonly #server: RedisServer;
  readonly #lanes: Readonly<Record<LaneName, Lane>>;
  readonly #subscriptions = new Set<Subscription>();
  readonly #closed = new AbortController();
  readonly #tended: Promise<void>;
  readonly #onAbort: () => void;

  constructor(
    server: RedisServer,
    options: Pick<Shared, 'queueName' | 'clock' | 'log' | 'signal' | 'stallIntervalMs'>,
    isPauseWanted: RedisQueueOptions['isPauseWanted'],
  ) {
    const { queueName, clock, log, signal, stallIntervalMs } = options;
    this.#server = server;
    const change = new Change();
    const failures = new Failures(queueName);
    this.#shared = {
      ...options,
      server,
      change,
      pause: new Pause(queueName, change, isPauseWanted),
      inHand: new Set(),
      failures,
      recordFailure: async (reference, error) => {
        log.error({ ...reference, err: error }, 'a run failed; the scheduler finds it again while it is due');
        await failures
          .keep(server.failFast, failedRun(reference, error, clock))
          .catch((problem: unknown) =>
            log.warn({}, `a failed run is not counted: ${server.problem(problem).text}`),
          );
      },
    };
    const client = server.failFast;
    const onError = (error: unknown) => log.debug({}, server.problem(error).text);
    this.#lanes = {
      default: new Lane({ queueName, lane: 'default', client, stallIntervalMs, clock, onError }),
      retry: new Lane({ queueName, lane: 'retry', client, stallIntervalMs, clock, onError }),
    };
    for (const lane of LANES) void this.#lanes[lane].connect();
    this.#onAbort = () => change.notify();
    signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#tended = this.#tend(AbortSignal.any([signal, this.#closed.signal]));
  }

  async add(reference: WorkReference): Promise<void> {
    this.#refuseWhenClosed();
    await this.#reach(() => this.#lanes[reference.lane].add(reference));
  }

  async process(
    concurrency: number,
    handler: (reference: WorkReference) => Promise<void>,
  ): Promise<{ close(): Promise<void> }> {
    this.#refuseWhenClosed();
    // When Redis is away the first run asks before it begins.
    await this.#shared.pause.refresh(this.#server.failFast).catch(() => {});
    const subscription = new Subscription(this.#shared, concurrency, handler);
    this.#subscriptions.add(subscription);
    return {
      close: async () => {
        await subscription.close();
        this.#subscriptions.delete(subscription);
      },
    };
  }

  async counts(): Promise<QueueCounts> {
    const { failFast, problem } = this.#server;
    const lanes = Object.values(this.#lanes).map(({ keys }) => keys);
    const { pause, queueName, failures } = this.#shared;
    const others = { paused: pausedKey(queueName), failures: failures.key };
    return this.#reach(async () => {
      const [{ waiting, taken, paused, failed }, refusal] = await Promise.all([
        countJobs(failFast, lanes, others),
        writeProblem({ failFast, problem }),
      ]);
      if (paused !== null) pause.learn(paused === '1');
      // What has been taken and has not begun still waits.
      const active = taken.filter((id) => id.startsWith(RUN_PREFIX)).length;
      return {
        waiting: waiting + taken.length - active,
        active,
        failed,
        paused: pause.isPaused,
        ...(refusal.text === '' ? {} : { problem: refusal.text }),
      };
    });
  }

  async failures(): Promise<readonly FailedRun[]> {
    return this.#reach(() => this.#shared.failures.list(this.#server.failFast));
  }

  async forgetFailures(eventIds: readonly string[]): Promise<void> {
    await this.#reach(() => this.#shared.failures.forget(this.#server.failFast, eventIds));
  }

  async pause(): Promise<void> {
    await this.#reach(() => this.#shared.pause.set(this.#server.failFast, true));
  }

  async resume(): Promise<void> {
    await this.#reach(() => this.#shared.pause.set(this.#server.failFast, false));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    this.#shared.signal.removeEventListener('abort', this.#onAbort);
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#tended;
    this.#server.failFast.disconnect();
  }

  /**
   * What every process does for all: looks for jobs of those who died, repairs what an evicting server broke, and
   * keeps the pause known.
   */
  async #tend(signal: AbortSignal): Promise<void> {
    const { clock, log, pause, stallIntervalMs } = this.#shared;
    const { failFast } = this.#server;
    while (!signal.aborted) {
      try {
        await pause.refresh(failFast);
        for (const lane of LANES) await this.#tendLane(lane);
      } catch (error) {
        // That Redis is away or refuses to write is told by who notices it first.
        log.debug({}, this.#server.problem(error).text);
      }
      await clock.sleep(stallIntervalMs / 2, signal);
    }
  }

  async #tendLane(lane: LaneName): Promise<void> {
    const { log } = this.#shared;
    const stalled = await this.#lanes[lane].checkStalledJobs();
    if (stalled > 0) {
      log.warn({ lane, stalled }, 'runs of a worker that died or stands still wait again');
    }
    const mended = await mend(this.#server.failFast, this.#lanes[lane].keys);
    if (mended > 0) {
      log.warn(
        { lane, mended },
        'Redis had lost a part of the queue: set `maxmemory-policy noeviction` in redis.conf',
      );
    }
  }

  async #reach<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw this.#server.unavailable(error);
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closed.signal.aborted) {
      throw new BosError('unavailable', 'the queue takes nothing any more: it is closed');
    }
  }
}
