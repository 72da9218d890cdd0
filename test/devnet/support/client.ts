import { once } from 'node:events';
import { WebSocket } from 'ws';
import { encodeTransaction, signingDigest } from '../../../core/chain/codec.ts';
import { PrivateKey } from '../../../core/chain/keys.ts';
import type { ObjectId, Operation } from '../../../core/chain/types.ts';
import type { Devnet } from '../../../devnet/devnet.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look at replies as they come
export type Any = any;

/** A reply as it came over the socket. */
export interface Reply {
  readonly id: number;
  readonly jsonrpc?: string;
  readonly result?: Any;
  readonly error?: { code: number; message: string; data: Any };
}

/** A plain JSON-RPC client that hides nothing. */
export class TestClient implements AsyncDisposable {
  readonly socket: WebSocket;
  readonly notices: { method: string; params: [number, Any] }[] = [];
  readonly frames: Any[] = [];
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      this.frames.push(frame);
      if (frame.method === 'notice') this.notices.push(frame);
      else this.#waiting.get(frame.id)?.(frame);
    });
  }

  static async connect(url: string): Promise<TestClient> {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new TestClient(socket);
  }

  /** Sends a request and resolves with the whole reply. */
  reply(api: number | string, method: string, args: readonly unknown[] = []): Promise<Reply> {
    this.#id += 1;
    const id = this.#id;
    const answered = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.socket.send(JSON.stringify({ id, method: 'call', params: [api, method, args] }));
    return answered;
  }

  /** Resolves with the result; rejects with the error's message. */
  async call(api: number | string, method: string, ...args: readonly unknown[]): Promise<Any> {
    const { result, error } = await this.reply(api, method, args);
    if (error) throw new Error(error.message);
    return result;
  }

  /** A call of the database API. */
  get(method: string, ...args: readonly unknown[]): Promise<Any> {
    return this.call(0, method, ...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState === this.socket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }
}

export interface TransactionChange {
  readonly signers?: readonly string[];
  readonly chainId?: string;
  readonly expirationSeconds?: number;
  readonly refPrefix?: number;
}

/** A signed transaction on the devnet's head, made with the client's own codec. */
export function signed(
  devnet: Devnet,
  operations: readonly Operation[],
  change: TransactionChange = {},
): Any {
  const head = devnet.chain.head();
  const transaction = {
    ref_block_num: head.number & 0xffff,
    ref_block_prefix: change.refPrefix ?? Buffer.from(head.id, 'hex').readUInt32LE(4),
    expiration: new Date(head.time.getTime() + (change.expirationSeconds ?? 30) * 1000)
      .toISOString()
      .slice(0, 19),
    operations,
    extensions: [] as const,
  };
  const digest = signingDigest(change.chainId ?? devnet.chainId, encodeTransaction(transaction));
  const signatures = (change.signers ?? []).map((name) =>
    Buffer.from(PrivateKey.fromWif(devnet.account(name).wif).sign(digest)).toString('hex'),
  );
  return { ...transaction, signatures };
}

const FEE = { amount: 100_000, asset_id: '1.3.0' };

/** A bookie operation with the default fee. */
export function op(tag: number, fields: Record<string, unknown>): Operation {
  return [tag, { fee: FEE, ...fields, extensions: [] }];
}

/** proposal_create by an account, ample fee included. */
export function proposalCreate(
  devnet: Devnet,
  by: string,
  operations: readonly Operation[],
  change: { readonly lifetimeSeconds?: number; readonly reviewSeconds?: number; readonly fee?: number } = {},
): Operation {
  const expiration = devnet.chain.head().time.getTime() + (change.lifetimeSeconds ?? 3600) * 1000;
  return [
    22,
    {
      fee: { amount: change.fee ?? 2_001_000, asset_id: '1.3.0' },
      fee_paying_account: devnet.account(by).id,
      expiration_time: new Date(expiration).toISOString().slice(0, 19),
      proposed_ops: operations.map((each) => ({ op: each })),
      ...(change.reviewSeconds === undefined ? {} : { review_period_seconds: change.reviewSeconds }),
      extensions: [],
    },
  ];
}

/** proposal_update by an account that adds or removes active approvals (its own unless said otherwise). */
export function proposalUpdate(
  devnet: Devnet,
  by: string,
  proposal: ObjectId,
  change: { readonly add?: readonly string[]; readonly remove?: readonly string[] } = {},
): Operation {
  const ids = (names: readonly string[] = []): string[] => names.map((name) => devnet.account(name).id);
  const own = change.add === undefined && change.remove === undefined ? [by] : change.add;
  return [
    23,
    {
      fee: { amount: 2_001_000, asset_id: '1.3.0' },
      fee_paying_account: devnet.account(by).id,
      proposal,
      active_approvals_to_add: ids(own),
      active_approvals_to_remove: ids(change.remove),
      owner_approvals_to_add: [],
      owner_approvals_to_remove: [],
      key_approvals_to_add: [],
      key_approvals_to_remove: [],
      extensions: [],
    },
  ];
}

/** Broadcasts one account's operations and makes a block; resolves with the confirmation. */
export async function send(
  devnet: Devnet,
  client: TestClient,
  by: string,
  operations: readonly Operation[],
): Promise<Any> {
  const answered = client.reply('network_broadcast', 'broadcast_transaction_synchronous', [
    signed(devnet, operations, { signers: [by] }),
  ]);
  // The request has to be with the node before the block is made.
  const refused = await Promise.race([answered, client.get('get_chain_id').then(() => undefined)]);
  if (refused?.error) throw new Error(refused.error.message);
  await devnet.produceBlock();
  return (await answered).result;
}

/** Proposes operations in a block and resolves with the proposal's id. */
export async function propose(
  devnet: Devnet,
  client: TestClient,
  operations: readonly Operation[],
  by = 'witness1',
): Promise<ObjectId> {
  const { trx } = await send(devnet, client, by, [proposalCreate(devnet, by, operations)]);
  return trx.operation_results[0][1];
}

/** Approves a proposal by the named witnesses, all in one block. */
export async function approve(
  devnet: Devnet,
  client: TestClient,
  proposal: ObjectId,
  by: readonly string[] = ['witness1', 'witness2', 'witness3'],
): Promise<void> {
  for (const name of by) {
    await client.call(
      'network_broadcast',
      'broadcast_transaction',
      signed(devnet, [proposalUpdate(devnet, name, proposal)], { signers: [name] }),
    );
  }
  await devnet.produceBlock();
}

/** Proposes and approves; resolves with the `fail_reason`, or undefined when it executed. */
export async function execute(
  devnet: Devnet,
  client: TestClient,
  operations: readonly Operation[],
  by?: readonly string[],
): Promise<string | undefined> {
  const id = await propose(devnet, client, operations);
  await approve(devnet, client, id, by);
  const [proposal] = await client.get('get_objects', [id]);
  return proposal?.fail_reason;
}
