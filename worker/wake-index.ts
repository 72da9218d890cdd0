import type { ObjectId } from '../core/chain/types.ts';
import type { Decision, DecisionCall } from '../core/decide/types.ts';

/** What an unfinished call waits for; the part of a decision that the chain can answer. */
export interface Wake {
  readonly eventId: string;
  readonly call: DecisionCall;
  /** Of the decision that it comes from; a lower one never replaces a higher one. */
  readonly sequence: number;
  readonly objects: readonly ObjectId[];
  /** Any proposal that appears, changes or goes. */
  readonly proposals: boolean;
  readonly atBlock?: number;
  readonly whenIrreversible?: number;
  readonly retryAt?: Date;
}

/** How far the chain has come, and what moved since the last time. */
export interface WakeCause {
  readonly block: number;
  readonly irreversible: number;
  readonly time: Date;
  readonly touched: ReadonlySet<ObjectId>;
}

/** Finds the calls that a block wakes without looking at those it does not. Plain state, no effects. */
export interface WakeIndex {
  /** Sets what the call waits for, in place of what it waited for. */
  set(wake: Wake): void;
  delete(eventId: string, call: DecisionCall): void;
  get(eventId: string, call: DecisionCall): Wake | undefined;
  /** Ids of the events that the cause wakes, each once. A number or time that has passed fires once. */
  wokenBy(cause: WakeCause): ReadonlySet<string>;
  all(): IterableIterator<Wake>;
  readonly size: number;
}

/** What a decision waits for; `at` names the call and the sequence under which it is recorded. */
export function wakeOf(
  at: Pick<Wake, 'eventId' | 'call' | 'sequence'>,
  decision: Pick<Decision, 'dependsOn' | 'wakeAtBlock' | 'wakeWhenIrreversible' | 'retryAt'>,
): Wake {
  const { dependsOn, wakeAtBlock, wakeWhenIrreversible, retryAt } = decision;
  return {
    eventId: at.eventId,
    call: at.call,
    sequence: at.sequence,
    objects: dependsOn.objects,
    proposals: dependsOn.proposals,
    ...(wakeAtBlock === undefined ? {} : { atBlock: wakeAtBlock }),
    ...(wakeWhenIrreversible === undefined ? {} : { whenIrreversible: wakeWhenIrreversible }),
    ...(retryAt ? { retryAt } : {}),
  };
}

/** How the ids of proposals begin. */
const PROPOSAL_PREFIX = '1.10.';

const touchesProposal = (touched: ReadonlySet<ObjectId>): boolean => {
  for (const id of touched) if (id.startsWith(PROPOSAL_PREFIX)) return true;
  return false;
};

/** Whether the cause wakes this one call. */
export function wakes(cause: WakeCause, wake: Wake): boolean {
  return (
    (wake.atBlock !== undefined && wake.atBlock <= cause.block) ||
    (wake.whenIrreversible !== undefined && wake.whenIrreversible <= cause.irreversible) ||
    (wake.retryAt !== undefined && wake.retryAt <= cause.time) ||
    (wake.proposals && touchesProposal(cause.touched)) ||
    wake.objects.some((id) => cause.touched.has(id))
  );
}

const keyOf = (eventId: string, call: DecisionCall): string => `${call} ${eventId}`;

/** Makes an empty index. A block costs what it touches, plus the calls that watch proposals when it touches one. */
export function makeWakeIndex(): WakeIndex {
  const entries = new Map<string, Wake>();
  const byObject = new Map<ObjectId, Set<string>>();
  const byProposals = new Set<string>();
  const blocks = makeAgenda();
  const irreversibles = makeAgenda();
  const times = makeAgenda();

  const remove = (key: string): void => {
    const wake = entries.get(key);
    if (!wake) return;
    entries.delete(key);
    byProposals.delete(key);
    for (const id of wake.objects) {
      const keys = byObject.get(id);
      keys?.delete(key);
      if (keys?.size === 0) byObject.delete(id);
    }
    for (const agenda of [blocks, irreversibles, times]) agenda.delete(key);
  };

  return {
    set(wake) {
      const key = keyOf(wake.eventId, wake.call);
      remove(key);
      entries.set(key, wake);
      if (wake.proposals) byProposals.add(key);
      for (const id of wake.objects) {
        const keys = byObject.get(id) ?? new Set();
        byObject.set(id, keys.add(key));
      }
      if (wake.atBlock !== undefined) blocks.set(key, wake.atBlock);
      if (wake.whenIrreversible !== undefined) irreversibles.set(key, wake.whenIrreversible);
      if (wake.retryAt) times.set(key, wake.retryAt.getTime());
    },
    delete: (eventId, call) => remove(keyOf(eventId, call)),
    get: (eventId, call) => entries.get(keyOf(eventId, call)),
    wokenBy(cause) {
      const keys = new Set([
        ...blocks.take(cause.block),
        ...irreversibles.take(cause.irreversible),
        ...times.take(cause.time.getTime()),
      ]);
      for (const id of cause.touched) for (const key of byObject.get(id) ?? []) keys.add(key);
      if (touchesProposal(cause.touched)) for (const key of byProposals) keys.add(key);
      const events = new Set<string>();
      for (const key of keys) {
        const wake = entries.get(key);
        if (wake) events.add(wake.eventId);
      }
      return events;
    },
    all: () => entries.values(),
    get size() {
      return entries.size;
    },
  };
}

/** Keys by the number at which they are due. */
interface Agenda {
  set(key: string, at: number): void;
  delete(key: string): void;
  /** Removes and answers the keys whose number has been reached. */
  take(reached: number): string[];
}

/** A binary heap whose stale entries are skipped when they come up. */
function makeAgenda(): Agenda {
  const current = new Map<string, number>();
  let heap: { key: string; at: number }[] = [];
  const at = (index: number): number => heap[index]?.at ?? Number.POSITIVE_INFINITY;
  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]];
    if (first && second) [heap[a], heap[b]] = [second, first];
  };
  const pop = (): { key: string; at: number } | undefined => {
    swap(0, heap.length - 1);
    const top = heap.pop();
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const child = at(left + 1) < at(left) ? left + 1 : left;
      if (at(child) >= at(index)) return top;
      swap(index, child);
      index = child;
    }
  };
  return {
    set(key, number) {
      current.set(key, number);
      if (heap.length > 100 && heap.length > 4 * current.size) {
        // Mostly stale: starts afresh. A sorted list is a heap.
        heap = [...current].map(([k, n]) => ({ key: k, at: n })).sort((a, b) => a.at - b.at);
        return;
      }
      heap.push({ key, at: number });
      for (let index = heap.length - 1; index > 0; ) {
        const parent = (index - 1) >> 1;
        if (at(parent) <= at(index)) break;
        swap(index, parent);
        index = parent;
      }
    },
    delete: (key) => {
      current.delete(key);
    },
    take(reached) {
      const taken: string[] = [];
      while (at(0) <= reached) {
        const top = pop();
        if (!top || current.get(top.key) !== top.at) continue;
        current.delete(top.key);
        taken.push(top.key);
      }
      return taken;
    },
  };
}
