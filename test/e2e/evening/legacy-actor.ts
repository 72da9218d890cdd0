import type { DevnetAccount } from '../../../devnet/devnet.ts';
import type { Actor, Casting } from './actors.ts';
import { type LegacyJob, type LegacyMemory, legacyTurn } from './legacy.ts';
import { drawsFrom } from './plan-random.ts';
import type { RecordedIncident } from './record.ts';
import { makeSender } from './sender.ts';
import { Heard, makeAcceptor } from './support-heard.ts';

/** Most operations of one proposal of those that propose all at once. */
const MOST_OPERATIONS = 60;
/** Share of legacy witnesses that propose in small pieces. */
const PIECEMEAL = 0.5;
const MOST_OPERATIONS_OF_A_PIECE = 6;

/**
 * A witness of the legacy kind: after reports and after blocks it sends what `legacyTurn` says, without asking the
 * node for equal operations that are pending, as if it had a node of its own.
 */
export function legacyActor(
  { evening, node, clock }: Casting,
  of: { readonly witness: number; readonly account: DevnetAccount },
): Actor {
  const { name, id } = of.account;
  const facade = node.facade();
  const sender = makeSender(facade.chain, of.account, true);
  const draws = drawsFrom(evening.seed).of(`legacy witness ${of.witness}`);
  const pieceSize = draws.chance(PIECEMEAL) ? draws.whole(1, MOST_OPERATIONS_OF_A_PIECE) : MOST_OPERATIONS;
  const incidents: RecordedIncident[] = [];
  const heard = new Heard(makeAcceptor());
  let jobs: LegacyJob[] = [];
  let memory: LegacyMemory = { retries: [] };
  let acting: Promise<void> | undefined;

  const turn = async (): Promise<void> => {
    // What is told in one go is looked at in one go.
    await Promise.resolve();
    const view = facade.chain.view();
    if (!view) return;
    const taken = jobs;
    jobs = [];
    const next = legacyTurn({
      view,
      account: { name, id },
      jobs: taken,
      incidentsOf: (eventId) => heard.of(eventId),
      memory,
      pieceSize,
    });
    memory = next.memory;
    for (const proposal of next.approve) await sender.approve(proposal);
    for (const operations of next.propose) await sender.propose(operations);
  };
  const act = (): void => {
    acting ??= turn().finally(() => {
      acting = undefined;
    });
  };

  return {
    witness: of.witness,
    name,
    id,
    role: 'legacy',
    incidents,
    facade,
    async hear({ eventId, incident }) {
      const at = clock.now();
      incidents.push({ at, incident, eventId, outcome: 'new' });
      const { call } = heard.add(incident, at);
      jobs.push({ eventId, call });
      act();
    },
    see() {
      facade.release(0);
      act();
    },
    pause: () => {},
    resume: () => {},
    isIdle: () => acting === undefined,
    waitsForBlock: () => jobs.length > 0,
    nextTimer() {
      const times = memory.retries.map(({ at }) => at.getTime());
      return times.length > 0 ? new Date(Math.min(...times)) : undefined;
    },
    [Symbol.asyncDispose]: () => facade.chain[Symbol.asyncDispose](),
  };
}
