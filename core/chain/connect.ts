import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { Accounts } from './accounts.ts';
import { type Block, readBlock } from './block.ts';
import { keepConnected } from './connection.ts';
import type { FeeSchedule } from './fees.ts';
import { Follower, type Published } from './follower.ts';
import type { NodeChain } from './node-chain.ts';
import { ConnectionError } from './node-error.ts';
import { OutOfStep } from './out-of-step.ts';
import { readPast } from './past.ts';
import type { Api, NodeClient } from './rpc.ts';
import type { AccountRef, ChainState, ChainView, ObjectId, PastEvent, ViewChange } from './types.ts';
import type { World } from './world.ts';

const BLOCKS_KEPT = 200;
const PAST_EVENTS_KEPT = 1000;
const LATEST_BLOCK_MIN_MS = 10_000;
const RESYNC_PAUSE_MS = 250;
const LONGEST_RESYNC_PAUSE_MS = 10_000;
const DOUBT_PAUSE_MS = 60_000;

export interface ConnectChainOptions {
  /** Node addresses in the order they are tried. */
  readonly nodes: readonly string[];
  /** 64 hex digits, or `*` for any chain. */
  readonly expectedChainId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** The chain as a mirror of what blocks did, fed by one node at a time. Nothing happens before `start`. */
export function connectChain(options: ConnectChainOptions): NodeChain {
  return new Mirror(options);
}

class Mirror implements NodeChain {
  readonly #options: ConnectChainOptions;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(change: ViewChange) => void>();
  readonly #trips = new Map<string, number>();
  readonly #accounts = new Accounts(this);
  readonly #blocks = new Map<number, { readonly id: string; readonly block: Block }>();
  /** Events that are over, which does not change but by a fork. */
  readonly #past = new Map<string, PastEvent>();
  #running: Promise<void> | undefined;
  #client: NodeClient | undefined;
  #chainId: string | undefined;
  #published: { readonly view: ChainView; readonly world: World } | undefined;
  #isLive = false;
  #url: string;
  #problem: string | undefined = 'not started';
  #since: Date;
  #lastNoticeMs = 0;
  #lastDoubtMs = Number.NEGATIVE_INFINITY;
  #abandon: ((reason: string) => void) | undefined;

  constructor(options: ConnectChainOptions) {
    this.#options = options;
    this.#url = options.nodes[0] ?? '';
    this.#since = options.clock.now();
    if (options.signal.aborted) this.#stop.abort();
    options.signal.addEventListener('abort', () => this.#stop.abort(), {
      once: true,
      signal: this.#stop.signal,
    });
  }

  start(): void {
    const { nodes, expectedChainId, clock, log } = this.#options;
    this.#running ??= keepConnected({
      nodes,
      expectedChainId,
      clock,
      log,
      signal: this.#stop.signal,
      onRequest: (method) => this.#trips.set(method, (this.#trips.get(method) ?? 0) + 1),
      onTrying: (url) => {
        this.#url = url;
      },
      onDown: (problem) => this.#down(problem),
      use: (client, chainId, worked) => this.#use(client, chainId, worked),
    });
  }

  state(): ChainState {
    const { clock } = this.#options;
    const lateMs = clock.monotonicMs() - this.#lastNoticeMs;
    const isLate = this.#isLive && lateMs > this.#patienceMs();
    const problem = isLate ? `no block for ${Math.round(lateMs / 1000)} s` : this.#problem;
    return {
      connected: this.#client !== undefined,
      synced: this.#isLive && !isLate,
      url: this.#url,
      ...(this.#chainId !== undefined && { chainId: this.#chainId }),
      ...(problem !== undefined && { problem }),
      since: this.#since,
    };
  }

  view(): ChainView | undefined {
    return this.#published?.view;
  }

  onChange(listener: (change: ViewChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  waitFor(test: (view: ChainView) => boolean, signal: AbortSignal): Promise<ChainView> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const present = this.view();
      if (present && test(present)) return resolve(present);
      const stop = this.onChange(({ view }) => {
        if (!test(view)) return;
        end();
        resolve(view);
      });
      const abort = () => {
        end();
        reject(signal.reason);
      };
      const end = () => {
        stop();
        signal.removeEventListener('abort', abort);
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  account(nameOrId: string): Promise<AccountRef | undefined> {
    return this.#accounts.find(nameOrId);
  }

  accountNames(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, string>> {
    return this.#accounts.names(ids);
  }

  async pastEvent(event: ObjectId, groups: readonly ObjectId[]): Promise<PastEvent | undefined> {
    // Where a group is asked for that was not before, there is more to tell.
    const key = JSON.stringify([event, ...groups]);
    const known = this.#past.get(key);
    if (known) return known;
    const closed = this.view()?.closedProposals() ?? [];
    const past = await readPast(this, event, groups, closed);
    if (past) this.#past.set(key, past);
    if (this.#past.size > PAST_EVENTS_KEPT) this.#past.delete(this.#past.keys().next().value ?? '');
    return past;
  }

  coreBalance(accountId: ObjectId): Promise<bigint> {
    return this.#accounts.coreBalance(accountId);
  }

  roundTrips(): ReadonlyMap<string, number> {
    return new Map(this.#trips);
  }

  async call(api: Api, method: string, params: readonly unknown[], timeoutMs?: number): Promise<unknown> {
    if (!this.#client)
      throw new ConnectionError(`${method}: not connected: ${this.#problem ?? 'connecting'}`, false);
    return this.#client.call(api, method, params, timeoutMs);
  }

  feeSchedule(): FeeSchedule | undefined {
    return this.#published?.world.fees;
  }

  async block(number: number): Promise<Block | undefined> {
    return (
      this.#blocks.get(number)?.block ?? readBlock(await this.call('database', 'get_block', [number]), number)
    );
  }

  isFollowed(block: { readonly number: number; readonly id: string }): boolean {
    return this.#isLive && this.#blocks.get(block.number)?.id === block.id;
  }

  doubt(reason: string): void {
    const now = this.#options.clock.monotonicMs();
    if (now - this.#lastDoubtMs < DOUBT_PAUSE_MS) return;
    this.#lastDoubtMs = now;
    this.#abandon?.(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#listeners.clear();
    this.#down('stopped');
  }

  /** Longest time between blocks: the empty slots after maintenance, and a few more. */
  #patienceMs(): number {
    const { blockInterval, skippedSlots } = this.#published?.world.pace ?? {
      blockInterval: 3,
      skippedSlots: 3,
    };
    return Math.max(LATEST_BLOCK_MIN_MS, (skippedSlots + 4) * blockInterval * 1000);
  }

  async #use(client: NodeClient, chainId: string, worked: () => void): Promise<void> {
    this.#client = client;
    this.#chainId = chainId;
    this.#change('reading the chain');
    for (let resyncs = 0; !this.#stop.signal.aborted; resyncs += 1) {
      try {
        await this.#follow(client, chainId, () => {
          resyncs = 0;
          worked();
        });
      } catch (error) {
        if (!(error instanceof OutOfStep)) throw error;
        this.#options.log.warn(
          { reason: error.message },
          'out of step with the node: everything is read anew',
        );
        this.#isLive = false;
        this.#change(`out of step with the node: ${error.message}`);
        const pause = resyncs === 0 ? 0 : RESYNC_PAUSE_MS * 2 ** Math.min(resyncs, 10);
        await this.#options.clock.sleep(Math.min(pause, LONGEST_RESYNC_PAUSE_MS), this.#stop.signal);
      }
    }
  }

  async #follow(client: NodeClient, chainId: string, worked: () => void): Promise<void> {
    const { clock, log } = this.#options;
    this.#blocks.clear();
    this.#past.clear();
    this.#isLive = false;
    const before = this.#published && { world: this.#published.world, head: this.#published.view.head };
    const follower = new Follower({
      client,
      chainId,
      clock,
      log,
      before,
      onBlockNotice: () => {
        this.#lastNoticeMs = clock.monotonicMs();
      },
      onBlock: (block, id) => this.#keep(block, id),
      onProblem: (problem) => this.#change(problem),
      publish: (published) => {
        worked();
        this.#publish(published);
      },
    });
    this.#abandon = (reason) => follower.abandon(reason);
    try {
      await follower.run(this.#stop.signal);
    } finally {
      this.#abandon = undefined;
    }
  }

  #keep(block: Block, id: string): void {
    this.#blocks.set(block.number, { id, block });
    this.#blocks.delete(block.number - BLOCKS_KEPT);
  }

  #publish({ kind, world, head, irreversible }: Published): void {
    const view = world.view(head, irreversible);
    this.#published = { view, world };
    if (!this.#isLive) {
      this.#isLive = true;
      this.#change(undefined);
      this.#options.log.info({ url: this.#url, block: head.number }, 'in step with the node');
    }
    const change: ViewChange = { view, kind, touched: world.takeTouched() };
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (error) {
        this.#options.log.error({ error }, 'a listener to the chain failed');
      }
    }
  }

  #down(problem: string): void {
    this.#client = undefined;
    this.#isLive = false;
    this.#change(problem);
  }

  #change(problem: string | undefined): void {
    this.#problem = problem;
    this.#since = this.#options.clock.now();
  }
}
