import type { ObjectId } from '../../core/chain/types.ts';
import { transactionJson } from '../block.ts';
import type { Json, JsonObject } from '../json.ts';
import type { AppliedBlock, Confirmation } from '../ledger.ts';
import type { Transaction } from '../wire/operations.ts';

/** Sends a notice for a callback that the client named. */
export type Notify = (callback: number, argument: Json) => void;

/** What one connection wants to be told (chain reference 2.5). */
export class Subscriptions {
  readonly #notify: Notify;
  readonly #ids = new Set<ObjectId>();
  readonly #confirmations = new Map<string, ((confirmation: Confirmation) => void)[]>();
  #objects: { readonly callback: number; readonly everything: boolean } | undefined;
  #blocks: number | undefined;
  #pending: number | undefined;

  constructor(notify: Notify) {
    this.#notify = notify;
  }

  /** Starts object notices anew; `everything` reports all created and removed objects, not just those asked for. */
  watchObjects(callback: number, everything: boolean): void {
    this.#objects = { callback, everything };
    this.#ids.clear();
  }

  watchBlocks(callback: number): void {
    this.#blocks = callback;
  }

  watchPending(callback: number): void {
    this.#pending = callback;
  }

  stopObjects(): void {
    this.#objects = undefined;
    this.#ids.clear();
  }

  /** Remembers ids that were asked for; does nothing before `watchObjects`. */
  subscribe(ids: readonly ObjectId[]): void {
    if (this.#objects) for (const id of ids) this.#ids.add(id);
  }

  /** Tells the callback when a block holds the transaction. */
  notifyConfirmation(transactionId: string, callback: number): void {
    this.#await(transactionId, (confirmation) => this.#notify(callback, confirmationJson(confirmation)));
  }

  /** Resolves when a block holds the transaction; never, when none does. */
  confirmation(transactionId: string): Promise<JsonObject> {
    return new Promise((resolve) => this.#await(transactionId, (each) => resolve(confirmationJson(each))));
  }

  #await(transactionId: string, tell: (confirmation: Confirmation) => void): void {
    this.#confirmations.set(transactionId, [...(this.#confirmations.get(transactionId) ?? []), tell]);
  }

  transactionPending(transaction: Transaction): void {
    if (this.#pending !== undefined) this.#notify(this.#pending, transactionJson(transaction));
  }

  /** First the block, then what it created, changed and removed, each only if there is something. */
  blockApplied(applied: AppliedBlock): void {
    if (this.#blocks !== undefined) this.#notify(this.#blocks, applied.block.id);
    for (const confirmation of applied.confirmations) {
      const waiting = this.#confirmations.get(confirmation.id) ?? [];
      this.#confirmations.delete(confirmation.id);
      for (const tell of waiting) tell(confirmation);
    }
    if (!this.#objects) return;
    const { callback, everything } = this.#objects;
    const known = (id: unknown): boolean => typeof id === 'string' && this.#ids.has(id);
    const created = applied.created.filter((object) => everything || known(object.id));
    const changed = applied.changed.filter((object) => known(object.id));
    const removed = applied.removed.filter((id) => everything || known(id));
    for (const list of [created, changed, removed]) if (list.length > 0) this.#notify(callback, list);
  }
}

function confirmationJson({ id, block, place, transaction }: Confirmation): JsonObject {
  return { id, block_num: block, trx_num: place, trx: transactionJson(transaction) };
}
