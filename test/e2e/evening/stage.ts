import type { ChainView } from '../../../core/chain/types.ts';
import { type Devnet, startDevnet } from '../../../devnet/devnet.ts';
import type { Judgement } from '../../../worker/parts.ts';
import { testConfig } from '../../support/witness-config.ts';
import { type Actor, type Casting, fullActor, silentActor } from './actors.ts';
import { virtualClock } from './clock.ts';
import { legacyActor } from './legacy-actor.ts';
import { shareNode } from './node.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { putSportsOnChain } from './sports-on-chain.ts';
import { type Delivery, type Evening, type Role, rolesOf, WITNESSES } from './types.ts';

/** Time between blocks, as on the real chain. */
export const BLOCK_MS = 3000;
/** Room for what has to be on chain before the evening begins. */
const BEFORE_MS = 60_000;

/** A devnet with eleven witnesses in one process, whose time is moved by hand. */
export interface Stage extends AsyncDisposable {
  readonly devnet: Devnet;
  readonly actors: readonly Actor[];
  readonly recorder: Recorder;
  /** Whether something was sent to the node since the last block. */
  readonly isPending: boolean;
  now(): Date;
  /**
   * Makes a block `afterMs` after the last one, a multiple of the time between blocks; shows it to everybody, and lets
   * them do all there is to do.
   */
  block(afterMs: number): Promise<ChainView>;
  /** Goes on to a time before the next block, and hands out what providers say. */
  report(at: Date, deliveries: readonly Delivery[]): Promise<void>;
}

/** What differs from an evening as its cast says. */
export interface StageOptions {
  /** Replaces what decides in the witnesses of these numbers: for tests of the findings. */
  readonly overrides?: ReadonlyMap<number, Partial<Judgement>>;
  /** Eleven other roles. */
  readonly roles?: readonly Role[];
}

/** Opens one at the beginning of an evening, with the sports data on chain. */
export async function openStage(
  evening: Evening,
  { overrides = new Map(), roles = rolesOf(evening.cast) }: StageOptions = {},
): Promise<Stage> {
  const startMs = Math.floor(evening.startsAt.getTime() / BLOCK_MS) * BLOCK_MS;
  const clock = virtualClock(new Date(startMs - BEFORE_MS));
  const devnet = await startDevnet({
    port: 0,
    witnesses: WITNESSES,
    blockIntervalMs: 'manual',
    manualIntervalMs: BLOCK_MS,
    clock,
  });
  const node = await shareNode(devnet, clock, evening.nodes);
  const accounts = devnet.accounts.slice(0, WITNESSES);
  await putSportsOnChain(node, accounts.slice(0, WITNESSES / 2 + 1), async () => {
    clock.advance(Math.max(0, devnet.chain.head().time.getTime() + BLOCK_MS - clock.now().getTime()));
    await node.settled();
    await node.block();
  });
  const recorder = startRecorder(devnet, node.mirror);
  const casting: Casting = {
    evening,
    accounts,
    node,
    clock,
    // Both are nets under what blocks and reports wake, and would cost time for each virtual minute.
    config: testConfig({ 'worker.lease': 3600, 'scheduler.interval': 600 }),
    overrides,
  };
  const actors: Actor[] = [];
  await node.turns.during(async () => {
    for (const [witness, role] of roles.entries()) {
      const account = accounts[witness];
      if (!account) throw new Error(`expected an account for witness ${witness}`);
      actors.push(await castActor(casting, { witness, role, account }));
    }
  });
  const sent = () => actors.reduce((total, { facade }) => total + facade.figures.broadcasts, 0);
  let sentBefore = 0;
  const settle = () => node.turns.settle(() => actors.every((actor) => actor.isIdle()));

  return {
    devnet,
    actors,
    recorder,
    get isPending() {
      return sent() > sentBefore;
    },
    now: () => clock.now(),
    async block(afterMs) {
      const at = devnet.chain.head().time.getTime() + afterMs;
      // A run that began before the block would find a view that is too old.
      for (const actor of actors) actor.pause();
      clock.advance(at - clock.now().getTime());
      await node.settled();
      sentBefore = sent();
      const view = await node.block();
      for (const actor of actors) actor.resume();
      // Another one is first each time.
      for (let turn = 0; turn < actors.length; turn += 1) {
        actors[(turn + view.head.number) % actors.length]?.see(afterMs > BLOCK_MS);
      }
      await settle();
      return view;
    },
    async report(at, deliveries) {
      clock.advance(at.getTime() - clock.now().getTime());
      await node.settled();
      const hearing = deliveries.map((delivery) => actors[delivery.witness]?.hear(delivery));
      await settle();
      await Promise.all(hearing);
    },
    async [Symbol.asyncDispose]() {
      await node.turns.during(async () => {
        await Promise.all(actors.map((actor) => actor[Symbol.asyncDispose]()));
      });
      await node[Symbol.asyncDispose]();
      await devnet[Symbol.asyncDispose]();
    },
  };
}

async function castActor(casting: Casting, of: Parameters<typeof fullActor>[1]): Promise<Actor> {
  switch (of.role) {
    case 'silent':
      return silentActor(casting, of);
    case 'ours':
    case 'lying':
    case 'slow':
      return fullActor(casting, of);
    case 'legacy':
      return legacyActor(casting, of);
    default:
      return of.role satisfies never;
  }
}
