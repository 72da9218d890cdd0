import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Broadcaster, Submission, SubmitResult } from './chain.ts';
import { freshDifferences } from './fresh-read.ts';
import type { Keys } from './key-file.ts';
import { type Item, Lane } from './lane.ts';
import type { NodeChain } from './node-chain.ts';
import {
  ConnectionError,
  isAlreadyPending,
  isKnownTransaction,
  isMissingAuthority,
  NodeError,
} from './node-error.ts';
import { Resolution } from './resolution.ts';
import { callOf, encodingProblem, sharesHold, signSubmissions } from './submission.ts';
import { Tally } from './tally.ts';
import type { SignedTransaction } from './transaction.ts';

/*
 * One lane per account, serial (agreement rules G to L). What waits in a lane when its turn comes goes out as one
 * transaction: proposals together, approvals each alone. On the way out each submission passes these fences, and is
 * answered with the outcome of the first that holds it back:
 *
 *   signing is on, there is a key, the mirror is in step       else held
 *   nothing it holds is in an unresolved entry of the log       else in_flight
 *   the block it was decided on led to the present view         else stale
 *   a fresh read agrees with the view                           else stale
 *   the lease it was decided under is still the current one     else lease_lost
 *
 * Then the entry is written to the account's log under the next number, and only then does the signature leave this
 * process. An entry is resolved by blocks or by its expiration, by whichever process sees that first.
 */

const BROADCAST_TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 3;
/** Refusals after which a submission is sent alone (agreement rule H). */
const REFUSALS_BEFORE_ALONE = 2;
/** Stale answers in a row after which the mirror itself is doubted. */
const STALE_BEFORE_DOUBT = 5;

export interface BroadcasterOptions {
  readonly chain: NodeChain;
  readonly store: Pick<Store, 'accountLog' | 'leases'>;
  /** Keys by account name. */
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Log;
  /** The switch that stops all signing, asked before each signature. */
  readonly enabled: () => Promise<{ readonly on: boolean; readonly reason?: string }>;
  readonly signal: AbortSignal;
}

/** Makes the broadcaster of this process; it resolves what earlier processes left unresolved as soon as the chain is in step. */
export function makeBroadcaster(options: BroadcasterOptions): Broadcaster {
  return new SerialBroadcaster(options);
}

class SerialBroadcaster implements Broadcaster {
  readonly accounts: readonly string[];
  readonly #options: BroadcasterOptions;
  readonly #resolution: Resolution;
  readonly #lanes = new Map<string, Lane>();
  readonly #sentIds = new Tally();
  /** Refusals of a call as already pending, since it was last sent. */
  readonly #refusals = new Tally();
  /** Stale answers to a call in a row. */
  readonly #stales = new Tally();

  constructor(options: BroadcasterOptions) {
    this.#options = options;
    this.accounts = [...options.keys.keys()];
    this.#resolution = new Resolution(options.chain, options.store, this.accounts, options.log);
    const stop = options.chain.onChange((change) => this.#resolution.onChange(change));
    options.signal.addEventListener('abort', stop, { once: true });
  }

  submit(submission: Submission): Promise<SubmitResult> {
    const { name } = submission.account;
    const lane =
      this.#lanes.get(name) ??
      new Lane(
        (one) => this.#isAlone(one),
        (batch) => this.#process(batch),
      );
    this.#lanes.set(name, lane);
    return lane.add(submission);
  }

  async #process(batch: readonly Item[]): Promise<void> {
    const round: Round = {
      left: batch,
      answer: (item, result) => {
        round.left = round.left.filter((other) => other !== item);
        this.#remember(item.submission, result);
        item.answer(result);
      },
    };
    try {
      for (let attempt = 0; attempt < MAX_ATTEMPTS && round.left.length > 0; attempt += 1) {
        const n = await this.#passFences(round);
        if (await this.#send(round, n)) return;
      }
      for (const item of round.left) {
        round.answer(item, { outcome: 'stale', reason: "other processes keep writing to the account's log" });
      }
    } catch (error) {
      // Everything that throws does so before a signature has left: afterwards failures are outcomes.
      const reason = reasonOf(error);
      this.#options.log.warn({ reason }, 'a transaction was not sent');
      for (const item of round.left) round.answer(item, { outcome: 'held', reason });
    }
  }

  /** Answers what is held back, and the number that the entry gets: whoever else takes it first sends us round again. */
  async #passFences(round: Round): Promise<number> {
    const { chain, store } = this.#options;
    const account = accountOf(round.left);
    if (await this.#isHeld(round)) return 0;
    // Before the unresolved entries are read, so that an entry written since then has this number.
    const n = (await store.accountLog.lastN(account)) + 1;
    const entries = await this.#resolution.resolve(account);
    for (const item of round.left) {
      const entry = entries.find((unresolved) => sharesHold(unresolved.holds, item.submission.holds));
      if (entry) round.answer(item, { outcome: 'in_flight', n: entry.n });
      else this.#isAbandoned(item, round);
    }
    const differences = await freshDifferences(
      chain,
      round.left.map(({ submission }) => submission),
    );
    for (const item of round.left) {
      const reason = differences.get(item.submission);
      if (reason !== undefined) round.answer(item, { outcome: 'stale', reason });
    }
    return n;
  }

  /** Holds everything back when nothing can be signed for the account now. */
  async #isHeld(round: Round): Promise<boolean> {
    const reason = await this.#obstacle(accountOf(round.left));
    if (reason === undefined) return false;
    for (const item of round.left) round.answer(item, { outcome: 'held', reason });
    return true;
  }

  /** Answers a submission that was decided on another fork, or before a resync. */
  #isAbandoned(item: Item, round: Round): boolean {
    const { head } = item.submission.view;
    if (this.#options.chain.isFollowed(head)) return false;
    round.answer(item, {
      outcome: 'stale',
      reason: `block ${head.number} is not one that led to the present view`,
    });
    return true;
  }

  async #obstacle(account: string): Promise<string | undefined> {
    const { keys, signal, chain, enabled } = this.#options;
    if (signal.aborted) return 'this process is stopping';
    if (!keys.has(account)) return `there is no key for account ${account}`;
    const { on, reason } = await enabled();
    if (!on) return reason ?? 'signing is switched off';
    const state = chain.state();
    return state.synced ? undefined : `not in step with the chain: ${state.problem ?? 'connecting'}`;
  }

  async #hasLease({ lease }: Submission): Promise<boolean> {
    const current = await this.#options.store.leases.current(lease.eventId);
    return current !== undefined && current.epoch === lease.epoch && !current.released;
  }

  /** Signs, writes the entry, sends. False when the number was taken and all has to be looked at again. */
  async #send(round: Round, n: number): Promise<boolean> {
    for (const item of round.left) {
      const problem = encodingProblem(item.submission);
      if (problem !== undefined) round.answer(item, { outcome: 'refused', reason: problem });
    }
    if (round.left.length === 0 || (await this.#isHeld(round))) return true;
    for (const item of round.left) {
      // Reading took time; what was looked at first may have changed.
      if (this.#isAbandoned(item, round)) continue;
      if (!(await this.#hasLease(item.submission))) round.answer(item, { outcome: 'lease_lost' });
    }
    const [first, ...others] = round.left.map(({ submission }) => submission);
    if (!first) return true;
    const { chain, keys, store, clock } = this.#options;
    const fees = chain.feeSchedule();
    const key = keys.get(first.account.name);
    if (!fees || !key) throw new Error('there is no fee schedule or no key');
    const submissions = [first, ...others] as const;
    const isUsed = (id: string) => this.#sentIds.of(id) > 0;
    const { transaction, ...logged } = signSubmissions(submissions, key, fees, isUsed);
    const isWritten = await store.accountLog.insert({
      account: first.account.name,
      n,
      kind: first.kind,
      holds: submissions.flatMap(({ holds }) => holds),
      decisions: submissions.map(({ decision }) => decision),
      ...logged,
      operations: transaction.json.operations,
      transactionId: transaction.id,
      signature: transaction.signature,
      at: clock.now(),
    });
    if (!isWritten) return false;
    this.#resolution.expect(first.account.name);
    this.#sentIds.add(transaction.id);
    await this.#broadcast(round, transaction, n);
    return true;
  }

  /** From here on nothing throws: the entry is in the log, and the outcome says how sure we are. */
  async #broadcast(round: Round, transaction: SignedTransaction, n: number): Promise<void> {
    const { chain, log } = this.#options;
    const answerAll = (result: SubmitResult) => {
      for (const item of round.left) round.answer(item, result);
    };
    const account = accountOf(round.left);
    const sent = { n, transactionId: transaction.id };
    try {
      await chain.call(
        'network_broadcast',
        'broadcast_transaction',
        [transaction.json],
        BROADCAST_TIMEOUT_MS,
      );
      log.info({ account, ...sent, submissions: round.left.length }, 'transaction sent');
      return answerAll({ outcome: 'sent', ...sent });
    } catch (error) {
      const reason = reasonOf(error);
      const isRefused = error instanceof NodeError && !isKnownTransaction(error);
      const isUnsent = error instanceof ConnectionError && !error.sent;
      log.warn({ account, ...sent, reason }, 'transaction not taken');
      if (!isRefused && !isUnsent) return answerAll({ outcome: 'unknown', ...sent, reason });
      await this.#resolveRefused(account, n, reason);
      if (isUnsent) return answerAll({ outcome: 'held', reason });
      if (isAlreadyPending(error)) return answerAll({ outcome: 'already_pending', reason });
      const isShared = round.left.length > 1;
      if (!isShared)
        return answerAll({
          outcome: 'refused',
          reason: isMissingAuthority(error) ? `${reason} (is it the account's active key?)` : reason,
        });
      // One of them is bad; the others shall not suffer for it.
      for (const item of round.left) await this.#process([item]);
    }
  }

  async #resolveRefused(account: string, n: number, reason: string): Promise<void> {
    try {
      await this.#options.store.accountLog.resolve(account, n, { kind: 'refused', reason });
    } catch (error) {
      // It stays unresolved until it expires.
      this.#options.log.warn({ account, n, reason: reasonOf(error) }, 'a refusal could not be written down');
    }
  }

  #isAlone(submission: Submission): boolean {
    return submission.kind === 'approve' || this.#refusals.of(callOf(submission)) >= REFUSALS_BEFORE_ALONE;
  }

  #remember(submission: Submission, result: SubmitResult): void {
    const call = callOf(submission);
    if (result.outcome === 'already_pending') this.#refusals.add(call);
    else if (result.outcome === 'sent') this.#refusals.clear(call);
    if (result.outcome !== 'stale') {
      this.#stales.clear(call);
    } else if (this.#stales.add(call) >= STALE_BEFORE_DOUBT) {
      this.#stales.clear(call);
      this.#options.chain.doubt(`a fresh read keeps differing from the view: ${result.reason}`);
    }
  }
}

interface Round {
  left: readonly Item[];
  answer(item: Item, result: SubmitResult): void;
}

function accountOf(items: readonly Item[]): string {
  return items[0]?.submission.account.name ?? '';
}

function reasonOf(error: unknown): string {
  if (error instanceof NodeError) return error.reason;
  return error instanceof Error ? error.message : String(error);
}
