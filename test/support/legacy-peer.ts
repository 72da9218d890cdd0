import { encodeTransaction, signingDigest } from '../../core/chain/codec.ts';
import { PrivateKey, signDigest } from '../../core/chain/keys.ts';
import { operationKeys } from '../../core/chain/operation-key.ts';
import { NodeClient } from '../../core/chain/rpc.ts';
import {
  type ChainProposal,
  type ObjectId,
  OP,
  type Operation,
  WITNESS_ACCOUNT,
} from '../../core/chain/types.ts';
import type { Clock } from '../../core/clock.ts';

/**
 * A witness that behaves as the Python suite does, driven by a test: it proposes at once whatever its rank, in pieces
 * if told so, and approves every open proposal whose operations are all wanted, twins included.
 */
export interface LegacyPeer extends AsyncDisposable {
  readonly id: ObjectId;
  /** Sends any operation; its fee is filled in. */
  send(operation: Operation): Promise<void>;
  /** Sends one proposal; resolves when the node took it. `raced` skips the node's duplicate check, as on another node. */
  propose(
    operations: readonly Operation[],
    options?: { raced?: boolean; lifetimeMs?: number },
  ): Promise<void>;
  /** Adds or withdraws its own approval. */
  approve(proposal: ObjectId): Promise<void>;
  withdraw(proposal: ObjectId): Promise<void>;
  /** Approves every open proposal that holds nothing but these operations; answers which. */
  approveEqual(operations: readonly Operation[]): Promise<readonly ObjectId[]>;
  /** Open proposals that need witness-account, pending ones included. */
  proposals(): Promise<readonly ChainProposal[]>;
}

/** Connects one to a node. */
export async function connectLegacyPeer(options: {
  readonly url: string;
  readonly account: { readonly id: ObjectId; readonly wif: string };
  readonly clock: Clock;
}): Promise<LegacyPeer> {
  const { account, clock } = options;
  const abort = new AbortController();
  const node = await NodeClient.connect(options.url, { clock, signal: abort.signal });
  const key = PrivateKey.fromWif(account.wif);
  const chainId = String(await node.call('database', 'get_chain_id', []));
  const fee = { amount: 0, asset_id: '1.3.0' };
  let sent = 0;

  const headNow = async (): Promise<{ id: string; time: Date }> => {
    // What the node answers to this call.
    const globals = (await node.call('database', 'get_dynamic_global_properties', [])) as {
      head_block_id: string;
      time: string;
    };
    return { id: globals.head_block_id, time: new Date(`${globals.time}Z`) };
  };

  const send = async (operation: Operation, raced: boolean): Promise<void> => {
    const head = await headNow();
    const [fees] = (await node.call('database', 'get_required_fees', [[operation], '1.3.0'])) as unknown[];
    const [tag, fields] = operation;
    // The fee of a proposal_create comes with those of what it proposes.
    const ownFee = Array.isArray(fees) ? fees[0] : fees;
    const id = Buffer.from(head.id, 'hex');
    sent += 1;
    const unsigned = {
      ref_block_num: id.readUInt16BE(2),
      ref_block_prefix: id.readUInt32LE(4),
      // Differs from one transaction to the next, so that equal content is not taken for the same.
      expiration: chainTime(new Date(head.time.getTime() + 60_000 + (sent % 60) * 1000)),
      operations: [[tag, { ...fields, fee: ownFee }]] as const,
      extensions: [] as const,
    };
    const bytes = encodeTransaction(unsigned);
    const signature = Buffer.from(signDigest(signingDigest(chainId, bytes), key)).toString('hex');
    const transaction = { ...unsigned, signatures: [signature] };
    if (raced)
      await node.call('network_broadcast', 'broadcast_transaction_with_callback', [9999, transaction]);
    else await node.call('network_broadcast', 'broadcast_transaction', [transaction]);
  };

  const update = (proposal: ObjectId, add: readonly ObjectId[], remove: readonly ObjectId[]): Promise<void> =>
    send(
      [
        OP.proposal_update,
        {
          fee,
          fee_paying_account: account.id,
          proposal,
          active_approvals_to_add: add,
          active_approvals_to_remove: remove,
          owner_approvals_to_add: [],
          owner_approvals_to_remove: [],
          key_approvals_to_add: [],
          key_approvals_to_remove: [],
          extensions: [],
        },
      ],
      false,
    );

  const proposals = async (): Promise<readonly ChainProposal[]> =>
    // What the node answers to this call.
    (await node.call('database', 'get_proposed_transactions', [WITNESS_ACCOUNT])) as ChainProposal[];

  return {
    id: account.id,
    send: (operation) => send(operation, false),
    async propose(operations, { raced = false, lifetimeMs = 6 * 3_600_000 } = {}) {
      const head = await headNow();
      const create: Operation = [
        OP.proposal_create,
        {
          fee,
          fee_paying_account: account.id,
          expiration_time: chainTime(new Date(head.time.getTime() + lifetimeMs)),
          proposed_ops: operations.map((op) => ({ op })),
          extensions: [],
        },
      ];
      await send(create, raced);
    },
    approve: (proposal) => update(proposal, [account.id], []),
    withdraw: (proposal) => update(proposal, [], [account.id]),
    proposals,
    async approveEqual(operations) {
      const wanted = new Set(operationKeys(operations));
      const approved: ObjectId[] = [];
      for (const proposal of await proposals()) {
        const keys = operationKeys(proposal.proposed_transaction.operations);
        if (!keys.every((each) => wanted.has(each))) continue;
        if (proposal.available_active_approvals.includes(account.id)) continue;
        try {
          await update(proposal.id, [account.id], []);
          approved.push(proposal.id);
        } catch (error) {
          // Somebody else's approval executed it just now.
          if (!String(error).includes('Unable to find Object')) throw error;
        }
      }
      return approved;
    },
    async [Symbol.asyncDispose]() {
      await node[Symbol.asyncDispose]();
      abort.abort();
    },
  };
}

function chainTime(date: Date): string {
  return date.toISOString().slice(0, 19);
}
