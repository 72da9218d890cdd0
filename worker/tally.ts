import type { SubmitResult } from '../core/chain/chain.ts';

/** What became of the latest transaction of one kind for one call; kept in memory for status. */
export interface EffectNote {
  readonly eventId: string;
  readonly call: string;
  readonly kind: 'approve' | 'propose';
  readonly outcome: SubmitResult['outcome'];
  readonly reason?: string;
  /** Of this outcome in a row. */
  readonly times: number;
  readonly at: Date;
}

/** Counts and last outcomes of one worker since its start; lost on a restart, nothing depends on it. */
export interface Tally {
  count(name: string): void;
  counts(): Readonly<Record<string, number>>;
  /** Keeps the outcome and answers how often in a row it came for this call and kind. */
  effect(note: Omit<EffectNote, 'times'>): number;
  /** Latest outcomes, newest last, bounded. */
  effects(): readonly EffectNote[];
}

/** Bound of the outcomes that are remembered. */
const MAX_NOTES = 500;

/** Makes an empty one. */
export function makeTally(): Tally {
  const counters = new Map<string, number>();
  const notes = new Map<string, EffectNote>();
  const count = (name: string): void => {
    counters.set(name, (counters.get(name) ?? 0) + 1);
  };
  return {
    count,
    counts: () => Object.fromEntries([...counters].sort(([a], [b]) => (a < b ? -1 : 1))),
    effect(note) {
      count(`${note.kind}_${note.outcome}`);
      const key = `${note.kind} ${note.call} ${note.eventId}`;
      const before = notes.get(key);
      const times = before?.outcome === note.outcome ? before.times + 1 : 1;
      // Deleted first, so that the newest is last and the oldest goes.
      notes.delete(key);
      notes.set(key, { ...note, times });
      const oldest = notes.keys().next();
      if (notes.size > MAX_NOTES && !oldest.done) notes.delete(oldest.value);
      return times;
    },
    effects: () => [...notes.values()],
  };
}
