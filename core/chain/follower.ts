import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type Block, blockNumber, outcomeOf, readBlock } from './block.ts';
import type { Reading } from './doubts.ts';
import { Intake, type Position } from './intake.ts';
import { isRecord } from './json.ts';
import { Mailbox } from './mailbox.ts';
import { ConnectionError } from './node-error.ts';
import { OutOfStep } from './out-of-step.ts';
import { listAll, readByIds, readFacts, readList } from './reader.ts';
import type { NodeClient } from './rpc.ts';
import { type ChainView, type ObjectId, WITNESS_ACCOUNT } from './types.ts';
import { isAuthorised, World } from './world.ts';

/*
 * Follows one node from a full read on, block by block.
 *
 * States: listing -> waiting for a block -> listing again -> settling -> live. Notices are subscribed to first, then
 * everything is listed, and listed again after a further block (why: doubts.ts). Settling: what the two listings disagree on is read again after each
 * block, a few times at most. Live: each block's view is published when the block is closed. Anything out of order (a
 * number that is not the next one, another previous block, a notice that is not understood) ends the follower with
 * OutOfStep, and a new one starts from a full read.
 *
 * A block is closed when the next block's notice arrives, or when nothing has arrived for QUIET_MS: a node sends the
 * notices of one block (the block, then created, changed and removed objects) within a few milliseconds of each other,
 * so this costs little of a one-second block and leaves room for a busy node. What comes later than that counts as
 * part of the next block; the check before signing covers the difference.
 *
 * In a block that creates nothing this costs one call (get_block), else one more, to subscribe to what is new.
 */

/** Quiet time after the last notice that closes a block. */
export const QUIET_MS = 150;
const IDLE_MS = 10_000;
const ALIVE_TIMEOUT_MS = 5000;
const MAX_SETTLING_BLOCKS = 5;
const AUDIT_BLOCKS = 60;
const BEHIND_BLOCKS = 30;

type Arrival =
  | { readonly kind: 'block'; readonly payload: unknown }
  | { readonly kind: 'objects'; readonly payload: unknown }
  | {
      readonly kind: 'reading';
      readonly reading: Reading;
      readonly from: Position;
      readonly purpose: 'first listing' | 'second listing' | 'ids';
    }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What a follower hands over when a block is closed. */
export interface Published {
  readonly kind: 'block' | 'resync';
  readonly world: World;
  readonly head: ChainView['head'];
  readonly irreversible: number;
}

export interface FollowerOptions {
  readonly client: NodeClient;
  readonly chainId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** World and head of the last published view, of whichever node. */
  readonly before: { readonly world: World; readonly head: ChainView['head'] } | undefined;
  onBlockNotice(): void;
  onBlock(block: Block, id: string): void;
  onProblem(problem: string): void;
  publish(published: Published): void;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #client: NodeClient;
  readonly #mail: Mailbox<Arrival>;
  #intake: Intake;
  #stage: 'listing' | 'waiting for a block' | 'listing again' | 'settling' | 'live' = 'listing';
  #settlingBlocks = 0;
  #behindBlocks = 0;
  /** The block whose notices are arriving. */
  #open: { readonly number: number; readonly id: string; readonly answer: Promise<unknown> } | undefined;
  /** The last closed block. */
  #closed: ChainView['head'] | undefined;
  #isRereading = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#mail = new Mailbox(options.clock);
    this.#intake = new Intake(new World({ chainId: options.chainId, assets: new Map() }));
  }

  /** Runs until the signal aborts; throws OutOfStep, ConnectionError or NodeError. */
  async run(signal: AbortSignal): Promise<void> {
    const client = this.#client;
    void client.closed.then((reason) => this.#fail(new ConnectionError(reason, true)));
    const facts = await readFacts(client, this.#options.chainId);
    this.#intake = new Intake(new World(facts, this.#options.before?.world));
    await client.subscribe('set_block_applied_callback', [], (payload) =>
      this.#mail.push({ kind: 'block', payload }),
    );
    await client.subscribe('set_subscribe_callback', [true], (payload) =>
      this.#mail.push({ kind: 'objects', payload }),
    );
    const globals = await client.call('database', 'get_objects', [['2.0.0', '2.1.0', WITNESS_ACCOUNT]]);
    for (const object of Array.isArray(globals) ? globals : []) this.#intake.takeObject(object);
    this.#read('first listing', async () => readByIds(client, [...(await listAll(client)).keys()]));
    while (!signal.aborted) {
      const arrival = await this.#mail.next(this.#open ? QUIET_MS : IDLE_MS, signal);
      if (signal.aborted) return;
      if (arrival) await this.#handle(arrival);
      else if (this.#open) await this.#close(this.#open);
      else await this.#checkAlive();
    }
  }

  /** Makes `run` end with OutOfStep. */
  abandon(reason: string): void {
    this.#fail(new OutOfStep(reason));
  }

  async #handle(arrival: Arrival): Promise<void> {
    switch (arrival.kind) {
      case 'failed':
        throw arrival.error;
      case 'block':
        return this.#begin(arrival.payload);
      case 'objects':
        return this.#subscribe(this.#intake.takeNotice(arrival.payload));
      case 'reading':
        return this.#takeReading(arrival.reading, arrival.from, arrival.purpose);
    }
  }

  #fail(error: unknown): void {
    this.#mail.push({ kind: 'failed', error });
  }

  async #begin(payload: unknown): Promise<void> {
    const id = Array.isArray(payload) ? payload[0] : undefined;
    const number = typeof id === 'string' ? blockNumber(id) : Number.NaN;
    if (typeof id !== 'string' || Number.isNaN(number)) {
      throw new OutOfStep(`expected a block id in the notice of a block, got ${JSON.stringify(payload)}`);
    }
    this.#options.onBlockNotice();
    if (this.#open) await this.#close(this.#open);
    const last = this.#closed;
    if (last && number !== last.number + 1) {
      throw new OutOfStep(`expected block ${last.number + 1}, got ${number} (${id})`);
    }
    const answer = this.#client.call('database', 'get_block', [number]);
    // Awaited when the block is closed.
    answer.catch(() => undefined);
    this.#open = { number, id, answer };
  }

  async #close(open: {
    readonly number: number;
    readonly id: string;
    readonly answer: Promise<unknown>;
  }): Promise<void> {
    const block = readBlock(await open.answer, open.number);
    const last = this.#closed;
    if (!block) throw new OutOfStep(`the node announced block ${open.number} and does not have it`);
    if (last && block.previous !== last.id) {
      throw new OutOfStep(`block ${block.number} follows ${block.previous}, expected ${last.id}: a fork`);
    }
    const { world } = this.#intake;
    const closed = this.#intake.takeGone().map((proposal) => ({
      proposal,
      outcome: outcomeOf(proposal, block, isAuthorised(proposal, world.authority)),
      block: block.number,
    }));
    this.#open = undefined;
    this.#closed = { number: block.number, id: open.id, time: block.time };
    this.#options.onBlock(block, open.id);
    world.settle(block.number, closed);
    if (this.#stage === 'waiting for a block') {
      this.#stage = 'listing again';
      this.#read('second listing', () => listAll(this.#client));
    }
    if (this.#stage === 'settling') this.#settlingBlocks += 1;
    if (this.#stage === 'live') this.#publish('block');
    else this.#publishIfSettled();
    this.#reread(block.number);
  }

  /** Doubts are read again after each block, and everything now and then. */
  #reread(block: number): void {
    if ((this.#stage !== 'settling' && this.#stage !== 'live') || this.#isRereading) return;
    const isAudit = this.#stage === 'live' && block % AUDIT_BLOCKS === 0;
    const ids = new Set([...this.#intake.doubtful(), ...(isAudit ? this.#intake.world.ids() : [])]);
    if (ids.size === 0) return;
    this.#isRereading = true;
    this.#read('ids', async () => {
      try {
        const reading = await readByIds(this.#client, [...ids]);
        const proposals = isAudit
          ? await readList(this.#client, 'get_proposed_transactions', [WITNESS_ACCOUNT])
          : [];
        for (const proposal of proposals) reading.set(proposal.value.id, proposal);
        return reading;
      } finally {
        this.#isRereading = false;
      }
    });
  }

  /** Starts a read whose result arrives in order with the notices. */
  #read(purpose: 'first listing' | 'second listing' | 'ids', work: () => Promise<Reading>): void {
    const from = this.#intake.position(this.#open?.number ?? this.#closed?.number ?? 0);
    work().then(
      (reading) => this.#mail.push({ kind: 'reading', reading, from, purpose }),
      (error: unknown) => this.#fail(error),
    );
  }

  #takeReading(found: Reading, from: Position, purpose: 'first listing' | 'second listing' | 'ids'): void {
    this.#intake.takeReading(found, from, purpose === 'second listing');
    if (purpose === 'first listing') this.#stage = 'waiting for a block';
    if (purpose === 'second listing') this.#stage = 'settling';
    if (!this.#open) this.#publishIfSettled();
  }

  /** Reading new objects subscribes to them, and finds what changed before that. */
  #subscribe(news: readonly ObjectId[]): void {
    if (news.length > 0) this.#read('ids', () => readByIds(this.#client, news));
  }

  #publishIfSettled(): void {
    const closed = this.#closed;
    if (this.#stage !== 'settling' || !closed) return;
    const open = this.#intake.doubtful();
    if (open.length > 0 && this.#settlingBlocks < MAX_SETTLING_BLOCKS) return;
    if (open.length > 0)
      this.#options.log.warn({ ids: open.slice(0, 20) }, 'the node keeps changing its mind about objects');
    if (this.#isBehind(closed)) return;
    this.#intake.world.settleAgainst(this.#options.before?.world, closed.number);
    this.#stage = 'live';
    this.#publish('resync');
  }

  /** A node that is behind what we saw would show us a past in which things we did have not happened. */
  #isBehind(head: ChainView['head']): boolean {
    const before = this.#options.before?.head;
    if (!before || head.number >= before.number || head.time >= before.time) return false;
    this.#behindBlocks += 1;
    const problem = `the node is at block ${head.number}, block ${before.number} was seen before`;
    if (this.#behindBlocks > BEHIND_BLOCKS) throw new ConnectionError(problem, true);
    this.#options.onProblem(problem);
    return true;
  }

  #publish(kind: 'block' | 'resync'): void {
    if (!this.#closed) return;
    const irreversible = Math.min(this.#intake.irreversible, this.#closed.number);
    this.#options.publish({ kind, world: this.#intake.world, head: this.#closed, irreversible });
  }

  async #checkAlive(): Promise<void> {
    const raw = await this.#client.call('database', 'get_dynamic_global_properties', [], ALIVE_TIMEOUT_MS);
    const number = isRecord(raw) ? Number(raw.head_block_number) : Number.NaN;
    const last = this.#closed?.number;
    if (last !== undefined && number > last && !this.#open) {
      throw new OutOfStep(`the node is at block ${number}, its last notice was of ${last}`);
    }
  }
}
