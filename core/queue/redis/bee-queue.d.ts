/**
 * The part of bee-queue 2.0.0 that is used, its internals included: what `lane.ts` overrides has no other door. The
 * package's own types miss those and speak of another Redis client. The version is pinned; look here before raising it.
 */
declare module 'bee-queue' {
  import type { EventEmitter } from 'node:events';
  import type { Redis } from 'ioredis';

  export interface Job<T> {
    readonly id: string;
    readonly data: T;
    /** From then on it is kept from stalling under the new id. */
    setId(id: string): this;
    /** Adds it unless a job with its id is known; `id` is null then. */
    save(): Promise<this>;
    /** What is kept under its id in the hash of jobs. */
    toData(): string;
  }

  export default class BeeQueue<T> extends EventEmitter {
    constructor(name: string, settings: Readonly<Record<string, unknown>>);
    /** True once `close` was called. */
    readonly paused: boolean;
    client: Redis | null;
    bclient: Redis | null;
    connect(): Promise<boolean>;
    ready(): Promise<this>;
    createJob(data: T): Job<T>;
    /** Null when it is not known. */
    getJob(id: string): Promise<Job<T> | null>;
    process(concurrency: number, handler: (job: Job<T>) => Promise<void>): this;
    checkStalledJobs(): Promise<number>;
    /** Rejects when jobs are still going on after `timeoutMs`. */
    close(timeoutMs: number): Promise<void>;
    toKey(part: string): string;

    /** Makes or takes over a connection and keeps it under its name. */
    makeClient(name: 'client' | 'bclient' | 'eclient', createNew: boolean): Promise<Redis>;
    /** Waits until there is a job and takes it. */
    _getNextJob(): Promise<Job<T> | null>;
    /** Notes the outcome of a job and resolves to its status and result. */
    _finishJob(error: unknown, result: unknown, job: Job<T>): Promise<[status: string, result: unknown]>;
    /** Runs one of its Lua scripts by name. */
    _evalScript(name: string, ...args: unknown[]): Promise<unknown>;
    _doStalledJobCheck(): Promise<number>;
  }
}

declare module 'bee-queue/lib/lua/index.js' {
  import type { Redis } from 'ioredis';

  const lua: {
    /** Reads bee-queue's scripts and loads them into the server where they are missing. */
    buildCache(client: Redis): Promise<unknown>;
  };
  export default lua;
}
