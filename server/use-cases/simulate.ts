import type { AccountRef, ChainView, PastEvent } from '../../core/chain/types.ts';
import type { Context } from '../../core/context.ts';
import { decide } from '../../core/decide/decide.ts';
import { type LatestDecisions, pastToLookUp, sharedMemory } from '../../core/decide/memory.ts';
import { decideSettings } from '../../core/decide/settings.ts';
import { BosError } from '../../core/errors.ts';
import { CALLS, type Incident, type Sighting, type StoredIncident } from '../../core/incidents/types.ts';
import type { DecisionRecord } from '../../core/store/store.ts';
import { ifInTime } from './if-in-time.ts';
import type { OurAccounts } from './our-accounts.ts';

/** What deciding without consequences needs. Neither queue nor broadcaster: nothing can come of it. */
export type SimulateContext = Pick<
  Context,
  'chain' | 'clock' | 'config' | 'processId' | 'sports' | 'versions'
> & {
  readonly store: Pick<Context['store'], 'incidents' | 'decisions'>;
};

/** What is pretended. */
export interface Pretence {
  readonly incidents: readonly Incident[];
  /** An event to decide as well, with nothing pretended of it. */
  readonly eventId?: string;
  /** Only the pretended incidents exist, and nothing was decided yet. */
  readonly withoutStored: boolean;
}

/** Longest wait for what the node knows of an event that is gone. */
const HISTORY_MS = 2000;

/**
 * Decides every call of the events of some incidents as if these had come in now, with the code and on the view that
 * workers decide with. Reads store and chain, writes nothing, sends nothing. The decisions come by event, then by call;
 * their sequence and epoch are 0.
 * @throws BosError unavailable while the chain or the store cannot be seen
 */
export async function simulate(
  ctx: SimulateContext,
  accounts: OurAccounts,
  pretence: Pretence,
): Promise<readonly DecisionRecord[]> {
  const view = ctx.chain.state().connected ? ctx.chain.view() : undefined;
  if (!view) {
    const { problem, url } = ctx.chain.state();
    throw new BosError(
      'unavailable',
      `expected the state of the chain, got none: ${problem ?? `nothing was read from ${url} yet`}`,
    );
  }
  const [proposer, approver] = await Promise.all([accounts.proposer(), accounts.approver()]);
  const given = pretence.eventId === undefined ? [] : [pretence.eventId];
  const events = new Set([...pretence.incidents.map(({ eventId }) => eventId), ...given]);
  const decided = await Promise.all(
    [...events].map((eventId) => simulateEvent(ctx, { view, proposer, approver }, pretence, eventId)),
  );
  return decided.flat();
}

async function simulateEvent(
  ctx: SimulateContext,
  sight: {
    readonly view: ChainView;
    readonly proposer: AccountRef | undefined;
    readonly approver: AccountRef | undefined;
  },
  pretence: Pretence,
  eventId: string,
): Promise<readonly DecisionRecord[]> {
  const stored = pretence.withoutStored ? [] : await ctx.store.incidents.ofEvent(eventId);
  const latest = pretence.withoutStored ? new Map() : await ctx.store.decisions.latestOfEvent(eventId);
  const pretended = pretence.incidents.filter((incident) => incident.eventId === eventId);
  const incidents = together(stored, pretended);
  const history = await historyOf(ctx, latest, sight.view);
  const { data, normalizer } = ctx.sports.current();
  const settings = decideSettings(ctx.config);
  return CALLS.filter((call) => incidents.some((incident) => incident.call === call)).map((call) => ({
    ...decide({
      eventId,
      call,
      incidents,
      sports: data,
      normalizer,
      ...sight,
      settings,
      memory: sharedMemory(latest.get(call)?.memory ?? {}, latest),
      ...(history ? { history } : {}),
    }),
    eventId,
    call,
    sequence: 0,
    epoch: 0,
    decidedAt: ctx.clock.now(),
    worker: ctx.processId,
    softwareVersion: ctx.versions['bookie-oracle-suite'] ?? 'unknown',
  }));
}

async function historyOf(
  ctx: SimulateContext,
  latest: LatestDecisions,
  view: ChainView,
): Promise<readonly PastEvent[] | undefined> {
  const wanted = pastToLookUp(latest, view);
  if (!wanted) return undefined;
  const past = await ifInTime(ctx.clock, HISTORY_MS, () => ctx.chain.pastEvent(wanted.event, wanted.groups));
  return past && [past];
}

/** Incidents as the store would have them: one that is there already is reported once more. */
function together(
  stored: readonly StoredIncident[],
  pretended: readonly Incident[],
): readonly StoredIncident[] {
  const all = new Map(stored.map((incident) => [keyOf(incident), incident]));
  let position = Math.max(0, ...stored.map((incident) => incident.position));
  for (const incident of pretended) {
    const before = all.get(keyOf(incident));
    const sighting = sightingOf(incident);
    position += 1;
    all.set(keyOf(incident), {
      ...(before ?? { ...incident, position }),
      sightings: [...(before?.sightings ?? []), sighting],
      sentUniqueStrings: [
        ...new Set([
          ...(before?.sentUniqueStrings ?? []),
          ...(incident.sentUniqueString === undefined ? [] : [incident.sentUniqueString]),
        ]),
      ],
      seen: false,
    });
  }
  return [...all.values()];
}

function keyOf({ uniqueString, provider }: Incident): string {
  return JSON.stringify([uniqueString, provider]);
}

function sightingOf({ pushed, sentAt, receivedAt, sentUniqueString }: Incident): Sighting {
  return {
    receivedAt,
    ...(pushed ? { pushed } : {}),
    ...(sentAt ? { sentAt } : {}),
    ...(sentUniqueString === undefined ? {} : { sentUniqueString }),
  };
}
