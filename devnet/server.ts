import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { BosError } from '../core/errors.ts';
import type { FaultSwitches } from './api/method.ts';
import type { Ledger } from './ledger.ts';
import { Session } from './session.ts';

/** Largest request; a proposal with a thousand operations is a few hundred kilobytes. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly ledger: Ledger;
  readonly faults: FaultSwitches;
  readonly now: () => string;
}

/** The listening side of a devnet. */
export interface NodeServer extends AsyncDisposable {
  readonly port: number;
  /** Cuts every connection without a farewell. */
  dropConnections(): void;
}

/**
 * Listens for WebSocket connections and for HTTP POST with the same bodies.
 * @throws BosError `unavailable` when the address cannot be listened on.
 */
export async function startServer(options: ServerOptions): Promise<NodeServer> {
  const { ledger, faults, now } = options;
  const sockets = new Set<WebSocket>();
  const http = createServer((request, response) => {
    const session = new Session({ ledger, faults, now, send: () => {} });
    answerPost(session, request, response).catch(() => response.destroy());
  });
  const webSockets = new WebSocketServer({
    server: http,
    maxPayload: MAX_BODY_BYTES,
    perMessageDeflate: false,
  });
  // The http server's own listener reports what goes wrong with listening.
  webSockets.on('error', () => {});
  webSockets.on('connection', (socket) => {
    sockets.add(socket);
    const send = (text: string): void => {
      if (socket.readyState === socket.OPEN) socket.send(text);
    };
    const session = new Session({ ledger, faults, now, send });
    const stop = ledger.listen({
      blockApplied: (applied) => session.subscriptions.blockApplied(applied),
      transactionPending: (transaction) => session.subscriptions.transactionPending(transaction),
    });
    socket.on('message', (data, isBinary) => {
      if (!isBinary) void session.receive(String(data));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      stop();
      sockets.delete(socket);
    });
  });
  await listen(http, options);
  return {
    // A listening TCP server has an address with a port.
    port: (http.address() as AddressInfo).port,
    dropConnections: () => {
      for (const socket of sockets) socket.terminate();
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.terminate();
        webSockets.close();
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

function listen(http: ReturnType<typeof createServer>, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error) =>
      reject(
        new BosError(
          'unavailable',
          `expected to listen on ${host}:${port}, got ${error.message}: stop what uses the port, or choose another`,
          { host, port },
          { cause: error },
        ),
      ),
    );
    http.listen(port, host, () => resolve());
  });
}

async function answerPost(
  session: Session,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request) {
    // Without an encoding a request gives bytes.
    const bytes = part as Uint8Array;
    size += bytes.length;
    if (size > MAX_BODY_BYTES) throw new Error('body too large');
    parts.push(bytes);
  }
  response.end(await session.receiveBody(Buffer.concat(parts).toString()));
}
