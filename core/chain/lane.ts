import type { Submission, SubmitResult } from './chain.ts';

const MAX_BATCH = 20;

/** A submission that waits, and who hears what became of it. */
export interface Item {
  readonly submission: Submission;
  answer(result: SubmitResult): void;
}

/** The submissions of one account, handled one batch after another in the order they came. */
export class Lane {
  readonly #waiting: Item[] = [];
  readonly #isAlone: (submission: Submission) => boolean;
  readonly #handle: (batch: readonly Item[]) => Promise<void>;
  #isRunning = false;

  /**
   * @param isAlone whether the submission shall not share a transaction
   * @param handle answers every item of the batch; must not reject
   */
  constructor(
    isAlone: (submission: Submission) => boolean,
    handle: (batch: readonly Item[]) => Promise<void>,
  ) {
    this.#isAlone = isAlone;
    this.#handle = handle;
  }

  add(submission: Submission): Promise<SubmitResult> {
    return new Promise((answer) => {
      this.#waiting.push({ submission, answer });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // What is submitted in the same turn goes into the same transaction.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#handle(this.#takeBatch());
    this.#isRunning = false;
  }

  /** The first that waits, with the others that may share its transaction: none of them holds what another holds. */
  #takeBatch(): Item[] {
    const [first] = this.#waiting;
    if (!first) return [];
    const batch = [first];
    if (!this.#isAlone(first.submission)) {
      const held = new Set(first.submission.holds);
      for (const item of this.#waiting.slice(1)) {
        const { holds } = item.submission;
        if (
          batch.length === MAX_BATCH ||
          this.#isAlone(item.submission) ||
          holds.some((hold) => held.has(hold))
        )
          continue;
        batch.push(item);
        for (const hold of holds) held.add(hold);
      }
    }
    for (const item of batch) this.#waiting.splice(this.#waiting.indexOf(item), 1);
    return batch;
  }
}
