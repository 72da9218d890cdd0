import BeeQueue, { type Job } from 'bee-queue';
import lua from 'bee-queue/lib/lua/index.js';
import type { Clock } from '../../clock.ts';
import type { WorkReference } from '../queue.ts';
import type { RedisClient } from './connection.ts';
import { isNoScript } from './problems.ts';
import type { LaneKeys } from './scripts.ts';

export type LaneName = WorkReference['lane'];
export const LANES: readonly LaneName[] = ['default', 'retry'];

/** A job of bee-queue that carries a reference. */
export type ReferenceJob = Job<WorkReference>;

/** How the ids of runs begin; ids of what waits begin with the lane. */
export const RUN_PREFIX = 'run:';

/** Pause after a refused attempt to take a job. */
const REFUSED_MS = 500;

/**
 * One lane: a queue of bee-queue with what it lacks.
 *
 * It is given its connections instead of making them. Scripts that the server forgot in a restart are loaded again.
 * The loop that takes jobs starts although its first look for stalled jobs fails. A gate is asked before a job is taken,
 * so that nothing is taken that cannot begin; the pause after a refusal does not grow without end; and what the id of a
 * job says already is not asked for. Who handles a job ends it: bee-queue's own way is a transaction, which a server
 * refuses when memory is short.
 */
export class Lane extends BeeQueue<WorkReference> {
  readonly #name: LaneName;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #stopping = new AbortController();
  readonly #client: RedisClient;
  readonly #popClient: RedisClient | undefined;
  /** Lets one attempt to take a job through at a time. */
  #turn: Promise<void> = Promise.resolve();
  #gate: () => Promise<void> = async () => {};
  #missed: () => void = () => {};
  /** Scripts on their way to the server. */
  #loading: Promise<unknown> | undefined;
  readonly keys: LaneKeys;

  /**
   * @param queueName name of the whole queue
   * @param popClient connection that waits for jobs; only for who handles some
   * @param onError hears what goes wrong in the background
   */
  constructor(options: {
    readonly queueName: string;
    readonly lane: LaneName;
    readonly client: RedisClient;
    readonly popClient?: RedisClient;
    readonly stallIntervalMs: number;
    readonly clock: Clock;
    readonly onError: (error: unknown) => void;
  }) {
    const { queueName, lane, client, popClient, stallIntervalMs, clock, onError } = options;
    super(`${queueName}:${lane}`, {
      redis: client,
      quitCommandClient: false,
      isWorker: popClient !== undefined,
      autoConnect: false,
      // Loaded when the server turns out not to have them: after its restarts that has to happen anyway.
      ensureScripts: false,
      getEvents: false,
      sendEvents: false,
      storeJobs: false,
      stallInterval: stallIntervalMs,
    });
    this.#name = lane;
    this.#clock = clock;
    this.#onError = onError;
    this.#client = client;
    this.#popClient = popClient;
    this.keys = {
      waiting: this.toKey('waiting'),
      active: this.toKey('active'),
      stalling: this.toKey('stalling'),
      jobs: this.toKey('jobs'),
      paused: pausedKey(queueName),
    };
    this.on('error', onError);
  }

  /** Adds a reference unless one to its event waits already. */
  async add(reference: WorkReference): Promise<void> {
    await this.createJob(reference).setId(idOf(reference)).save();
  }

  /**
   * Starts to take jobs.
   * @param most how many may be taken and not ended, begun or not
   * @param gate resolves when one more may be taken
   * @param missed told when the gate was passed and nothing was taken
   */
  consume(
    most: number,
    gate: () => Promise<void>,
    missed: () => void,
    handler: (job: ReferenceJob) => Promise<void>,
  ): void {
    this.#gate = gate;
    this.#missed = missed;
    this.process(most, handler);
  }

  /** Takes no more jobs; call it when all have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    // Its timer is left running, so it is a short one.
    await this.close(1).catch(() => {});
  }

  override async makeClient(name: 'client' | 'bclient' | 'eclient'): Promise<RedisClient> {
    const client = name === 'bclient' ? this.#popClient : this.#client;
    if (!client) throw new Error(`no connection was given for ${name}`);
    this[name === 'bclient' ? 'bclient' : 'client'] = client;
    return client;
  }

  override async _getNextJob(): Promise<ReferenceJob | null> {
    const turn = this.#turn.then(() => this.#gate());
    this.#turn = turn.catch(() => {});
    await turn;
    const job = await this.#take();
    if (!job) this.#missed();
    return job;
  }

  /** Waits until there is a job and takes it; null when the lane stops, or the job is gone. */
  async #take(): Promise<ReferenceJob | null> {
    while (!this.paused && this.#popClient) {
      try {
        const id = await this.#popClient.brpoplpush(this.keys.waiting, this.keys.active, 0);
        // Null is the answer when a wait is over, and this one has no end.
        if (id !== null) return await this.#jobOf(id);
      } catch (error) {
        if (this.paused) break;
        this.#onError(error);
        await this.#clock.sleep(REFUSED_MS, this.#stopping.signal);
      }
    }
    return null;
  }

  /** A job by its id. That of a reference says all; only a run that was left by a worker is asked for. */
  async #jobOf(id: string): Promise<ReferenceJob | null> {
    const prefix = idOf({ eventId: '', lane: this.#name });
    if (!id.startsWith(prefix)) return this.getJob(id);
    return this.createJob({ eventId: id.slice(prefix.length), lane: this.#name }).setId(id);
  }

  /** Nothing: who handles a job has given it back or ended it. */
  override async _finishJob(): Promise<[status: string, result: unknown]> {
    return ['succeeded', undefined];
  }

  override async _evalScript(name: string, ...args: unknown[]): Promise<unknown> {
    try {
      return await super._evalScript(name, ...args);
    } catch (error) {
      if (!isNoScript(error)) throw error;
      this.#loading ??= lua.buildCache(this.#client).finally(() => {
        this.#loading = undefined;
      });
      await this.#loading;
      return super._evalScript(name, ...args);
    }
  }

  override async _doStalledJobCheck(): Promise<number> {
    try {
      return await super._doStalledJobCheck();
    } catch (error) {
      this.emit('error', error);
      return 0;
    }
  }
}

/** The id under which a reference waits: one per event and lane. */
function idOf({ lane, eventId }: WorkReference): string {
  return `${lane}:${eventId}`;
}

/** The key that says whether the queue is paused: `1` paused, `0` resumed, absent when Redis does not know. */
export function pausedKey(queueName: string): string {
  return `bq:${queueName}:paused`;
}
