import type { HandlerContext } from '@connectrpc/connect';
import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import { cutOff } from '../../edge/rpc.ts';
import type { Bell } from './bell.ts';

/*
 * The life of a stream that can be resumed. It begins with a sign of life, so that its caller has a cursor before
 * anything happens. Then, in turns: read what lies behind the place, tell it item by item, wait for the bell. What is
 * not told yet stays in the store, not in memory: a caller that reads slowly holds up its own stream only, and one that
 * stops reading is ended. It ends without an error when the server stops.
 */

/** Without anything else to tell, a sign of life this often: proxies and callers take silence for death. */
const SIGN_OF_LIFE_MS = 15_000;
/** Reads are this far apart unless more is known to follow, so that a burst is not read report by report. */
const APART_MS = 50;
/** A message that is not read within this time ends the stream. */
const STALLED_MS = 30_000;
/** How often it is looked whether the caller reads at all. */
const LOOK_EVERY_MS = 10_000;

/** Something to tell, and where to go on behind it. */
export interface Step<Place, Item> {
  readonly place: Place;
  /** Made when its turn has come, as it is then; undefined when the filter keeps it back. */
  make(): Promise<Item | undefined>;
}

/** What lies behind a place. */
export interface Lot<Place, Item> {
  readonly steps: readonly Step<Place, Item>[];
  /** Behind all that was read. */
  readonly end: Place;
  /** Whether more is known to follow at once. */
  readonly more: boolean;
}

/** An item with the place behind it, or a sign of life. */
export interface Told<Place, Item> {
  readonly item?: Item;
  readonly place: Place;
}

/**
 * Tells what lies behind a place, then what comes, until the caller leaves or the server stops.
 * @throws BosError unavailable for a caller that reads too slowly, besides what `read` and the steps throw
 */
export async function* follow<Place, Item>(options: {
  readonly ctx: Pick<Context, 'clock'>;
  readonly bell: Bell;
  /** Of the call; its signal also aborts when the server stops. */
  readonly call: Pick<HandlerContext, 'signal' | 'values'>;
  readonly start: Place;
  read(place: Place): Promise<Lot<Place, Item>>;
}): AsyncGenerator<Told<Place, Item>> {
  const { bell, call, read } = options;
  const { clock } = options.ctx;
  const { signal } = call;
  const pace = new Pace(options.ctx, call);
  let place = options.start;
  let mayReadAtMs = 0;
  yield* pace.tell({ place });
  while (!signal.aborted) {
    const earlyMs = mayReadAtMs - clock.monotonicMs();
    if (earlyMs > 0) await clock.sleep(earlyMs, signal);
    if (signal.aborted) return;
    const { rings } = bell;
    const lot = await read(place);
    for (const step of lot.steps) {
      if (signal.aborted) return;
      const item = await step.make();
      if (item !== undefined) yield* pace.tell({ item, place: step.place });
    }
    place = lot.end;
    if (!lot.more) mayReadAtMs = clock.monotonicMs() + APART_MS;
    const quietMs = SIGN_OF_LIFE_MS - (clock.monotonicMs() - pace.toldAtMs);
    if (quietMs <= 0) yield* pace.tell({ place });
    else if (!lot.more) await bell.wait(rings, clock, quietMs, signal);
  }
}

/** Sees to it that what is told is read. */
class Pace {
  readonly #clock: Context['clock'];
  #toldAtMs: number;
  /** Since when a message waits to be read. */
  #unreadSinceMs: number | undefined;

  constructor({ clock }: Pick<Context, 'clock'>, call: Pick<HandlerContext, 'signal' | 'values'>) {
    this.#clock = clock;
    this.#toldAtMs = clock.monotonicMs();
    void this.#cutWhenDead(call);
  }

  /** When something was told last. */
  get toldAtMs(): number {
    return this.#toldAtMs;
  }

  *tell<T>(message: T): Generator<T> {
    this.#unreadSinceMs = this.#clock.monotonicMs();
    yield message;
    this.#toldAtMs = this.#clock.monotonicMs();
    const waitedMs = this.#toldAtMs - this.#unreadSinceMs;
    this.#unreadSinceMs = undefined;
    if (waitedMs > STALLED_MS) {
      throw new BosError(
        'unavailable',
        `expected each answer to be read within ${STALLED_MS / 1000} s, one took ${Math.round(waitedMs / 1000)} s: call again with the cursor of the last one`,
      );
    }
  }

  /** One that does not read at all can't be told. It gets twice the time of one that can. */
  async #cutWhenDead(call: Pick<HandlerContext, 'signal' | 'values'>): Promise<void> {
    const { signal } = call;
    while (!signal.aborted) {
      await this.#clock.sleep(LOOK_EVERY_MS, signal);
      const since = this.#unreadSinceMs;
      if (since !== undefined && this.#clock.monotonicMs() - since > 2 * STALLED_MS) return cutOff(call);
    }
  }
}
