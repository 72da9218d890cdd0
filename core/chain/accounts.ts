import { isRecord } from './json.ts';
import type { NodeClient } from './rpc.ts';
import { type AccountRef, CORE_ASSET, type ObjectId } from './types.ts';

/** Accounts, read when asked for; names are kept, since accounts keep theirs. */
export class Accounts {
  readonly #node: Pick<NodeClient, 'call'>;
  readonly #names = new Map<ObjectId, string>();

  constructor(node: Pick<NodeClient, 'call'>) {
    this.#node = node;
  }

  /** By name or id; undefined when the chain has no such account. */
  async find(nameOrId: string): Promise<AccountRef | undefined> {
    const isId = /^1\.2\.\d+$/.test(nameOrId);
    const [account] = await this.#read(isId ? 'get_objects' : 'lookup_account_names', [nameOrId]);
    return account;
  }

  /** Names of those ids that are accounts. */
  async names(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, string>> {
    const unknown = [...new Set(ids)].filter((id) => !this.#names.has(id));
    if (unknown.length > 0) await this.#read('get_objects', unknown);
    const known = ids.map((id) => [id, this.#names.get(id)] as const);
    return new Map(known.flatMap(([id, name]) => (name === undefined ? [] : [[id, name] as const])));
  }

  /** In units of 1.3.0. */
  async coreBalance(id: ObjectId): Promise<bigint> {
    const answer = await this.#node.call('database', 'get_account_balances', [id, [CORE_ASSET]]);
    const raw: unknown = Array.isArray(answer) ? answer[0] : undefined;
    const amount = isRecord(raw) ? raw.amount : undefined;
    return typeof amount === 'number' || typeof amount === 'string' ? BigInt(amount) : 0n;
  }

  async #read(method: string, keys: readonly string[]): Promise<AccountRef[]> {
    const answer = await this.#node.call('database', method, [keys]);
    return (Array.isArray(answer) ? answer : []).flatMap((raw: unknown) => {
      if (!isRecord(raw) || typeof raw.id !== 'string' || typeof raw.name !== 'string') return [];
      this.#names.set(raw.id, raw.name);
      return [{ id: raw.id, name: raw.name }];
    });
  }
}
