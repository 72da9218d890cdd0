import { Worker } from 'node:worker_threads';
import { BosError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { errorOf } from './group-commit.ts';
import type { Operations } from './operations.ts';
import type { CommitStatistics, FromThread, Reply, Request, ToThread } from './protocol.ts';

/** The main side of the thread that owns the database. */
export interface StoreThread extends AsyncDisposable {
  /**
   * Asks for one operation; a write is answered once it would survive a power cut.
   *
   * @throws BosError `unavailable` when the disk does not take it, or the store is closed.
   */
  call<Name extends keyof Operations>(
    name: Name,
    ...args: Parameters<Operations[Name]>
  ): Promise<ReturnType<Operations[Name]>>;
  readonly statistics: CommitStatistics;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Starts the thread on the database at `path` and resolves when it serves.
 *
 * @throws BosError `configuration` when newer software wrote the database, `unavailable` when it cannot be opened.
 */
export async function startStoreThread(path: string, log: Log): Promise<StoreThread> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
    name: 'bos-store',
    workerData: { path },
    // Flags of the process, e.g. those of `node -e`, may not fit a thread that runs a file.
    execArgv: [],
  });
  const thread = new RunningThread(worker, log);
  await thread.ready;
  return thread;
}

class RunningThread implements StoreThread {
  readonly ready: Promise<void>;
  statistics: CommitStatistics = { commits: 0, writes: 0 };
  readonly #worker: Worker;
  readonly #log: Log;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #outbox: Request[] = [];
  #flushing = false;
  #nextId = 1;
  /** Why nothing is taken any more. */
  #ended: BosError | undefined;

  constructor(worker: Worker, log: Log) {
    this.#worker = worker;
    this.#log = log;
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'replies') return this.#settle(message.replies, message.statistics);
      if (message.kind === 'ready') return ready.resolve();
      this.#end('it could not be opened', false);
      ready.reject(errorOf(message.error));
    });
    worker.on('error', (error) => this.#end(`its thread failed: ${error}; restart the process`, true));
    this.#exited = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#end('its thread has ended; restart the process', true);
        ready.reject(this.#ended);
        resolve();
      });
    });
  }

  call<Name extends keyof Operations>(
    name: Name,
    ...args: Parameters<Operations[Name]>
  ): Promise<ReturnType<Operations[Name]>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    this.#outbox.push([id, name, args]);
    if (this.#waiting.size === 0) this.#flushSoon();
    return new Promise((resolve, reject) => {
      // The reply to an operation has the type of its result: both sides use the same table of operations.
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) {
      this.#end('it is closed', false);
      this.#flush();
      this.#post('close');
    }
    await this.#exited;
  }

  /**
   * Sends what has gathered by the end of this turn of the event loop. While the thread is busy with what was sent
   * before, requests gather: it would not look at them earlier, and what costs is the message, not its length.
   */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    const requests = this.#outbox;
    this.#outbox = [];
    this.#post(requests);
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #settle(replies: readonly Reply[], statistics: CommitStatistics): void {
    this.statistics = statistics;
    for (const reply of replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) waiting?.reject(errorOf(reply.error));
      else waiting?.resolve(reply.value);
    }
    if (this.#waiting.size === this.#outbox.length) this.#flushSoon();
  }

  /** Takes nothing more; with `lost`, what waits for an answer fails as well. */
  #end(why: string, lost: boolean): void {
    if (!this.#ended) {
      this.#ended = new BosError('unavailable', `the store takes nothing any more: ${why}`);
      if (lost) this.#log.error({ waiting: this.#waiting.size }, this.#ended.message);
    }
    if (!lost) return;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
