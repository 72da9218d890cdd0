import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Request, Response } from './http/answer.ts';

/** How long a peer may take, in milliseconds. */
export interface Timeouts {
  /** From the connection to its first three bytes. */
  readonly firstBytesMs: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestMs: number;
  /** Between requests of a connection. */
  readonly idleMs: number;
  /** From the wish to stop until connections are cut. */
  readonly closeMs: number;
}

/** What suits data proxies, browsers and load balancers. */
export const DEFAULT_TIMEOUTS: Timeouts = {
  firstBytesMs: 10_000,
  headersMs: 10_000,
  requestMs: 20_000,
  idleMs: 65_000,
  closeMs: 4_500,
};

/** One plain port for HTTP/1.1 and HTTP/2. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops accepting, lets running requests finish, then cuts what is left. Resolves when no connection is left. */
  close(): Promise<void>;
}

/** First bytes of every HTTP/2 connection, and of no HTTP/1 request. */
const HTTP2_PREFACE = Buffer.from('PRI');

/**
 * Listens on one plain port. The first bytes of a connection tell whether it speaks HTTP/2 (with prior knowledge) or
 * HTTP/1; Node's own servers do the rest. The HTTP/1 server owns the port, so that its limits and timers work.
 */
export async function listen(options: {
  readonly host: string;
  readonly port: number;
  readonly timeouts: Timeouts;
  readonly handle: (request: Request, response: Response) => void;
}): Promise<Listener> {
  const { handle, timeouts } = options;
  const sockets = new Set<Socket>();
  /** Those that have not said yet what they speak. */
  const silent = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  let closing: Promise<void> | undefined;

  const http1 = createServer(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.idleMs,
      connectionsCheckingInterval: Math.min(2_000, timeouts.headersMs),
      noDelay: true,
    },
    (request: IncomingMessage, response: ServerResponse) => {
      response.once('close', () => {
        if (closing) http1.closeIdleConnections();
      });
      if (closing) response.setHeader('connection', 'close');
      handle(request, response);
    },
  );
  const http2 = makeHttp2(timeouts, sessions, handle);
  const serveHttp1 = takeConnectionListener(http1);

  http1.on('connection', (socket: Socket) => {
    sockets.add(socket);
    silent.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      silent.delete(socket);
    });
    sniff(socket, timeouts.firstBytesMs, (speaksHttp2) => {
      silent.delete(socket);
      if (closing) socket.destroy();
      else if (speaksHttp2) http2.emit('connection', socket);
      else {
        serveHttp1.call(http1, socket);
        socket.resume();
      }
    });
  });

  await new Promise<void>((resolve, reject) => {
    http1.once('error', reject);
    http1.listen(options.port, options.host, () => {
      http1.off('error', reject);
      resolve();
    });
  });
  // A server that listens on a host and port has an AddressInfo.
  const { address, port } = http1.address() as AddressInfo;

  const close = async () => {
    const ended = new Promise<void>((resolve) => http1.close(() => resolve()));
    for (const session of sessions) session.close();
    for (const socket of silent) socket.destroy();
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, timeouts.closeMs);
    await ended;
    clearTimeout(cut);
  };
  return {
    host: address,
    port,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function makeHttp2(
  timeouts: Timeouts,
  sessions: Set<ServerHttp2Session>,
  handle: (request: Request, response: Response) => void,
): Http2Server {
  const server = createHttp2Server({ settings: { maxConcurrentStreams: 250 } }, (request, response) => {
    // HTTP/1 has this in the server; here a body that never ends would keep its stream for ever.
    const tooSlow = setTimeout(() => request.stream.close(), timeouts.requestMs);
    request.once('end', () => clearTimeout(tooSlow));
    response.once('close', () => clearTimeout(tooSlow));
    handle(request, response);
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(timeouts.idleMs, () => session.close());
    // A peer that breaks the protocol only ends its own session.
    session.on('error', () => session.destroy());
  });
  return server;
}

/** The listener that serves HTTP/1 on a connection, taken out so that the connection can be looked at before. */
function takeConnectionListener(server: HttpServer): (socket: Socket) => void {
  const [listener] = server.listeners('connection');
  if (!listener) throw new Error('expected node:http to listen for connections');
  server.removeAllListeners('connection');
  return listener as (socket: Socket) => void;
}

/** Reads as many bytes as are needed to tell HTTP/2 from HTTP/1, puts them back, and says which it is. */
function sniff(socket: Socket, timeoutMs: number, decide: (speaksHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const tooSlow = setTimeout(() => socket.destroy(), timeoutMs);
  const stop = () => {
    clearTimeout(tooSlow);
    socket.off('data', onData);
    socket.off('error', onError);
    socket.off('close', stop);
  };
  // A peer that is gone before it said anything; `close` follows.
  const onError = () => {};
  const onData = (chunk: Buffer) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, HTTP2_PREFACE.length);
    const alike = seen.subarray(0, length).equals(HTTP2_PREFACE.subarray(0, length));
    if (alike && length < HTTP2_PREFACE.length) return;
    stop();
    socket.pause();
    socket.unshift(seen);
    decide(alike);
  };
  socket.on('data', onData);
  socket.on('error', onError);
  socket.on('close', stop);
}
