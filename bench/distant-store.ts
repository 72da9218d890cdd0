import type { ChildProcess } from 'node:child_process';
import type { Store } from '../core/store/store.ts';

/*
 * A store of one process that its children share: a stand-in for a database server. Children have to be forked with
 * `serialization: 'advanced'`, so that dates and maps arrive as what they are.
 */

interface Call {
  readonly call: number;
  readonly room: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

type Answer = { readonly call: number } & ({ readonly value: unknown } | { readonly error: string });

/** Answers the calls of a child. */
export function serveStore(store: Store, child: ChildProcess): void {
  child.on('message', (message: object) => {
    if (isCall(message)) void answer(store, child, message);
  });
}

async function answer(store: Store, child: ChildProcess, { call, room, method, args }: Call): Promise<void> {
  let reply: Answer;
  try {
    const methods: unknown = Reflect.get(store, room);
    if (typeof methods !== 'object' || methods === null) throw new Error(`the store has no ${room}`);
    const ask: unknown = Reflect.get(methods, method);
    if (typeof ask !== 'function') throw new Error(`the store's ${room} have no ${method}`);
    reply = { call, value: await ask.apply(methods, args) };
  } catch (error) {
    reply = { call, error: String(error) };
  }
  if (child.connected) child.send(reply);
}

/** The store of the parent process, as a child sees it. */
export function storeOfParent(): Store {
  const open = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  process.on('message', (message: object) => {
    if (!isAnswer(message)) return;
    const waiting = open.get(message.call);
    open.delete(message.call);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.value);
  });
  const ask = (room: string, method: string, args: readonly unknown[]): Promise<unknown> => {
    const waiting = Promise.withResolvers<unknown>();
    calls += 1;
    open.set(calls, waiting);
    process.send?.({ call: calls, room, method, args } satisfies Call);
    return waiting.promise;
  };
  const roomOf = (room: string): unknown =>
    new Proxy(
      {},
      {
        get:
          (_, method) =>
          (...args: unknown[]) =>
            ask(room, String(method), args),
      },
    );
  const ROOMS = [
    'incidents',
    'refused',
    'work',
    'decisions',
    'events',
    'leases',
    'accountLog',
    'presence',
    'switches',
    'changes',
  ] as const satisfies readonly (keyof Store)[];
  // What the proxies answer is what the store of the parent does, so they have its types.
  const rooms = Object.fromEntries(ROOMS.map((room) => [room, roomOf(room)])) as Pick<
    Store,
    (typeof ROOMS)[number]
  >;
  return { kind: 'sqlite', ...rooms, check: async () => {}, [Symbol.asyncDispose]: async () => {} };
}

function isCall(message: object): message is Call {
  return 'call' in message && 'method' in message;
}

function isAnswer(message: object): message is Answer {
  return 'call' in message && !('method' in message);
}
