import type { Clock } from '../../clock.ts';
import type { Change } from './change.ts';
import type { RedisClient } from './connection.ts';
import type { LaneName } from './lane.ts';
import type { Slots } from './slots.ts';

/** How often a lane that stands behind the other asks Redis whether it still has to. */
const BEHIND_MS = 200;

/** Which lane of a subscription goes first, where `Slots` say that one stands behind the other. */
export class Precedence {
  readonly #slots: Slots;
  readonly #change: Change;
  readonly #clock: Clock;
  readonly #client: RedisClient;
  readonly #waiting: Readonly<Record<LaneName, string>>;
  readonly #onError: (error: unknown) => void;
  #retriesSeen = 0;

  /** @param waiting keys of the lists of what waits, by lane */
  constructor(options: {
    readonly slots: Slots;
    readonly change: Change;
    readonly clock: Clock;
    readonly client: RedisClient;
    readonly waiting: Readonly<Record<LaneName, string>>;
    readonly onError: (error: unknown) => void;
  }) {
    this.#slots = options.slots;
    this.#change = options.change;
    this.#clock = options.clock;
    this.#client = options.client;
    this.#waiting = options.waiting;
    this.#onError = options.onError;
  }

  /** Somebody saw how many retries wait. */
  sawRetries(waiting: number): void {
    this.#retriesSeen = waiting;
  }

  /**
   * Whether something waits in the lane that goes first. Retries are looked for only when some were seen: a look too
   * late costs them one run of new work.
   */
  async othersWait(name: LaneName): Promise<boolean> {
    const other = name === 'default' ? 'retry' : 'default';
    if (other === 'retry' && this.#retriesSeen === 0) return false;
    try {
      const waiting = await this.#client.llen(this.#waiting[other]);
      if (other === 'retry') this.#retriesSeen = waiting;
      return waiting > 0;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }

  /**
   * Waits until the lane need not stand behind the other any more, as far as is known here, for `BEHIND_MS` at most.
   * While the other is busy every run changes something; Redis is not asked each time.
   * @param isOpen false once there is nothing to wait for
   */
  async standBehind(name: LaneName, isOpen: () => boolean): Promise<void> {
    const over = new AbortController();
    let isLate = false;
    const late = this.#clock.sleep(BEHIND_MS, over.signal).then(() => {
      isLate = true;
    });
    const isBehind = () => this.#slots.mayAsk(name) !== 'yes' && (name === 'retry' || this.#retriesSeen > 0);
    while (!isLate && isOpen() && isBehind()) await Promise.race([this.#change.wait(), late]);
    over.abort();
  }
}
