import { networkBroadcast } from './api/broadcast.ts';
import { database } from './api/database.ts';
import { type Api, type Connection, type FaultSwitches, noMethod } from './api/method.ts';
import { affiliateStats, bookie, crypto, history, login } from './api/others.ts';
import { Subscriptions } from './api/subscriptions.ts';
import { ensure, errorDump, errorReply, NodeError, nodeError } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import type { Ledger } from './ledger.ts';

/** APIs by the name under which login hands out their ids. */
const APIS: Readonly<Record<string, Api>> = {
  database,
  login,
  network_broadcast: networkBroadcast,
  history,
  crypto,
  bookie,
  affiliate_stats: affiliateStats,
};

/** What every connection has before it asks: 0 is the database, 1 and 2 are login (chain reference 2.4). */
const FIRST_APIS = ['database', 'login', 'login'];

export interface SessionOptions {
  readonly ledger: Ledger;
  readonly faults: FaultSwitches;
  /** Sends one frame. */
  readonly send: (text: string) => void;
  /** Present time as the node writes it, for error traces. */
  readonly now: () => string;
}

/**
 * One connection: requests in, replies and notices out. Each request is answered on its own, so replies may come in
 * another order than the requests (chain reference 2).
 */
export class Session implements Connection {
  readonly ledger: Ledger;
  readonly faults: FaultSwitches;
  readonly subscriptions: Subscriptions;
  readonly #send: (text: string) => void;
  readonly #now: () => string;
  /** Names by id. */
  readonly #apis = [...FIRST_APIS];
  readonly #ids = new Map<string, number>();

  constructor(options: SessionOptions) {
    this.ledger = options.ledger;
    this.faults = options.faults;
    this.#send = options.send;
    this.#now = options.now;
    this.subscriptions = new Subscriptions((callback, argument) =>
      this.#send(JSON.stringify({ method: 'notice', params: [callback, [argument]] })),
    );
  }

  apiId(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#apis.push(name) - 1;
    this.#ids.set(name, id);
    return id;
  }

  renewApis(): void {
    this.#ids.clear();
  }

  /** Takes one frame. What is no request is passed over in silence, as the node does. */
  async receive(frame: string): Promise<void> {
    const request = parseRequest(frame);
    if (typeof request === 'string') return;
    const reply = await this.answer(request);
    if (reply) this.#send(JSON.stringify(reply));
  }

  /** Answers the body of an HTTP request: the reply, or the dump of what was wrong with it. */
  async receiveBody(body: string): Promise<string> {
    const request = parseRequest(body);
    if (typeof request === 'string') return request;
    const reply = await this.answer(request);
    return reply ? JSON.stringify(reply) : '';
  }

  /** The reply to a request; undefined for one without an id. */
  async answer(request: Request): Promise<JsonObject | undefined> {
    const head = request.id === undefined ? undefined : { id: request.id, jsonrpc: '2.0' };
    try {
      const result = await this.#call(request);
      return head && { ...head, result };
    } catch (error) {
      if (!head) return undefined;
      return { ...head, error: errorReply(asNodeError(error, request), this.#now(), this.faults.errorStyle) };
    }
  }

  async #call({ method, params }: Request): Promise<Json> {
    if (method !== 'call') return this.#run('database', method, params);
    const [api, name, args] = params;
    ensure(params.length === 3 && Array.isArray(args), 'args.size() == 3 && args[2].is_array()', '', {}, [
      'websocket_api.cpp',
      15,
      'operator()',
    ]);
    return this.#run(this.#apiName(api), String(name), args);
  }

  #apiName(api: unknown): string {
    if (typeof api === 'string' && !/^\d+$/.test(api)) {
      if (!Object.hasOwn(APIS, api) && !Object.hasOwn(login, api)) throw noMethod(api, Object.keys(login));
      // As the node does: asking by name asks login for the id.
      if (api !== 'login') login[api]?.run(this, []);
      return api;
    }
    const name = this.#apis[Number(api)];
    ensure(name !== undefined, '_local_apis.size() > api_id', '', {}, [
      'api_connection.hpp',
      234,
      'receive_call',
    ]);
    return name;
  }

  #run(apiName: string, name: string, args: readonly unknown[]): Json | Promise<Json> {
    const api = APIS[apiName] ?? {};
    const found = Object.hasOwn(api, name) ? api[name] : undefined;
    if (!found) throw noMethod(name, Object.keys(api));
    return found.run(this, args);
  }
}

interface Request {
  readonly id: number | undefined;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A request, or the text of the error that an HTTP client is told. */
function parseRequest(frame: string): Request | string {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return errorDump(nodeError('parse', 'Unexpected text "{s}"', { s: frame.slice(0, 200) }));
  }
  const refused = errorDump(nodeError('cast', 'Invalid cast to request'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refused;
  // A JSON object; its members are checked next.
  const { id, method, params } = value as Readonly<Record<string, unknown>>;
  if (typeof method !== 'string' || !Array.isArray(params)) return refused;
  if (id === undefined || id === null) return { id: undefined, method, params };
  const number = typeof id === 'string' && /^-?\d+$/.test(id) ? Number(id) : id;
  return typeof number === 'number' ? { id: number, method, params } : refused;
}

/** Every error an answer can carry; what is no NodeError is a fault of the devnet itself and says so. */
function asNodeError(error: unknown, { method, params }: Request): NodeError {
  const known =
    error instanceof NodeError
      ? error
      : nodeError('unspecified', 'the devnet failed: {reason}', { reason: String(error) });
  return known.within(['websocket_api.cpp', 128, 'on_message'], {
    'call.method': method,
    // Parameters came as JSON.
    'call.params': params as readonly Json[],
  });
}
