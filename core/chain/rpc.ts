import WebSocket from 'ws';
import type { Clock } from '../clock.ts';
import { isRecord } from './json.ts';
import { ConnectionError, NodeError } from './node-error.ts';

const NEEDED = ['database', 'network_broadcast'] as const;

/**
 * The APIs of a node that are used; their numbers are asked for, never assumed (chain reference 2.4). Any node has the
 * first two; the others are asked for when they are first called.
 */
export type Api = (typeof NEEDED)[number] | 'bookie' | 'history';

const LOGIN_API = 1;
const CONNECT_TIMEOUT_MS = 5000;
const CALL_TIMEOUT_MS = 15_000;
const CLOSE_TIMEOUT_MS = 1000;
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

interface Waiting {
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Called with the payload of each notice: what the node put after the callback's number. */
export type NoticeListener = (payload: unknown) => void;

export interface NodeClientOptions {
  readonly clock: Clock;
  /** Counts each request. */
  readonly onRequest?: (method: string) => void;
  readonly signal: AbortSignal;
}

/**
 * One connection to one node: JSON-RPC over a WebSocket. Replies may come out of order; frames that are not understood
 * are dropped; when the connection ends, calls without an answer reject. It never reconnects: a new connection is a
 * new client.
 */
export class NodeClient implements AsyncDisposable {
  /** Resolves with the reason once the connection has ended. */
  readonly closed: Promise<string>;
  readonly url: string;
  readonly #socket: WebSocket;
  readonly #options: NodeClientOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<number, NoticeListener>();
  readonly #apis = new Map<Api, number>();
  #lastId = 0;

  private constructor(url: string, socket: WebSocket, options: NodeClientOptions) {
    this.url = url;
    this.#socket = socket;
    this.#options = options;
    let problem = '';
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.#receive(String(data));
    });
    // A close event follows.
    socket.on('error', (error) => {
      problem = error.message;
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code) => {
        const reason = problem || `connection closed (${code})`;
        for (const call of this.#waiting.values())
          call.reject(new ConnectionError(`${call.method}: ${reason}`, true));
        this.#waiting.clear();
        resolve(reason);
      });
    });
  }

  /** Connects, logs in and asks for the APIs. Rejects with why not. */
  static async connect(url: string, options: NodeClientOptions): Promise<NodeClient> {
    options.signal.throwIfAborted();
    const socket = new WebSocket(url, {
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
    });
    const client = new NodeClient(url, socket, options);
    const stop = () => socket.terminate();
    options.signal.addEventListener('abort', stop, { once: true });
    void client.closed.then(() => options.signal.removeEventListener('abort', stop));
    try {
      await Promise.race([
        new Promise<void>((resolve) => socket.once('open', () => resolve())),
        client.closed.then((reason) => {
          throw new ConnectionError(reason, false);
        }),
      ]);
      await client.#send(LOGIN_API, 'login', ['', ''], CONNECT_TIMEOUT_MS);
      for (const api of NEEDED) await client.#open(api);
      return client;
    } catch (error) {
      await client[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Rejects with NodeError (the node refused, or has no such API) or ConnectionError (no answer came). */
  async call(
    api: Api,
    method: string,
    params: readonly unknown[],
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<unknown> {
    const number = this.#apis.get(api) ?? (await this.#open(api));
    return this.#send(number, method, params, timeoutMs);
  }

  /** Calls a database method whose first argument is a callback; the listener gets what its notices hold. */
  async subscribe(method: string, rest: readonly unknown[], listener: NoticeListener): Promise<void> {
    const number = ++this.#lastId;
    this.#listeners.set(number, listener);
    await this.call('database', method, [number, ...rest]);
  }

  /** Ends the connection: politely, and after a second without an answer anyway. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate();
    else this.#socket.close();
    const closed = new AbortController();
    void this.closed.then(() => closed.abort());
    void this.#options.clock.sleep(CLOSE_TIMEOUT_MS, closed.signal).then(() => this.#socket.terminate());
    await this.closed;
  }

  async #open(api: Api): Promise<number> {
    const number = await this.#send(LOGIN_API, api, [], CONNECT_TIMEOUT_MS);
    if (typeof number !== 'number') {
      throw new NodeError(api, `expected the number of the ${api} API, got ${String(number)}`);
    }
    this.#apis.set(api, number);
    return number;
  }

  #send(api: number, method: string, params: readonly unknown[], timeoutMs: number): Promise<unknown> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new ConnectionError(`${method}: not connected to ${this.url}`, false));
    }
    const id = ++this.#lastId;
    this.#options.onRequest?.(method);
    const answered = new AbortController();
    const result = new Promise<unknown>((resolve, reject) =>
      this.#waiting.set(id, { method, resolve, reject }),
    );
    void this.#options.clock.sleep(timeoutMs, answered.signal).then(() => {
      this.#waiting
        .get(id)
        ?.reject(new ConnectionError(`${method}: no answer from ${this.url} in ${timeoutMs} ms`, true));
      this.#waiting.delete(id);
    });
    this.#socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'call', params: [api, method, params] }));
    // A reason of its own: without one each abort makes an exception with its stack.
    return result.finally(() => answered.abort('answered'));
  }

  #receive(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (!isRecord(message)) return;
    if (message.method === 'notice' && Array.isArray(message.params)) {
      const [number, payload]: unknown[] = message.params;
      if (typeof number === 'number') this.#listeners.get(number)?.(payload);
      return;
    }
    const call = typeof message.id === 'number' ? this.#waiting.get(message.id) : undefined;
    if (typeof message.id !== 'number' || !call) return;
    this.#waiting.delete(message.id);
    if (message.error !== undefined && message.error !== null)
      call.reject(new NodeError(call.method, message.error));
    else call.resolve(message.result);
  }
}
