import { proposalFee } from '../../../core/chain/fees.ts';
import { PrivateKey } from '../../../core/chain/keys.ts';
import type { NodeChain } from '../../../core/chain/node-chain.ts';
import { signTransaction } from '../../../core/chain/transaction.ts';
import { CORE_ASSET, type ObjectId, OP, type Operation } from '../../../core/chain/types.ts';

/** Sends what it is told to in the name of one account, with no fence but the node's. */
export interface Sender {
  readonly id: ObjectId;
  /** One proposal; it lives for six hours. False when the node refuses it. */
  propose(operations: readonly Operation[]): Promise<boolean>;
  /** Adds the account's approval. False when the node refuses it. */
  approve(proposal: ObjectId): Promise<boolean>;
}

const LIFETIME_MS = 30_000;
const PROPOSAL_LIFETIME_MS = 6 * 3_600_000;

/**
 * Makes one for an account of a devnet.
 * @param isRaced skips the node's check for equal pending operations, as if it were sent to another node
 */
export function makeSender(
  chain: Pick<NodeChain, 'call' | 'view' | 'feeSchedule'>,
  account: { readonly id: ObjectId; readonly wif: string },
  isRaced: boolean,
): Sender {
  const key = PrivateKey.fromWif(account.wif);
  let sent = 0;

  const send = async (tag: number, fields: Readonly<Record<string, unknown>>): Promise<boolean> => {
    const view = chain.view();
    const fees = chain.feeSchedule();
    if (!view || !fees) throw new Error('expected a view before anything is sent');
    const bare: Operation = [tag, { ...fields, fee: { amount: 0, asset_id: CORE_ASSET } }];
    const operation: Operation = [
      tag,
      { ...fields, fee: { amount: proposalFee(fees, bare), asset_id: CORE_ASSET } },
    ];
    sent += 1;
    const { json } = signTransaction(
      {
        chainId: view.chainId,
        reference: view.head,
        // Differs from one transaction to the next, so that equal content is not taken for the same.
        expiration: new Date(view.head.time.getTime() + LIFETIME_MS + (sent % 60) * 1000),
        operations: [operation],
      },
      key,
    );
    try {
      await (isRaced
        ? chain.call('network_broadcast', 'broadcast_transaction_with_callback', [9999, json])
        : chain.call('network_broadcast', 'broadcast_transaction', [json]));
      return true;
    } catch {
      // E.g. somebody else's approval has executed it just now.
      return false;
    }
  };

  return {
    id: account.id,
    propose: (operations) => {
      const headMs = chain.view()?.head.time.getTime() ?? 0;
      return send(OP.proposal_create, {
        fee_paying_account: account.id,
        expiration_time: new Date(headMs + PROPOSAL_LIFETIME_MS).toISOString().slice(0, 19),
        proposed_ops: operations.map((op) => ({ op })),
        extensions: [],
      });
    },
    approve: (proposal) =>
      send(OP.proposal_update, {
        fee_paying_account: account.id,
        proposal,
        active_approvals_to_add: [account.id],
        active_approvals_to_remove: [],
        owner_approvals_to_add: [],
        owner_approvals_to_remove: [],
        key_approvals_to_add: [],
        key_approvals_to_remove: [],
        extensions: [],
      }),
  };
}
