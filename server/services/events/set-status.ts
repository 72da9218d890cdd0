import type { Context } from '../../../core/context.ts';
import { NOTHING } from '../../../core/decide/decision.ts';
import type { CallStatus } from '../../../core/decide/types.ts';
import { BosError } from '../../../core/errors.ts';
import type { Call, StoredIncident } from '../../../core/incidents/types.ts';
import type { DecisionRecord, WorkRequest } from '../../../core/store/store.ts';
import type { EventService } from '../../../gen/bos/v1/event_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { decidedCallText, statusText } from '../../map/calls.ts';
import { eventCallMessage } from '../../map/event.ts';
import { findEvent } from '../../use-cases/find-event.ts';

/** How often an insert that came second is tried again. */
const MAX_INSERTS = 5;

type SetContext = Pick<Context, 'store' | 'chain' | 'clock' | 'sports' | 'versions' | 'log'>;

/** What a decision of an operator stands on; all of it is settled by the decision. */
interface Read {
  readonly latest: DecisionRecord | undefined;
  readonly incidents: readonly StoredIncident[];
  readonly requests: readonly WorkRequest[];
}

/**
 * SetCallStatus: a decision by hand, recorded as the next of its call. `manually_finalized` is the one status that can
 * be set: nothing more is done for the call, whatever the chain does, until an incident comes that was not there, a
 * known one is reported again, or somebody asks for it (ResendIncidents, ReplayEvent). What the call remembers is kept,
 * so that it goes on from there. No transaction is made: open proposals that we approved for the call keep our
 * approval, and what a worker had recorded just before may still be sent. Other calls of the event are decided as ever,
 * and may withdraw such an approval as far as they un-want what it is for (agreement rule N).
 *
 * No lease is taken: the unique sequence is the commit, and the decision carries the epoch of the one before (0 for a
 * first one). A worker that decides at the same moment comes second and finds the call ended.
 */
export function setCallStatus(ctx: SetContext): Implementation<typeof EventService> {
  const { store, clock, log } = ctx;

  /** The decision first: whatever that one had read is then among the incidents. */
  const read = async (eventId: string, call: Call): Promise<Read> => {
    const latest = await store.decisions.latest(eventId, call);
    const [incidents, requests] = await Promise.all([
      store.incidents.ofEvent(eventId),
      store.work.requests(eventId),
    ]);
    return {
      latest,
      incidents: incidents.filter((incident) => incident.call === call),
      requests: requests.filter((request) => request.call === call),
    };
  };
  const recordOf = (eventId: string, call: Call, on: Read, reason: string): DecisionRecord => {
    const now = clock.now();
    const head = ctx.chain.view()?.head ?? on.latest?.head ?? { number: 0, id: '', time: now };
    return {
      eventId,
      call,
      sequence: (on.latest?.sequence ?? 0) + 1,
      epoch: on.latest?.epoch ?? 0,
      decidedAt: now,
      worker: 'operator',
      softwareVersion: ctx.versions['bookie-oracle-suite'] ?? 'unknown',
      status: 'manually_finalized',
      final: true,
      ...NOTHING,
      reasons: [{ code: 'set_by_operator', text: reason || 'set by an operator' }],
      // By these a worker tells the incidents that came afterwards.
      notCounted: on.incidents.map(({ uniqueString, provider }) => ({
        uniqueString,
        provider,
        reason: 'the status was set by an operator',
      })),
      memory: on.latest?.memory ?? {},
      head: { number: head.number, id: head.id, time: head.time },
      sportsDigest: ctx.sports.current().data.digest,
    };
  };
  const record = async (eventId: string, call: Call, reason: string): Promise<Read> => {
    for (let attempt = 0; attempt < MAX_INSERTS; attempt += 1) {
      const on = await read(eventId, call);
      if (await store.decisions.insert(recordOf(eventId, call, on, reason))) return on;
    }
    throw new BosError(
      'conflict',
      `expected to record the status of ${call} for "${eventId}", workers were first ${MAX_INSERTS} times: try again`,
    );
  };
  /** As after a decision of a worker: what it knew makes the call due no more. */
  const settle = async ({ incidents, requests }: Read): Promise<void> => {
    const unseen = incidents.filter(({ seen }) => !seen);
    if (unseen.length > 0) await store.incidents.markSeen(unseen);
    if (requests.length > 0) await store.work.answer(requests.map(({ id }) => id));
  };
  /** @throws BosError not_found when the event is unknown or has no incident of the call */
  const findCall = async (eventId: string, call: Call) => {
    const { calls } = await findEvent(ctx, eventId);
    const reported = calls.filter(({ incidents }) => incidents.length > 0);
    const found = reported.find((one) => one.call === call);
    if (found) return found;
    throw new BosError(
      'not_found',
      `the event "${eventId}" has no incident of ${call}, so there is nothing to end; it has some of ${reported.map((one) => one.call).join(', ')}`,
    );
  };

  return {
    async setCallStatus({ eventId, call: named, status: wanted, reason }) {
      const call = decidedCallText(named, 'call');
      refuseAllBut('manually_finalized', statusText(wanted, 'status'));
      await findCall(eventId, call);
      await settle(await record(eventId, call, reason.trim()));
      log.info({ eventId, call, reason }, 'an operator ended a call');
      return { eventCall: eventCallMessage(await findCall(eventId, call)) };
    },
  };
}

/** @throws BosError invalid, with what is allowed and why */
function refuseAllBut(allowed: CallStatus, wanted: CallStatus): void {
  if (wanted === allowed) return;
  throw new BosError(
    'invalid',
    `expected the status ${allowed}, got ${wanted}: the others say what the oracle found and whether it goes on, so only a decision of its own gives them; ReplayEvent has the call decided again`,
    { field: 'status' },
  );
}
