import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

const OP_MSG = 2013;
const HEADER_BYTES = 16;

/** A way to a MongoDB server on which everything that is asked is written down. */
export interface RecordingMongo extends AsyncDisposable {
  readonly url: string;
  /** In order; what came in lists of its own (updates, deletes, documents) stands in the command. */
  readonly commands: readonly Document[];
}

/** Opens one; the server stays where it is. */
export async function recordMongo(url: string): Promise<RecordingMongo> {
  const { hostname, port, pathname, search } = new URL(url);
  const sockets = new Set<Socket>();
  const commands: Document[] = [];
  const server = createServer((client) => {
    const behind = connect(Number(port), hostname);
    let received = Buffer.alloc(0);
    client.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
        const length = received.readInt32LE(0);
        const message = received.subarray(0, length);
        if (message.readInt32LE(12) === OP_MSG) commands.push(commandOf(message));
        received = received.subarray(length);
      }
    });
    client.pipe(behind).pipe(client);
    for (const [socket, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('expected a TCP address');
  return {
    url: `mongodb://127.0.0.1:${bound.port}${pathname || '/'}${search}`,
    commands,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sections of an OP_MSG: one document, and any number of named lists that belong into it. */
function commandOf(message: Buffer): Document {
  const command: Document = {};
  let at = HEADER_BYTES + 4;
  while (at < message.length) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 0) Object.assign(command, BSON.deserialize(section));
    else {
      const nameEnd = section.indexOf(0, 4);
      command[section.toString('utf8', 4, nameEnd)] = documentsOf(section.subarray(nameEnd + 1));
    }
    at += 1 + size;
  }
  return command;
}

function documentsOf(bytes: Buffer): Document[] {
  const found: Document[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readInt32LE(at);
    found.push(BSON.deserialize(bytes.subarray(at, at + size)));
    at += size;
  }
  return found;
}
