import type { ObjectId } from '../../core/chain/types.ts';
import { nodeError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { type Kind, type Objects, PREFIX } from './objects.ts';
import { PRESENT } from './present.ts';

type AnyObject = Objects[Kind];

/** What a session changed: each object as it was before (undefined: it was not there). */
export interface Change {
  readonly before: Map<ObjectId, AnyObject | undefined>;
  readonly counters: Map<Kind, number>;
}

/** All of a state as JSON-able data. */
export interface Snapshot {
  readonly counters: readonly (readonly [Kind, number])[];
  readonly objects: readonly (readonly [Kind, readonly AnyObject[]])[];
}

// Every kind has one prefix, so this is its inverse.
const KINDS = new Map(Object.entries(PREFIX).map(([kind, prefix]) => [prefix, kind as Kind]));
const ALL_KINDS: readonly Kind[] = [...KINDS.values()];

/** The kind of an id, or undefined when the devnet keeps no such objects. */
export function kindOf(id: ObjectId): Kind | undefined {
  return KINDS.get(id.slice(0, id.lastIndexOf('.')));
}

function instanceOf(id: ObjectId): number {
  return Number(id.slice(id.lastIndexOf('.') + 1));
}

/**
 * The chain's objects with nested undo: a session records what it overwrites, so that pending state, a proposal's
 * execution and a block can each be taken back. Objects are never changed in place.
 */
export class State {
  readonly #tables = new Map<Kind, Map<ObjectId, AnyObject>>();
  readonly #counters = new Map<Kind, number>();
  readonly #sessions: Change[] = [];

  constructor(snapshot?: Snapshot) {
    for (const kind of ALL_KINDS) this.#tables.set(kind, new Map());
    for (const [kind, next] of snapshot?.counters ?? []) this.#counters.set(kind, next);
    for (const [kind, objects] of snapshot?.objects ?? []) {
      for (const object of objects) this.#table(kind).set(object.id, object);
    }
  }

  #table<K extends Kind>(kind: K): Map<ObjectId, Objects[K]> {
    // Objects are only put into the table of their kind.
    return this.#tables.get(kind) as Map<ObjectId, Objects[K]>;
  }

  /** The object, or undefined when it is not there or of another kind. */
  find<K extends Kind>(kind: K, id: ObjectId): Objects[K] | undefined {
    return this.#table(kind).get(id);
  }

  /** @throws NodeError `Unable to find Object` when it is not there. */
  get<K extends Kind>(kind: K, id: ObjectId): Objects[K] {
    const object = this.find(kind, id);
    if (object === undefined) {
      throw nodeError('assert', 'maybe_found != nullptr: Unable to find Object', { id }, [
        'index.hpp',
        113,
        'get',
      ]);
    }
    return object;
  }

  /** All objects of a kind, ascending. */
  all<K extends Kind>(kind: K): Objects[K][] {
    return [...this.#table(kind).values()].sort((a, b) => instanceOf(a.id) - instanceOf(b.id));
  }

  /** Those of a kind that satisfy the test, ascending. */
  where<K extends Kind>(kind: K, test: (object: Objects[K]) => boolean): Objects[K][] {
    const found: Objects[K][] = [];
    for (const object of this.#table(kind).values()) if (test(object)) found.push(object);
    return found.sort((a, b) => instanceOf(a.id) - instanceOf(b.id));
  }

  /** Adds an object under the next free id of its kind; ids are never used twice. */
  create<K extends Kind>(kind: K, fields: Omit<Objects[K], 'id'>): Objects[K] {
    const next = this.#counters.get(kind) ?? 0;
    this.#recordCounter(kind, next);
    this.#counters.set(kind, next + 1);
    const id = `${PREFIX[kind]}.${next}`;
    // The one member that was left out is added here.
    const object = { id, ...fields } as Objects[K];
    this.#record(id, undefined);
    this.#table(kind).set(id, object);
    return object;
  }

  /** Replaces members of an object. @throws NodeError when it is not there. */
  update<K extends Kind>(kind: K, id: ObjectId, patch: Partial<Omit<Objects[K], 'id'>>): Objects[K] {
    const old = this.get(kind, id);
    const object = { ...old, ...patch };
    this.#record(id, old);
    this.#table(kind).set(id, object);
    return object;
  }

  remove<K extends Kind>(kind: K, id: ObjectId): void {
    this.#record(id, this.get(kind, id));
    this.#table(kind).delete(id);
  }

  /** The object of any kind in the node's JSON, or undefined. */
  present(id: ObjectId): JsonObject | undefined {
    const kind = kindOf(id);
    return kind && this.#present(kind, id);
  }

  #present<K extends Kind>(kind: K, id: ObjectId): JsonObject | undefined {
    const object = this.find(kind, id);
    return object && PRESENT[kind](object);
  }

  /** The id that the next object of a kind would get. */
  nextInstance(kind: Kind): number {
    return this.#counters.get(kind) ?? 0;
  }

  /** Reserves ids up to `next`; for genesis. */
  skipTo(kind: Kind, next: number): void {
    this.#recordCounter(kind, this.nextInstance(kind));
    this.#counters.set(kind, next);
  }

  /** Opens a session inside the present one. */
  begin(): void {
    this.#sessions.push({ before: new Map(), counters: new Map() });
  }

  /** Closes the innermost session and takes back what it changed. */
  undo(): void {
    this.revert(this.#pop());
  }

  /** Closes the innermost session and keeps its changes, as part of the one around it. */
  merge(): Change {
    const change = this.#pop();
    const outer = this.#sessions.at(-1);
    if (outer) {
      for (const [id, object] of change.before) if (!outer.before.has(id)) outer.before.set(id, object);
      for (const [kind, next] of change.counters)
        if (!outer.counters.has(kind)) outer.counters.set(kind, next);
    }
    return change;
  }

  /** Takes back a change that was the last one made. */
  revert(change: Change): void {
    for (const [id, object] of change.before) {
      const kind = kindOf(id);
      if (kind === undefined) continue;
      if (object === undefined) this.#table(kind).delete(id);
      else this.#tables.get(kind)?.set(id, object);
    }
    for (const [kind, next] of change.counters) this.#counters.set(kind, next);
  }

  /** Runs `step` in a session: kept when it returns, undone when it throws. */
  attempt<T>(step: () => T): T {
    this.begin();
    try {
      const result = step();
      this.merge();
      return result;
    } catch (error) {
      this.undo();
      throw error;
    }
  }

  snapshot(): Snapshot {
    return {
      counters: [...this.#counters],
      objects: ALL_KINDS.map((kind) => [kind, [...this.#table(kind).values()]] as const),
    };
  }

  #pop(): Change {
    const change = this.#sessions.pop();
    if (!change) throw new Error('no session is open');
    return change;
  }

  #record(id: ObjectId, old: AnyObject | undefined): void {
    const session = this.#sessions.at(-1);
    if (session && !session.before.has(id)) session.before.set(id, old);
  }

  #recordCounter(kind: Kind, next: number): void {
    const session = this.#sessions.at(-1);
    if (session && !session.counters.has(kind)) session.counters.set(kind, next);
  }
}
