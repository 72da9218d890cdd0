import { Worker } from 'node:worker_threads';
import type { EveningOptions } from './types.ts';

/** Plays many evenings on several threads. */
export interface EveningPool extends AsyncDisposable {
  /** What was found on one of them; in the order in which they were given they are played. */
  findings(evening: EveningOptions): Promise<readonly string[]>;
}

/** Begins to play them, as many at a time as there are threads. */
export function playAll(evenings: readonly EveningOptions[], threads: number): EveningPool {
  const waiting = [...evenings];
  const results = new Map(evenings.map((evening) => [evening, Promise.withResolvers<readonly string[]>()]));
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL('./children/seeds.ts', import.meta.url));
    let playing: EveningOptions | undefined;
    const next = (): void => {
      playing = waiting.shift();
      if (playing) worker.postMessage(playing);
    };
    worker.on('message', (found: readonly string[]) => {
      if (playing) results.get(playing)?.resolve(found);
      next();
    });
    worker.on('error', (error) => {
      if (playing) results.get(playing)?.reject(error);
    });
    next();
    return worker;
  });
  return {
    async findings(evening) {
      const result = results.get(evening);
      if (!result) throw new Error('expected one of the evenings that are played');
      return result.promise;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
