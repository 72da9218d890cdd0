import { setImmediate as turn } from 'node:timers/promises';

/** Turns of the event loop after which nothing moves any more that does not wait for a call. */
const QUIET_TURNS = 3;
/** Real time after which something hangs: what comes over a socket takes longer the more a machine has to do. */
const HANGS_AFTER_MS = 30_000;

/**
 * Calls to the node in lockstep: what all witnesses ask until nobody can do anything without an answer goes out
 * together, in the order in which it was asked, and is answered in that order. So several witnesses race as on several
 * nodes, in the same way each time.
 */
export class Turns {
  #waiting: (() => Promise<() => void>)[] = [];

  /** Makes the call in the next round. */
  call<T>(send: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() =>
        send().then(
          (value) => () => resolve(value),
          (error: unknown) => () => reject(error),
        ),
      );
    });
  }

  /**
   * Goes on until nobody waits for a call and `isIdle` holds.
   * @throws Error when that does not come about
   */
  async settle(isIdle: () => boolean): Promise<void> {
    for (let sinceMs = performance.now(); performance.now() - sinceMs < HANGS_AFTER_MS; ) {
      for (let turns = 0; turns < QUIET_TURNS; turns += 1) await turn();
      if (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        for (const answer of await Promise.all(batch.map((send) => send()))) answer();
        sinceMs = performance.now();
      } else if (isIdle()) return;
    }
    throw new Error('expected everybody to become idle, somebody waits for something that is no call');
  }

  /** Makes the calls that `work` needs until it has ended. */
  async during(work: () => Promise<void>): Promise<void> {
    let ended = false;
    const working = work().finally(() => {
      ended = true;
    });
    await Promise.all([working, this.settle(() => ended)]);
  }
}

/** Waits for what comes over a socket. @throws Error when it does not come */
export async function spinUntil(what: string, test: () => boolean): Promise<void> {
  const sinceMs = performance.now();
  while (performance.now() - sinceMs < HANGS_AFTER_MS) {
    if (test()) return;
    await turn();
  }
  throw new Error(`expected ${what}, it did not come about`);
}
