import type { Incident } from '../../../../core/incidents/types.ts';
import type { Store } from '../../../../core/store/store.ts';
import { sampleIncident } from '../../../conformance/store-samples.ts';
import { type Harness, type HarnessOptions, startHarness } from '../../harness.ts';

/** A stream that a test reads message by message. */
export interface Reading<T> extends AsyncDisposable {
  /** The next message, signs of life included; undefined when the stream has ended. */
  next(): Promise<T | undefined>;
  /** The next message that is no sign of life. */
  told(): Promise<T>;
  /** Leaves, as a caller does. */
  leave(): Promise<void>;
}

/** Calls a stream. */
export function reading<T extends { readonly cursor: string }>(
  call: (options: { signal: AbortSignal }) => AsyncIterable<T>,
  isTold: (message: T) => boolean,
): Reading<T> {
  const stop = new AbortController();
  const stream = call({ signal: stop.signal })[Symbol.asyncIterator]();
  const next = async () => {
    const { done, value } = await stream.next();
    return done ? undefined : value;
  };
  const leave = async () => {
    stop.abort();
    await stream.next().catch(() => {});
  };
  return {
    next,
    async told() {
      for (;;) {
        const message = await next();
        if (!message) throw new Error('expected something to be told, the stream has ended');
        if (isTold(message)) return message;
      }
    },
    leave,
    [Symbol.asyncDispose]: leave,
  };
}

/** Another server over the same store, as processes have it that share one. */
export function startBeside({ ctx }: Harness, options: HarnessOptions = {}): Promise<Harness> {
  const store: Store = { ...ctx.store, [Symbol.asyncDispose]: async () => {} };
  return startHarness({ ...options, context: { store, ...options.context } });
}

/** An incident of its own for each name. */
export function named(name: string): Incident {
  return sampleIncident({ match: name });
}
