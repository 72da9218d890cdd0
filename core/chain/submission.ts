import { BosError } from '../errors.ts';
import type { Submission } from './chain.ts';
import { encodeOperation } from './codec.ts';
import { type FeeSchedule, proposalFee } from './fees.ts';
import type { PrivateKey } from './keys.ts';
import { type SignedTransaction, signTransaction } from './transaction.ts';
import { CORE_ASSET, type Operation } from './types.ts';

/** How long after the head time a transaction of ours may still be taken into a block. */
const LIFETIME_MS = 30_000;

/** Names a call of an event, for counting what happens to its submissions. */
export function callOf({ decision }: Submission): string {
  return `${decision.eventId}:${decision.call}`;
}

/** Whether what is wanted crosses what is held; approving and withdrawing the same proposal do. */
export function sharesHold(held: readonly string[], wanted: readonly string[]): boolean {
  const subject = (hold: string) => hold.replace(/^(approve|withdraw):/, 'approval:');
  const subjects = new Set(held.map(subject));
  return wanted.some((hold) => subjects.has(subject(hold)));
}

/** Why a submission cannot be put into bytes; undefined when it can. */
export function encodingProblem({ operations }: Submission): string | undefined {
  try {
    for (const operation of operations) encodeOperation(operation);
    return undefined;
  } catch (error) {
    if (error instanceof BosError) return error.message;
    throw error;
  }
}

/**
 * Signs one transaction for all of the submissions, with the outer fees that the schedule asks. It names the head of
 * the latest of their views: all of them led to the present one, so this binds every decision to its fork.
 *
 * @param isUsed whether a transaction id was used before: it would be refused as known, or the earlier transaction
 *   be taken for this one when found in a block; then this one expires a second later
 */
export function signSubmissions(
  submissions: readonly [Submission, ...Submission[]],
  key: PrivateKey,
  fees: FeeSchedule,
  isUsed: (id: string) => boolean,
): { readonly transaction: SignedTransaction; readonly expiration: Date; readonly refBlock: number } {
  const views = submissions.map(({ view }) => view);
  const { chainId, head } = views.reduce((a, b) => (b.head.number > a.head.number ? b : a));
  const operations = submissions
    .flatMap((submission) => submission.operations)
    .map((operation): Operation => {
      const [tag, fields] = operation;
      return [tag, { ...fields, fee: { amount: proposalFee(fees, operation), asset_id: CORE_ASSET } }];
    });
  for (let lifetimeMs = LIFETIME_MS; ; lifetimeMs += 1000) {
    const expiration = new Date(head.time.getTime() + lifetimeMs);
    const transaction = signTransaction({ chainId, reference: head, expiration, operations }, key);
    if (!isUsed(transaction.id)) return { transaction, expiration, refBlock: head.number };
  }
}
