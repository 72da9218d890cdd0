import type { Context } from '../../../core/context.ts';
import type { ChangeStore } from '../../../core/store/store.ts';
import type { Bell } from './bell.ts';
import { ChainJournal } from './chain-journal.ts';
import { Growth } from './growth.ts';

/** What all streams of a server share. */
export interface Watching {
  /** Rings when there may be something to tell. */
  readonly bell: Bell;
  readonly journal: ChainJournal;
  /** Has the store looked at until the signal aborts; answers its order of changes. */
  begin(signal: AbortSignal): ChangeStore;
}

/** Begins to remember what blocks touch, until `shutdown` aborts. */
export function makeWatching(
  ctx: Pick<Context, 'store' | 'chain' | 'clock'>,
  bell: Bell,
  shutdown: AbortSignal,
): Watching {
  const journal = new ChainJournal(ctx.chain);
  const stop = ctx.chain.onChange((change) => {
    journal.note(change);
    bell.ring();
  });
  shutdown.addEventListener('abort', stop, { once: true });
  const { changes } = ctx.store;
  const growth = new Growth(changes, bell, ctx.clock);
  return {
    bell,
    journal,
    begin(signal) {
      growth.watch(signal);
      return changes;
    },
  };
}
