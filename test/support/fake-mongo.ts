import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

const OP_MSG = 2013;
const HEADER_BYTES = 16;

/** What a server of today answers to a greeting. */
const GREETING = {
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 21,
  logicalSessionTimeoutMinutes: 30,
  ok: 1,
};

/** A server of one's own answers, for what no real one here can be made to say. */
export interface FakeMongo extends AsyncDisposable {
  /** Host and port. */
  readonly address: string;
  /** What was asked, in order, without greetings. */
  readonly commands: readonly Document[];
}

const NOTHING = { cursor: { id: BSON.Long.ZERO, ns: 'fake.fake', firstBatch: [] } };
const EMPTY: Readonly<Record<string, Document>> = { find: NOTHING, listIndexes: NOTHING, aggregate: NOTHING };

/** What commands are answered by their names; `silence` is none at all. */
export type FakeAnswers = Readonly<Record<string, Document | 'silence'>>;

/** Starts a server that answers commands by name; to what is not named it is empty and says ok. */
export async function startFakeMongo(answers: FakeAnswers): Promise<FakeMongo> {
  const sockets = new Set<Socket>();
  const commands: Document[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
        const length = received.readInt32LE(0);
        const said = answer(received.subarray(0, length), answers, commands);
        if (said) socket.write(said);
        received = received.subarray(length);
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('expected a TCP address');
  return {
    commands,
    address: `127.0.0.1:${bound.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Greetings come as OP_QUERY from some drivers, everything else as OP_MSG; both are answered in kind. */
function answer(message: Buffer, answers: FakeAnswers, commands: Document[]): Buffer | undefined {
  const requestId = message.readInt32LE(4);
  const isMessage = message.readInt32LE(12) === OP_MSG;
  // OP_MSG: flags, kind of the section, document. OP_QUERY: flags, name, two numbers, document.
  const start = isMessage ? HEADER_BYTES + 5 : message.indexOf(0, HEADER_BYTES + 4) + 1 + 8;
  const size = message.readInt32LE(start);
  const asked = BSON.deserialize(message.subarray(start, start + size));
  const [command = ''] = Object.keys(asked);
  const isGreeting = ['hello', 'ismaster', 'isMaster'].includes(command);
  if (!isGreeting) commands.push(asked);
  const own = answers[isGreeting ? 'hello' : command];
  if (own === 'silence') return undefined;
  const document = BSON.serialize({ ...(isGreeting ? GREETING : { ok: 1 }), ...EMPTY[command], ...own });
  const before = Buffer.alloc(isMessage ? HEADER_BYTES + 5 : HEADER_BYTES + 20);
  before.writeInt32LE(before.length + document.length, 0);
  before.writeInt32LE(requestId, 8);
  before.writeInt32LE(isMessage ? OP_MSG : 1, 12);
  if (!isMessage) before.writeInt32LE(1, HEADER_BYTES + 16);
  return Buffer.concat([before, document]);
}
