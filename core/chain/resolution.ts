import type { Log } from '../log.ts';
import type { AccountLogEntry, Store } from '../store/store.ts';
import type { NodeChain } from './node-chain.ts';
import type { ViewChange } from './types.ts';

/** Other processes write to the log too, so all accounts are looked at now and then. */
const ALL_EVERY_BLOCKS = 20;

interface Searched {
  /** Number of the last block that was looked into. */
  readonly block: number;
  /** Its time; a transaction that had expired by then cannot be in a later one. */
  readonly time: Date | undefined;
}

/**
 * Finds out what became of transactions: it looks for their signatures in the blocks after the reference block, and
 * gives one up when the head time has passed its expiration and every block that could hold it was looked into. What
 * was searched is remembered for this process only, and forgotten after a fork.
 */
export class Resolution {
  readonly #chain: NodeChain;
  readonly #store: Pick<Store, 'accountLog'>;
  readonly #accounts: readonly string[];
  readonly #log: Log;
  readonly #searched = new Map<string, Searched>();
  /** Accounts whose log may hold unresolved entries, as far as this process knows. */
  readonly #expecting: Set<string>;
  #isRunning = false;

  constructor(chain: NodeChain, store: Pick<Store, 'accountLog'>, accounts: readonly string[], log: Log) {
    this.#chain = chain;
    this.#store = store;
    this.#accounts = accounts;
    this.#log = log;
    this.#expecting = new Set(accounts);
  }

  /** An entry has been written for the account. */
  expect(account: string): void {
    this.#expecting.add(account);
  }

  /** Resolves what the block tells; failures are logged and made up for after the next block. */
  onChange({ kind, view }: ViewChange): void {
    // Blocks may be others than were looked into.
    if (kind === 'resync') this.#searched.clear();
    if (!this.#isRunning) void this.#resolveAll(view.head.number);
  }

  /**
   * Resolves what can be, and answers the entries that cannot yet. Fails when the store or the node cannot be reached.
   */
  async resolve(account: string): Promise<readonly AccountLogEntry[]> {
    const entries = await this.#store.accountLog.unresolved(account);
    const left: AccountLogEntry[] = [];
    for (const entry of entries) {
      if (!(await this.#resolveEntry(entry))) left.push(entry);
    }
    return left;
  }

  async #resolveAll(block: number): Promise<void> {
    this.#isRunning = true;
    for (const account of this.#accounts) {
      if (!this.#expecting.delete(account) && block % ALL_EVERY_BLOCKS !== 0) continue;
      try {
        const left = await this.resolve(account);
        if (left.length > 0) this.#expecting.add(account);
      } catch (error) {
        this.#expecting.add(account);
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.warn({ account, reason }, 'unresolved transactions could not be looked for');
      }
    }
    this.#isRunning = false;
  }

  async #resolveEntry(entry: AccountLogEntry): Promise<boolean> {
    const head = this.#chain.view()?.head;
    if (!head) return false;
    const { account, n, signature, expiration } = entry;
    const key = `${account} ${n}`;
    let searched = this.#searched.get(key) ?? { block: entry.refBlock, time: undefined };
    // A transaction may be in a block as long as the block before it is not later than the expiration.
    while (searched.block < head.number && (searched.time === undefined || searched.time <= expiration)) {
      const block = await this.#chain.block(searched.block + 1);
      if (!block) return false;
      const found = block.transactions.find(({ signatures }) => signatures.includes(signature));
      if (found) {
        await this.#store.accountLog.resolve(account, n, {
          kind: 'included',
          block: block.number,
          operationResults: found.operationResults,
        });
        this.#searched.delete(key);
        return true;
      }
      searched = { block: block.number, time: block.time };
      this.#searched.set(key, searched);
    }
    if (head.time <= expiration) return false;
    await this.#store.accountLog.resolve(account, n, { kind: 'expired' });
    this.#searched.delete(key);
    return true;
  }
}
