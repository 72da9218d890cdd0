import type { Clock } from '../clock.ts';
import { BosError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from './store.ts';

const RETRY_MS = 1000;

/** The parts of a store by which it is used. */
type Room = Exclude<keyof Store, 'kind' | 'check' | 'rebuildEvents' | typeof Symbol.asyncDispose>;

/**
 * A store that is not there yet: everything fails with `unavailable`, and why, until it could be opened, which is tried
 * every second. For servers that take incidents into a spool meanwhile. Closing ends the tries and closes what was
 * opened.
 * @param options.problem why it could not be opened so far
 * @param options.underWay an attempt to open it that was begun before
 */
export function lateStore(
  open: () => Promise<Store>,
  options: {
    readonly kind: Store['kind'];
    readonly problem: BosError;
    readonly underWay?: Promise<Store>;
    readonly clock: Clock;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
): Store {
  const { kind, clock, log } = options;
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, options.signal]);
  let { problem } = options;
  let store: Store | undefined;

  const opening = (async () => {
    let attempt = options.underWay;
    while (!store) {
      if (!attempt) await clock.sleep(RETRY_MS, signal);
      if (!attempt && signal.aborted) return;
      try {
        store = await (attempt ?? open());
        log.info({}, 'the store is there now');
      } catch (error) {
        const next = asProblem(error);
        if (next.message !== problem.message) log.error({ err: error }, 'the store cannot be opened');
        problem = next;
      }
      attempt = undefined;
    }
  })();

  const opened = (): Store => {
    if (!store)
      throw new BosError('unavailable', problem.message, { ...problem.details }, { cause: problem });
    return store;
  };
  const room = <K extends Room>(name: K): Store[K] =>
    new Proxy<Store[K]>(
      // Nothing is ever read of it: every property is a method of the room of that name in the opened store.
      {} as Store[K],
      {
        get:
          (_, method) =>
          async (...args: unknown[]) => {
            const there: object = opened()[name];
            return Reflect.apply(Reflect.get(there, method), there, args);
          },
      },
    );
  return {
    kind,
    incidents: room('incidents'),
    refused: room('refused'),
    work: room('work'),
    decisions: room('decisions'),
    events: room('events'),
    leases: room('leases'),
    accountLog: room('accountLog'),
    presence: room('presence'),
    switches: room('switches'),
    changes: room('changes'),
    check: async () => opened().check(),
    ...(kind === 'mongodb' && { rebuildEvents: async (stop?: AbortSignal) => rebuild(opened(), stop) }),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await opening;
      await store?.[Symbol.asyncDispose]();
    },
  };
}

async function rebuild(store: Store, signal: AbortSignal | undefined): Promise<number> {
  if (store.rebuildEvents) return store.rebuildEvents(signal);
  throw new Error(`expected the ${store.kind} store to keep event documents`);
}

function asProblem(error: unknown): BosError {
  if (error instanceof BosError) return error;
  return new BosError(
    'unavailable',
    error instanceof Error ? error.message : String(error),
    {},
    { cause: error },
  );
}
