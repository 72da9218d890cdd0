import type { Chain } from '../../../core/chain/chain.ts';
import type { ChainEvent, ChainView, ObjectId, ViewChange } from '../../../core/chain/types.ts';
import { BosError } from '../../../core/errors.ts';
import { instanceOf } from '../../map/proposal.ts';

/*
 * What blocks touched, kept for a while, so that watchers can go on where they were.
 *
 * A place is a block and, in the middle of it, the last object of it that was told of: `<number>-<id>[-<object>]`. Blocks
 * are the same for all processes, so a place from one server is good on another. An object counts at its latest touch
 * only. A place that the journal does not know (older than it, on a fork that was left, before a restart) leads to an
 * overview of what is on chain now: then some is told twice, but nothing that is there is missed.
 */

/** How many blocks are kept; four hours at three seconds. */
const BLOCKS = 5_000;
/** How many touches are kept. */
const TOUCHES = 50_000;
/** A place this many blocks ahead is waited for: another server was quicker. */
const AHEAD = 20;
/** Digits of a block's id that tell it from others of its number. */
const ID_DIGITS = 16;

/** Types of objects that are watched. */
export type WatchedType = '1.10' | '1.22';

/** An object that was touched, and where to go on behind it. */
export interface Touch {
  readonly id: ObjectId;
  readonly place: string;
  /** For events: how they looked before and after, also when they are gone. */
  readonly events: readonly ChainEvent[];
}

interface Entry {
  /** `<number>-<id>` */
  readonly key: string;
  /** Watched types only, ascending. */
  readonly touched: readonly ObjectId[];
  readonly events: ReadonlyMap<ObjectId, readonly ChainEvent[]>;
}

/** Remembers what the blocks since its start have touched. */
export class ChainJournal {
  /** In order; the first has the number `#first`. */
  readonly #entries: Entry[] = [];
  readonly #numbers = new Map<string, number>();
  #first = 0;
  #touches = 0;
  #view: ChainView | undefined;

  /** Begins at the present view of the chain. */
  constructor(chain: Pick<Chain, 'view'>) {
    const view = chain.view();
    if (view) this.#append(view, [], new Map());
  }

  /** Takes in a change of the view. */
  note({ view, touched }: ViewChange): void {
    const before = this.#view;
    const ids = new Set([...touched].filter((id) => id.startsWith('1.10.') || id.startsWith('1.22.')));
    if (before) {
      // That a closed proposal is irreversible now is a change too.
      for (const { proposal, block } of view.closedProposals()) {
        if (block > before.irreversible && block <= view.irreversible) ids.add(proposal.id);
      }
    }
    const ascending = [...ids].sort((a, b) => instanceOf(a) - instanceOf(b));
    const events = new Map<ObjectId, readonly ChainEvent[]>();
    if (ascending.some((id) => id.startsWith('1.22.'))) {
      const known = [before, view].map((one) => one && eventsOf(one));
      for (const id of ascending)
        events.set(
          id,
          known.flatMap((one) => one?.get(id) ?? []),
        );
    }
    this.#append(view, ascending, events);
  }

  /** The place behind everything so far; before the first view, the one before everything. */
  get end(): string {
    return this.#entries.at(-1)?.key ?? '';
  }

  /**
   * What was touched after a place, in order, each object once.
   * @throws BosError invalid for a text that is no place
   */
  after(place: string, type: WatchedType): { readonly touches: readonly Touch[]; readonly end: string } {
    const { key, block, object } = parsePlace(place);
    if (!this.#view) return { touches: [], end: place };
    const number = this.#numbers.get(key);
    if (number !== undefined) return { touches: this.#since(number, object, type), end: this.end };
    const ahead = block - this.#view.head.number;
    if (ahead > 0 && ahead <= AHEAD) return { touches: [], end: place };
    return { touches: this.#overview(this.#view, type, block, place), end: this.end };
  }

  #since(number: number, object: ObjectId, type: WatchedType): readonly Touch[] {
    const latest = new Map<ObjectId, Touch>();
    for (const [i, entry] of this.#entries.slice(number - this.#first).entries()) {
      for (const id of entry.touched) {
        if (!id.startsWith(`${type}.`)) continue;
        // The block of the place itself: told up to an object, or as a whole.
        if (i === 0 && (object === '' || instanceOf(id) <= instanceOf(object))) continue;
        // Taken out first, so that it moves to the end.
        latest.delete(id);
        latest.set(id, { id, place: `${entry.key}-${id}`, events: entry.events.get(id) ?? [] });
      }
    }
    return [...latest.values()];
  }

  /** What is on chain, and what proposals have closed since; all but the last leave the place where it was. */
  #overview(view: ChainView, type: WatchedType, block: number, place: string): readonly Touch[] {
    const found = new Map<ObjectId, readonly ChainEvent[]>();
    if (type === '1.22') {
      for (const [id, event] of eventsOf(view)) found.set(id, [event]);
    } else {
      const closed = view.closedProposals().filter((one) => block > 0 && one.block > block);
      for (const { proposal } of closed) found.set(proposal.id, []);
      for (const { id } of view.proposals()) found.set(id, []);
    }
    const last = [...found.keys()].at(-1);
    return [...found].map(([id, events]) => ({ id, events, place: id === last ? this.end : place }));
  }

  #append(view: ChainView, touched: readonly ObjectId[], events: Entry['events']): void {
    this.#view = view;
    let key = `${view.head.number}-${view.head.id.slice(0, ID_DIGITS)}`;
    if (this.#entries.at(-1)?.key === key && touched.length === 0) return;
    // A resync may show a block anew.
    while (this.#numbers.has(key)) key += 'x';
    this.#numbers.set(key, this.#first + this.#entries.length);
    this.#entries.push({ key, touched, events });
    this.#touches += touched.length;
    while (this.#entries.length > BLOCKS || (this.#touches > TOUCHES && this.#entries.length > 1)) {
      const oldest = this.#entries.shift();
      if (!oldest) return;
      this.#numbers.delete(oldest.key);
      this.#touches -= oldest.touched.length;
      this.#first += 1;
    }
  }
}

function eventsOf(view: ChainView): ReadonlyMap<ObjectId, ChainEvent> {
  const groups = view.sports().flatMap((sport) => view.eventGroups(sport.id));
  return new Map(groups.flatMap((group) => view.events(group.id)).map((event) => [event.id, event]));
}

function parsePlace(place: string): { key: string; block: number; object: ObjectId } {
  if (place === '') return { key: '', block: 0, object: '' };
  const [, key, block, object = ''] = /^((\d{1,10})-[0-9a-z]{1,40})(?:-(\d+\.\d+\.\d+))?$/.exec(place) ?? [];
  if (key === undefined) {
    throw new BosError(
      'invalid',
      'expected the cursor of an earlier answer, got a changed one; leave it out to watch from now on',
      { field: 'cursor' },
    );
  }
  return { key, block: Number(block), object };
}
