import type { ChainView, ViewChange } from '../core/chain/types.ts';
import type { Context } from '../core/context.ts';
import type { DecisionCall } from '../core/decide/types.ts';
import type { DecisionRecord } from '../core/store/store.ts';
import type { Enqueuer } from './enqueuer.ts';
import { makeWakeIndex, type Wake, type WakeCause, wakeOf, wakes } from './wake-index.ts';

/** Brings unfinished calls back when the chain has moved what they wait for (agreement rule "Causes"). */
export interface Waker {
  /**
   * Tells what a run left the call waiting for, and the view it was decided on (undefined: without one). What blocks
   * have moved since that view counts too, or a wake-up during the run would be missed.
   */
  note(wake: Wake, view: ChainView | undefined): void;
  /** Tells that nothing more follows for the call. */
  forget(eventId: string, call: DecisionCall): void;
  /** How many unfinished calls are watched. */
  readonly watching: number;
  /** Resolves when what was under way has ended; call it after the signal has aborted. */
  closed(): Promise<void>;
}

/** Pause before a call that was decided without a node is looked at again when there is one by now. */
const BLIND_RETRY_MS = 1000;
/** Blocks whose touched ids are kept for runs that they overtake; a run that takes longer is repeated. */
const RECENT_BLOCKS = 20;
/** Pause after the unfinished decisions could not be read. */
const RELOAD_RETRY_MS = 1000;

/**
 * Watches the chain until `signal` aborts. Every unfinished call is brought back once after each resync and at the
 * start, so that a decision whose effects were cut off is taken up again (agreement rule K). What other workers on the
 * same store decided is read again every scheduler interval, and looked at once when it is news.
 */
export function startWaker(
  ctx: Pick<Context, 'chain' | 'store' | 'clock' | 'log' | 'config'>,
  enqueuer: Enqueuer,
  signal: AbortSignal,
): Waker {
  const index = makeWakeIndex();
  /** Calls that were noted while a reload was under way: what it read of them is old. */
  let fresh = new Set<string>();
  let reloading: Promise<void> = Promise.resolve();
  let wakeAllAsked = false;

  const keyOf = (eventId: string, call: DecisionCall): string => `${call} ${eventId}`;

  /** Answers the events of which another worker has decided something that is news here. */
  const merge = (records: readonly DecisionRecord[]): ReadonlySet<string> => {
    const learned = new Set<string>();
    const found = new Set(records.map((record) => keyOf(record.eventId, record.call)));
    for (const wake of [...index.all()]) {
      const key = keyOf(wake.eventId, wake.call);
      if (!found.has(key) && !fresh.has(key)) index.delete(wake.eventId, wake.call);
    }
    for (const record of records) {
      if (fresh.has(keyOf(record.eventId, record.call))) continue;
      const known = index.get(record.eventId, record.call);
      if (known && known.sequence >= record.sequence) continue;
      index.set(wakeOf(record, record));
      learned.add(record.eventId);
    }
    return learned;
  };

  const reload = async (): Promise<void> => {
    while (!signal.aborted) {
      fresh = new Set();
      try {
        const learned = merge(await ctx.store.decisions.unfinished());
        // Whoever decided it may have died since, and the blocks that it waited for may have passed.
        if (ctx.chain.view()) for (const eventId of learned) enqueuer.now(eventId);
      } catch (error) {
        ctx.log.warn({ err: error }, 'could not read the unfinished decisions; trying again');
        await ctx.clock.sleep(RELOAD_RETRY_MS, signal);
        continue;
      }
      if (wakeAllAsked) {
        wakeAllAsked = false;
        for (const eventId of new Set([...index.all()].map((wake) => wake.eventId))) enqueuer.now(eventId);
      }
      return;
    }
  };
  const askReload = (wakeAll: boolean): void => {
    wakeAllAsked ||= wakeAll;
    reloading = reloading.then(reload);
  };

  /** The last views, oldest first, each with what it brought; begins anew with each resync. */
  let recent: { readonly view: ChainView | undefined; readonly cause?: WakeCause }[] = [
    { view: ctx.chain.view() },
  ];

  const onChange = ({ kind, view, touched }: ViewChange): void => {
    if (kind === 'resync') {
      recent = [{ view }];
      askReload(true);
      return;
    }
    const cause: WakeCause = {
      block: view.head.number,
      irreversible: view.irreversible,
      time: view.head.time,
      touched,
    };
    recent = [...recent.slice(-RECENT_BLOCKS), { view, cause }];
    for (const eventId of index.wokenBy(cause)) enqueuer.now(eventId);
  };

  const stop = ctx.chain.onChange(onChange);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  askReload(ctx.chain.view() !== undefined);

  const refresh = async (): Promise<void> => {
    for (;;) {
      await ctx.clock.sleep(ctx.config.scheduler.intervalMs, signal);
      if (signal.aborted) return;
      askReload(false);
    }
  };
  const refreshing = refresh();

  return {
    note(wake, view) {
      fresh.add(keyOf(wake.eventId, wake.call));
      index.set(wake);
      if (!view) {
        if (ctx.chain.state().connected && ctx.chain.view()) enqueuer.later(wake.eventId, BLIND_RETRY_MS);
        return;
      }
      const since = recent.findIndex((entry) => entry.view === view);
      const missed = recent.slice(since + 1);
      if (since < 0 || missed.some(({ cause }) => cause && wakes(cause, wake))) enqueuer.now(wake.eventId);
    },
    forget(eventId, call) {
      fresh.add(keyOf(eventId, call));
      index.delete(eventId, call);
    },
    get watching() {
      return index.size;
    },
    async closed() {
      await refreshing;
      await reloading;
    },
  };
}
