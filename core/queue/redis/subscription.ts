import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { WorkReference } from '../queue.ts';
import type { Change } from './change.ts';
import type { RedisClient, RedisServer } from './connection.ts';
import type { Failures } from './failures.ts';
import { LANES, Lane, type LaneName, type ReferenceJob, RUN_PREFIX } from './lane.ts';
import type { Pause } from './pause.ts';
import { Precedence } from './precedence.ts';
import { beginRun, endJob, giveBack } from './scripts.ts';
import { Slots } from './slots.ts';

/** What the subscriptions of one queue share. */
export interface Shared {
  readonly queueName: string;
  readonly server: RedisServer;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly stallIntervalMs: number;
  readonly pause: Pause;
  /** Told whenever a run ends, the queue is paused or resumed, or somebody closes. */
  readonly change: Change;
  /** Events with a run going on in this process. */
  readonly inHand: Set<string>;
  readonly failures: Failures;
  /** Tells of a failed run and keeps it. */
  recordFailure(reference: WorkReference, error: unknown): Promise<void>;
}

type Handler = (reference: WorkReference) => Promise<void>;

/** How often a paused queue asks whether it is resumed. */
const PAUSED_MS = 500;
/** Longest wait for Redis to note that the last runs have ended; what it does not note runs once more. */
const FINISH_MS = 2000;
/** What goes on being wrong is told that often. */
const REPORT_AGAIN_MS = 60_000;

/**
 * Takes jobs from both lanes and runs them.
 *
 * A job is **taken** (it moves from `waiting` to `active` under its own id; references to its event are still coalesced
 * into it), then **begins** (it goes on as a run under an id of its own; references to its event wait again), then
 * **ends**. A taken job is **held** while another run of its event goes on in this process, and **given back** when no
 * slot is free for it, the queue is paused or the subscription closes. What is left in `active` by a process that died
 * or stood still waits again after one to two stall intervals; that is a second run at worst.
 */
export class Subscription {
  readonly #shared: Shared;
  readonly #handler: Handler;
  readonly #slots: Slots;
  readonly #client: RedisClient;
  readonly #lanes: Readonly<Record<LaneName, Lane>>;
  readonly #popClients: readonly RedisClient[];
  /** Jobs that were taken and have not ended. */
  readonly #jobs = new Set<Promise<void>>();
  /** Those of them that are being handled. */
  readonly #running = new Set<Promise<boolean>>();
  readonly #runPrefix = `${RUN_PREFIX}${randomUUID()}:`;
  readonly #precedence: Precedence;
  #reported = { text: '', atMs: 0 };
  #runs = 0;
  #closing: Promise<void> | undefined;
  #isOver = false;

  constructor(shared: Shared, concurrency: number, handler: Handler) {
    this.#shared = shared;
    this.#handler = handler;
    this.#slots = new Slots(concurrency);
    this.#client = shared.server.patient('commands');
    const lane = (name: LaneName): [Lane, RedisClient] => {
      const popClient = shared.server.patient('blocking');
      const { queueName, stallIntervalMs, clock } = shared;
      const onError = (error: unknown) => this.#report(error);
      return [
        new Lane({ queueName, lane: name, client: this.#client, popClient, stallIntervalMs, clock, onError }),
        popClient,
      ];
    };
    const [byDefault, retry] = [lane('default'), lane('retry')];
    this.#lanes = { default: byDefault[0], retry: retry[0] };
    this.#popClients = [byDefault[1], retry[1]];
    this.#precedence = new Precedence({
      slots: this.#slots,
      change: shared.change,
      clock: shared.clock,
      client: this.#client,
      waiting: { default: byDefault[0].keys.waiting, retry: retry[0].keys.waiting },
      onError: (error) => this.#report(error),
    });
    // As many may be held as run: one for each run that goes on.
    for (const name of LANES) this.#consume(name, 2 * concurrency);
  }

  /** Takes nothing more, gives back what has not begun and waits for what has. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { change, clock } = this.#shared;
    change.notify();
    do {
      await Promise.all(this.#running);
      // What was asked for still comes and is given back, and what has ended is noted, unless Redis is away.
      const noted = new AbortController();
      await Promise.race([Promise.all(this.#jobs), clock.sleep(FINISH_MS, noted.signal)]);
      noted.abort();
    } while (this.#running.size > 0);
    this.#isOver = true;
    await Promise.all(Object.values(this.#lanes).map((lane) => lane.stop()));
    for (const client of [...this.#popClients, this.#client]) client.disconnect();
  }

  get #isOpen(): boolean {
    return this.#closing === undefined && !this.#shared.signal.aborted;
  }

  #consume(name: LaneName, most: number): void {
    const lane = this.#lanes[name];
    const missed = () => {
      this.#slots.answered(name);
      this.#shared.change.notify();
    };
    const handle = (job: ReferenceJob): Promise<void> => {
      const done = this.#take(name, job).finally(() => this.#jobs.delete(done));
      this.#jobs.add(done);
      return done;
    };
    lane
      .connect()
      .then(() => {
        if (this.#isOpen) lane.consume(most, () => this.#gate(name), missed, handle);
      })
      .catch((error: unknown) => this.#report(error));
  }

  /** Resolves when the lane may take one more job; never once the subscription closes. */
  async #gate(name: LaneName): Promise<void> {
    const { change, clock, pause } = this.#shared;
    for (;;) {
      const may = this.#slots.mayAsk(name);
      if (!this.#isOpen) {
        await new Promise<never>(() => {});
      } else if (pause.isPaused) {
        await change.waitAtMost(clock, PAUSED_MS);
        if (pause.isPaused) await this.#refreshPause();
      } else if (may === 'no') {
        await change.wait();
      } else if (may === 'behind' && (await this.#precedence.othersWait(name))) {
        await this.#precedence.standBehind(name, () => this.#isOpen);
      } else if (this.#slots.mayAsk(name) === may) {
        break;
      }
    }
    this.#slots.ask(name);
  }

  async #refreshPause(): Promise<void> {
    try {
      await this.#shared.pause.refresh(this.#client);
    } catch (error) {
      this.#report(error);
    }
  }

  /** Sees a job that was taken through to its end; never rejects. */
  async #take(name: LaneName, job: ReferenceJob): Promise<void> {
    const { inHand, change } = this.#shared;
    const { eventId } = job.data;
    this.#slots.answered(name);
    // Held: somebody else may ask meanwhile.
    if (inHand.has(eventId)) change.notify();
    if (!(await this.#admit(name, eventId))) {
      await this.#giveBack(name, job);
      change.notify();
      return;
    }
    const hasBegun = await this.#begin(name, job);
    const endedWell = hasBegun && (await this.#run(job.data));
    inHand.delete(eventId);
    this.#slots.release(name);
    change.notify();
    if (hasBegun) await this.#end(name, job, endedWell);
  }

  /** Occupies a slot for a job that was taken, after the runs of its event; false when there is none for it. */
  async #admit(name: LaneName, eventId: string): Promise<boolean> {
    const { inHand, change, pause } = this.#shared;
    let isFirst = false;
    while (this.#isOpen && !pause.isPaused) {
      if (inHand.has(eventId)) {
        await change.wait();
        continue;
      }
      const may = this.#slots.mayBegin(name);
      if (may === 'yes' || (may === 'behind' && isFirst)) {
        this.#slots.occupy(name);
        inHand.add(eventId);
        return true;
      }
      if (may === 'no' || (await this.#precedence.othersWait(name))) return false;
      isFirst = true;
    }
    return false;
  }

  async #begin(name: LaneName, job: ReferenceJob): Promise<boolean> {
    const { pause } = this.#shared;
    const { keys } = this.#lanes[name];
    const runId = `${this.#runPrefix}${++this.#runs}`;
    const run = { id: job.id, runId, data: job.toData() };
    const ask = () => beginRun(this.#client, keys, run, this.#lanes.retry.keys.waiting);
    try {
      let answer = await ask();
      while (answer === 'not known') {
        await pause.refresh(this.#client);
        answer = await ask();
      }
      if (answer !== 'paused') {
        this.#precedence.sawRetries(answer);
        job.setId(runId);
        return true;
      }
      pause.learn(true);
      await this.#giveBack(name, job);
    } catch (error) {
      // It stays in `active` and waits again when it has stalled.
      this.#report(error);
    }
    return false;
  }

  async #giveBack(name: LaneName, job: ReferenceJob): Promise<void> {
    try {
      await giveBack(this.#client, this.#lanes[name].keys, { id: job.id, data: job.toData() });
    } catch (error) {
      this.#report(error);
    }
  }

  async #end(name: LaneName, { id, data }: ReferenceJob, endedWell: boolean): Promise<void> {
    const { key } = this.#shared.failures;
    try {
      await endJob(this.#client, this.#lanes[name].keys, key, id, endedWell ? data.eventId : undefined);
    } catch (error) {
      this.#report(error);
    }
  }

  /** Handles a reference and tells whether that went well; never rejects. */
  async #run(reference: WorkReference): Promise<boolean> {
    const handled = async (): Promise<boolean> => {
      try {
        await this.#handler(reference);
        return true;
      } catch (error) {
        await this.#shared.recordFailure(reference, error);
        return false;
      }
    };
    const run = handled();
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  #report(error: unknown): void {
    if (this.#isOver) return;
    const { clock, log, server } = this.#shared;
    const { text } = server.problem(error);
    const now = clock.monotonicMs();
    const isKnown = text === this.#reported.text && now - this.#reported.atMs < REPORT_AGAIN_MS;
    if (isKnown) return;
    this.#reported = { text, atMs: now };
    log.warn({}, `${text}. What was taken and is not noted waits again or is found by the scheduler`);
  }
}
