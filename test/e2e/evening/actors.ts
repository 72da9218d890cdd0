import type { ChainView, ObjectId } from '../../../core/chain/types.ts';
import type { Config } from '../../../core/config/types.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';
import type { DevnetAccount } from '../../../devnet/devnet.ts';
import type { Judgement } from '../../../worker/parts.ts';
import type { VirtualClock } from './clock.ts';
import { makeWrongActs } from './lying-acts.ts';
import type { Facade, SharedNode } from './node.ts';
import { drawsFrom } from './plan-random.ts';
import type { RecordedIncident } from './record.ts';
import { makeSender } from './sender.ts';
import type { Evening, Role } from './types.ts';
import { type FullWitness, startFullWitness } from './witness.ts';

/** One of the eleven, whatever it is that it does. */
export interface Actor extends AsyncDisposable {
  readonly witness: number;
  readonly name: string;
  readonly id: ObjectId;
  readonly role: Role;
  readonly incidents: readonly RecordedIncident[];
  readonly facade: Facade;
  /** Absent where no code of ours runs. */
  readonly full?: FullWitness;
  /** Is told an incident. */
  hear(told: { readonly eventId: string; readonly incident: JsonObject }): Promise<void>;
  /** Is shown what blocks have changed, and acts on it; `all` also what a slow one would see later. */
  see(all: boolean): void;
  /** Does nothing until `resume`. */
  pause(): void;
  resume(): void;
  isIdle(): boolean;
  /** Whether it waits for a block that is still to come. */
  waitsForBlock(view: ChainView): boolean;
  /** When time alone makes it act next. */
  nextTimer(): Date | undefined;
}

/** What is needed to make the actors of an evening. */
export interface Casting {
  readonly evening: Evening;
  readonly accounts: readonly DevnetAccount[];
  readonly node: SharedNode;
  readonly clock: VirtualClock;
  readonly config: Config;
  readonly overrides: ReadonlyMap<number, Partial<Judgement>>;
}

/** Blocks by which the slow witness is behind. */
const SLOW_BLOCKS = 2;

/** A complete witness of ours; the slow one sees blocks late, the lying one also does wrong things by hand. */
export async function fullActor(
  { evening, node, clock, config, overrides }: Casting,
  of: { readonly witness: number; readonly role: Role; readonly account: DevnetAccount },
): Promise<Actor> {
  const { witness, role, account } = of;
  const facade = node.facade();
  const override = overrides.get(witness);
  const full = await startFullWitness({
    account,
    facade,
    config,
    clock,
    ...(override ? { overrides: override } : {}),
  });
  const incidents: RecordedIncident[] = [];
  const wrong =
    role === 'lying'
      ? makeWrongActs(
          facade.chain,
          makeSender(facade.chain, account, false),
          drawsFrom(evening.seed).of('acts of the lying witness'),
        )
      : undefined;
  let acting = 0;
  const act = async (acts: Promise<void> | undefined): Promise<void> => {
    acting += 1;
    await acts;
    acting -= 1;
  };
  return {
    witness,
    name: account.name,
    id: account.id,
    role,
    incidents,
    facade,
    full,
    async hear({ eventId, incident }) {
      const at = clock.now();
      incidents.push({ at, incident, eventId, ...(await full.report(incident)) });
      await act(wrong?.afterReport());
    },
    see(all) {
      facade.release(role === 'slow' && !all ? SLOW_BLOCKS : 0);
      void act(wrong?.afterBlock());
    },
    pause: () => full.pause(),
    resume: () => full.resume(),
    isIdle: () => acting === 0 && full.isIdle(),
    waitsForBlock: ({ head, irreversible }) =>
      [...full.unfinished.values()].some(
        ({ wakeAtBlock = 0, wakeWhenIrreversible = 0 }) =>
          wakeAtBlock > head.number || wakeWhenIrreversible > irreversible,
      ),
    nextTimer() {
      const times = [...full.unfinished.values()].flatMap(({ retryAt }) =>
        retryAt ? [retryAt.getTime()] : [],
      );
      return times.length > 0 ? new Date(Math.min(...times)) : undefined;
    },
    [Symbol.asyncDispose]: () => full[Symbol.asyncDispose](),
  };
}

/** An active witness that does nothing. */
export function silentActor(
  { node }: Casting,
  of: { readonly witness: number; readonly account: DevnetAccount },
): Actor {
  const facade = node.facade();
  return {
    witness: of.witness,
    name: of.account.name,
    id: of.account.id,
    role: 'silent',
    incidents: [],
    facade,
    hear: async () => {},
    see: () => facade.release(0),
    pause: () => {},
    resume: () => {},
    isIdle: () => true,
    waitsForBlock: () => false,
    nextTimer: () => undefined,
    [Symbol.asyncDispose]: () => facade.chain[Symbol.asyncDispose](),
  };
}
