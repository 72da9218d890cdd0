import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

type Json = Readonly<Record<string, unknown>>;
type Handler = (...params: unknown[]) => unknown;

/** An error that the fake answers as a node would. */
export class Refusal extends Error {
  readonly code: number;
  constructor(message: string, code = 10) {
    super(message);
    this.code = code;
  }
}

/** A node of a few lines whose every word a test decides; a real WebSocket server underneath. */
export class FakeNode implements AsyncDisposable {
  readonly #server: WebSocketServer;
  readonly #apiNumbers = { database: 7, network_broadcast: 9 };
  #subscriber: { socket: WebSocket; objects?: number; blocks?: number } | undefined;
  chainId: string;
  /** What blocks left, by id. */
  readonly objects = new Map<string, Json>();
  /** What reads show on top of that. */
  readonly pending = new Map<string, Json | null>();
  readonly blocks = new Map<number, Json>();
  /** Block ids by number. */
  readonly ids = new Map<number, string>();
  /** Answers by method, in place of the built-in ones. */
  readonly handlers = new Map<string, Handler>();
  readonly calls: { method: string; params: unknown[] }[] = [];
  connections = 0;
  head = 0;
  time = new Date('2026-01-15T12:00:00Z');

  private constructor(server: WebSocketServer, chainId: string) {
    this.#server = server;
    this.chainId = chainId;
    server.on('connection', (socket) => {
      this.connections += 1;
      socket.on('message', (data) => void this.#receive(socket, String(data)));
      socket.on('error', () => undefined);
    });
  }

  static async start(chainId = 'ab'.repeat(32)): Promise<FakeNode> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    const node = new FakeNode(server, chainId);
    for (const object of GENESIS) node.objects.set(object.id, object);
    node.#append([]);
    return node;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get isSubscribed(): boolean {
    return this.#subscriber?.objects !== undefined;
  }

  /** Makes a block and sends its notices: the block, created and changed objects, removed ones. */
  block(
    change: {
      put?: readonly Json[];
      removed?: readonly string[];
      transactions?: readonly Json[];
      silent?: boolean;
    } = {},
  ): number {
    const created = (change.put ?? []).filter((object) => !this.objects.has(String(object.id)));
    const changed = (change.put ?? []).filter((object) => this.objects.has(String(object.id)));
    for (const object of change.put ?? []) this.objects.set(String(object.id), object);
    for (const id of change.removed ?? []) this.objects.delete(id);
    this.#append(change.transactions ?? []);
    if (!change.silent) {
      this.notifyBlock(this.ids.get(this.head) ?? '');
      if (created.length > 0) this.notifyObjects(created);
      this.notifyObjects([...changed, this.#dynamic()]);
      if (change.removed?.length) this.notifyObjects(change.removed);
    }
    return this.head;
  }

  notifyBlock(id: string): void {
    if (this.#subscriber?.blocks !== undefined) this.#notice(this.#subscriber.blocks, [id]);
  }

  notifyObjects(items: readonly unknown[]): void {
    if (this.#subscriber?.objects !== undefined) this.#notice(this.#subscriber.objects, [items]);
  }

  /** Sends any text to every client. */
  sendRaw(text: string): void {
    for (const socket of this.#server.clients) socket.send(text);
  }

  dropConnections(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#subscriber = undefined;
  }

  /** Makes the last block another one: same number, other id. */
  forkHead(): void {
    const id = `${(this.head - 1).toString(16).padStart(8, '0')}${'f'.repeat(32)}`;
    this.ids.set(this.head - 1, id);
    const block = this.blocks.get(this.head);
    this.blocks.set(this.head, { ...block, previous: id });
  }

  count(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dropConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #append(transactions: readonly Json[]): void {
    const previous = this.ids.get(this.head) ?? '0'.repeat(40);
    this.head += 1;
    this.time = new Date(this.time.getTime() + 1000);
    this.ids.set(this.head, this.head.toString(16).padStart(8, '0') + 'c'.repeat(32));
    this.blocks.set(this.head, { previous, timestamp: this.time.toISOString().slice(0, 19), transactions });
    this.objects.set('2.1.0', this.#dynamic());
  }

  #dynamic(): Json & { id: string } {
    return {
      id: '2.1.0',
      head_block_number: this.head,
      head_block_id: this.ids.get(this.head),
      time: this.time.toISOString().slice(0, 19),
      last_irreversible_block_num: Math.max(0, this.head - 2),
    };
  }

  #notice(callback: number, payload: unknown): void {
    this.#subscriber?.socket.send(JSON.stringify({ method: 'notice', params: [callback, payload] }));
  }

  #read(id: string): Json | null {
    const pending = this.pending.get(id);
    return pending !== undefined ? pending : (this.objects.get(id) ?? null);
  }

  #list(type: string, field?: string, parent?: unknown): Json[] {
    const ids = new Set(
      [...this.objects.keys(), ...this.pending.keys()].filter((id) => id.startsWith(`${type}.`)),
    );
    return [...ids]
      .map((id) => this.#read(id))
      .filter((object) => object !== null)
      .filter((object) => field === undefined || object[field] === parent)
      .sort((a, b) => Number(String(a.id).split('.')[2]) - Number(String(b.id).split('.')[2]));
  }

  readonly #builtIn: Readonly<Record<string, Handler>> = {
    login: () => true,
    database: () => this.#apiNumbers.database,
    network_broadcast: () => this.#apiNumbers.network_broadcast,
    get_chain_id: () => this.chainId,
    get_objects: (ids) => (ids as string[]).map((id) => this.#read(id)),
    list_assets: (lower) => (lower === '' ? this.#list('1.3') : []),
    list_sports: () => this.#list('1.20'),
    list_event_groups: (sport) => this.#list('1.21', 'sport_id', sport),
    list_events_in_group: (group) => this.#list('1.22', 'event_group_id', group),
    list_betting_market_groups: (event) => this.#list('1.24', 'event_id', event),
    list_betting_markets: (group) => this.#list('1.25', 'group_id', group),
    get_proposed_transactions: () => this.#list('1.10'),
    get_dynamic_global_properties: () => this.#dynamic(),
    get_block: (number) => this.blocks.get(Number(number)) ?? null,
    lookup_account_names: (names) =>
      (names as string[]).map((name) => this.#list('1.2', 'name', name)[0] ?? null),
    get_account_balances: () => [{ amount: '123456789012', asset_id: '1.3.0' }],
    broadcast_transaction: () => null,
  };

  async #receive(socket: WebSocket, text: string): Promise<void> {
    const { id, params } = JSON.parse(text) as { id: number; params: [number, string, unknown[]] };
    const [, method, args] = params;
    this.calls.push({ method, params: args });
    if (method === 'set_subscribe_callback')
      this.#subscriber = { ...this.#subscriber, socket, objects: Number(args[0]) };
    if (method === 'set_block_applied_callback')
      this.#subscriber = { ...this.#subscriber, socket, blocks: Number(args[0]) };
    try {
      const handler = this.handlers.get(method) ?? this.#builtIn[method] ?? (() => null);
      const result = await handler(...args);
      // `undefined` = never answers.
      if (result !== undefined) socket.send(JSON.stringify({ id, jsonrpc: '2.0', result }));
    } catch (error) {
      const { message, code } = error as Refusal;
      socket.send(
        JSON.stringify({ id, jsonrpc: '2.0', error: { code: 1, message, data: { code, message } } }),
      );
    }
  }
}

const GENESIS: readonly (Json & { id: string })[] = [
  { id: '1.3.0', symbol: 'PPY' },
  { id: '1.3.1', symbol: 'BTC' },
  { id: '1.2.7', name: 'alice' },
  {
    id: '1.2.1',
    name: 'witness-account',
    active: {
      weight_threshold: 3,
      account_auths: [
        ['1.2.7', 1],
        ['1.2.8', 2],
        ['1.2.9', 2],
      ],
      key_auths: [],
    },
  },
  {
    id: '2.0.0',
    parameters: {
      current_fees: {
        parameters: [
          [22, { fee: 2_000_000, price_per_kbyte: 10 }],
          [23, { fee: 2_000_000, price_per_kbyte: 10 }],
          [56, { fee: 70_000 }],
        ],
        scale: 10_000,
      },
      block_interval: 1,
      maintenance_skip_slots: 3,
    },
  },
  { id: '1.20.0', name: [['en', 'Ice Hockey']] },
  { id: '1.21.3', name: [['en', 'NHL']], sport_id: '1.20.0' },
  { id: '1.23.0', name: [['en', 'R_NHL']], description: [['en', 'rules']] },
];

/** An event of the NHL as the node answers it. */
export function fakeEvent(instance: number, change: Json = {}): Json & { id: string } {
  return {
    id: `1.22.${instance}`,
    name: [['en', `match ${instance}`]],
    season: [['en', '2026']],
    start_time: '2026-01-16T19:00:00',
    event_group_id: '1.21.3',
    scores: [],
    status: 'upcoming',
    ...change,
  };
}

/** An open proposal as the node answers it. */
export function fakeProposal(
  instance: number,
  operations: readonly unknown[],
  change: Json = {},
): Json & { id: string } {
  return {
    id: `1.10.${instance}`,
    expiration_time: '2026-01-15T18:00:00',
    proposed_transaction: {
      ref_block_num: 0,
      ref_block_prefix: 0,
      expiration: '2026-01-15T18:00:00',
      operations,
      extensions: [],
    },
    required_active_approvals: ['1.2.1'],
    available_active_approvals: [],
    required_owner_approvals: [],
    available_owner_approvals: [],
    available_key_approvals: [],
    proposer: '1.2.8',
    fail_reason: '',
    ...change,
  };
}
