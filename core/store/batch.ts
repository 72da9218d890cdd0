/** A call that waits for its batch. */
export interface Pending<In, Out> {
  readonly input: In;
  resolve(output: Out): void;
  reject(error: unknown): void;
}

/**
 * Gathers concurrent calls: while one batch runs, the next one fills, so that many inserts cost the round trips and
 * disk syncs of one. `run` settles each call of its batch; those that it leaves open when it throws fail with that error.
 * @param max most calls in a batch
 */
export function makeBatcher<In, Out>(
  max: number,
  run: (batch: readonly Pending<In, Out>[]) => Promise<void>,
): (input: In) => Promise<Out> {
  const waiting: Pending<In, Out>[] = [];
  let running = false;
  const drain = async () => {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, max);
      try {
        await run(batch);
      } catch (error) {
        // Settling what is settled already does nothing.
        for (const call of batch) call.reject(error);
      }
    }
    running = false;
  };
  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      // One turn later, so that calls made at once share a batch.
      if (!running) {
        running = true;
        queueMicrotask(drain);
      }
    });
}

/** The list in pieces of at most `size`. */
export function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
