import type { Block } from '../../../core/chain/block.ts';
import { connectChain } from '../../../core/chain/connect.ts';
import { QUIET_MS } from '../../../core/chain/follower.ts';
import type { NodeChain } from '../../../core/chain/node-chain.ts';
import { readPast } from '../../../core/chain/past.ts';
import type { ChainView, ViewChange } from '../../../core/chain/types.ts';
import { type Log, silentLog } from '../../../core/log.ts';
import type { Devnet } from '../../../devnet/devnet.ts';
import type { VirtualClock } from './clock.ts';
import { spinUntil, Turns } from './turns.ts';
import type { Evening } from './types.ts';

/** The chain as one witness sees it: its own view, its own calls, on a mirror that all share. */
export interface Facade {
  readonly chain: NodeChain;
  /** Shows the witness what blocks have changed; the last `behind` of them are held back. */
  release(behind: number): void;
  /** Its calls so far, and how often it doubted the mirror. */
  readonly figures: { roundTrips: number; doubts: number; broadcasts: number };
}

/** One node with one mirror, for everybody. */
export interface SharedNode extends AsyncDisposable {
  readonly mirror: NodeChain;
  readonly turns: Turns;
  /** A new facade; it sees nothing before its first `release`. */
  facade(): Facade;
  /** Makes a block at the clock's time and lets the mirror close its view, which takes `QUIET_MS`. */
  block(): Promise<ChainView>;
  /** Lets the mirror do what moving the clock has led to. */
  settled(): Promise<void>;
}

/** Mailbox and keep-alive: the only things that a mirror at rest waits for. */
const LONGEST_REST_MS = 10_000;
/** A callback that nobody listens to. */
const NOBODY = 4_000_000_000;

/** Connects to the devnet and makes the first blocks that a mirror needs to be sure of what it read. */
export async function shareNode(
  devnet: Devnet,
  clock: VirtualClock,
  nodes: Evening['nodes'],
): Promise<SharedNode> {
  const abort = new AbortController();
  const part = clock.part();
  const problems: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (details, message) => problems.push(`${message} ${JSON.stringify(details)}`),
    error: (details, message) => problems.push(`${message} ${JSON.stringify(details)}`),
    child: () => log,
  };
  const mirror = connectChain({
    nodes: [devnet.url],
    expectedChainId: devnet.chainId,
    clock: part,
    log,
    signal: abort.signal,
  });
  const turns = new Turns();
  mirror.start();

  /** At rest: its mailbox waits, and no call of its own. */
  const isAtRest = (restMs: number): boolean => part.sleeping.length === 1 && part.sleeping[0] === restMs;
  const settled = () => spinUntil('the mirror to be at rest', () => isAtRest(LONGEST_REST_MS));
  const block = async (): Promise<ChainView> => {
    const number = await devnet.produceBlock();
    // With the first notice it asks for the block. The node's frames come in order, so with that answer all are here.
    await spinUntil('the notices of a block', () => isAtRest(QUIET_MS));
    clock.advance(QUIET_MS);
    await settled();
    const view = mirror.view();
    if (problems.length > 0) throw new Error(`expected a quiet mirror, it says: ${problems.join('; ')}`);
    if (view && view.head.number !== number) throw new Error(`expected a view of block ${number}`);
    // Before the mirror is in step there is none; who asks for blocks then does not look at it.
    return view as ChainView;
  };

  await settled();
  // What a listing shows is believed after two blocks.
  while (!mirror.view()) await block();

  return {
    mirror,
    turns,
    facade: () => makeFacade(mirror, turns, nodes),
    block,
    settled,
    async [Symbol.asyncDispose]() {
      await mirror[Symbol.asyncDispose]();
      abort.abort();
    },
  };
}

function makeFacade(mirror: NodeChain, turns: Turns, nodes: Evening['nodes']): Facade {
  const figures = { roundTrips: 0, doubts: 0, broadcasts: 0 };
  const trips = new Map<string, number>();
  const listeners = new Set<(change: ViewChange) => void>();
  const held: ViewChange[] = [];
  let view: ChainView | undefined = mirror.view();
  const stop = mirror.onChange((change) => held.push(change));

  const call: NodeChain['call'] = (api, method, params, timeoutMs) => {
    figures.roundTrips += 1;
    if (api === 'network_broadcast') figures.broadcasts += 1;
    trips.set(method, (trips.get(method) ?? 0) + 1);
    // The form with a callback does without the comparison with what is pending, as another node would.
    const raced = nodes === 'several' && method === 'broadcast_transaction';
    return turns.call(() =>
      raced
        ? mirror.call(api, 'broadcast_transaction_with_callback', [NOBODY, ...params], timeoutMs)
        : mirror.call(api, method, params, timeoutMs),
    );
  };
  const onChange: NodeChain['onChange'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const chain: NodeChain = {
    start: () => {},
    state: () => mirror.state(),
    view: () => view,
    onChange,
    waitFor: () => Promise.reject(new Error('nobody waits for views here')),
    account: (nameOrId) => turns.call(() => mirror.account(nameOrId)),
    accountNames: (ids) => turns.call(() => mirror.accountNames(ids)),
    pastEvent: (event, groups) => readPast({ call }, event, groups),
    coreBalance: (id) => turns.call(() => mirror.coreBalance(id)),
    roundTrips: () => trips,
    call,
    feeSchedule: () => mirror.feeSchedule(),
    // Kept by the mirror for longer than any transaction lives.
    block: (number): Promise<Block | undefined> => mirror.block(number),
    isFollowed: (block) => mirror.isFollowed(block),
    doubt: () => {
      // Reading all anew is for mirrors that missed something; this one is compared with each block.
      figures.doubts += 1;
    },
    async [Symbol.asyncDispose]() {
      stop();
      listeners.clear();
    },
  };
  return {
    chain,
    figures,
    release(behind) {
      while (held.length > behind) {
        const change = held.shift();
        if (!change) return;
        view = change.view;
        for (const listener of [...listeners]) listener(change);
      }
    },
  };
}
