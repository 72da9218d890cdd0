import { ConnectionError } from '../core/chain/node-error.ts';
import type { PastEvent } from '../core/chain/types.ts';
import { sharedMemory } from '../core/decide/memory.ts';
import type { Decision, DecisionCall, DecisionMemory } from '../core/decide/types.ts';
import { BosError } from '../core/errors.ts';
import type { DecisionRecord } from '../core/store/store.ts';
import { type Carried, carryOut, hasEffects } from './effects.ts';
import { isEndedByHand } from './ended-by-hand.ts';
import { connectionLost, unhandled } from './failure.ts';
import type { Parts } from './parts.ts';
import type { Job } from './run-event.ts';
import type { Sight } from './sight.ts';
import { wakeOf } from './wake-index.ts';

/*
 * One run of one call, in this order, so that a crash between any two steps loses nothing: decide; insert the decision
 * (the commit, and only when it says something new); mark what it read; carry it out. A crash before the insert leaves
 * the call due, one before the marking costs a second run, one before the effects leaves a decision that is not final,
 * which is taken up at the next start.
 */

/** How often an insert that came second is tried again before the run gives up. */
const MAX_INSERTS = 5;

/** A decision and the sequence under which it, or its equal, is recorded. */
interface Recorded {
  readonly decision: Decision;
  readonly sequence: number;
  /** What was remembered before it. */
  readonly before: DecisionMemory;
}

/** Why nothing was recorded: another worker has the event, or an operator ended the call. */
type NotRecorded = 'lost' | 'ended';

/**
 * Runs one call of the job. `lost`: another worker has the event, nothing more may be done for it.
 * @throws BosError unavailable when the store is away
 */
export async function runCall(parts: Parts, job: Job, call: DecisionCall): Promise<'ran' | 'lost'> {
  parts.tally.count('runs');
  const { sight } = job;
  if (!sight) return runBlind(parts, job, call, parts.eyes.problem());
  let recorded: Recorded | NotRecorded;
  try {
    const history = await job.history(sight.view);
    recorded = await record(parts, job, call, (latest) =>
      decideCall(parts, job, call, { sight, history, latest }),
    );
    if (typeof recorded === 'string') return standDown(parts, job, call, recorded);
    await settle(parts, job, call);
    const carried = await carry(parts, job, call, sight, recorded);
    if (carried.leaseLost) return 'lost';
    recorded = await learn(parts, job, call, recorded, carried);
    if (typeof recorded === 'string') return standDown(parts, job, call, recorded);
    watch(parts, job, call, recorded, sight, carried.pauseBlocks);
    return 'ran';
  } catch (error) {
    if (error instanceof BosError && error.kind === 'unavailable') throw error;
    if (error instanceof ConnectionError) return runBlind(parts, job, call, error.message);
    return runFailed(parts, job, call, sight, error);
  }
}

/** Without a node: what is due is marked `connection_lost`, once; nothing is read as seen, so it all stays due. */
async function runBlind(
  parts: Parts,
  job: Job,
  call: DecisionCall,
  problem: string,
): Promise<'ran' | 'lost'> {
  if (!job.due.has(call)) {
    const latest = job.latest.get(call);
    if (latest) parts.waker.note(wakeOf(latest, latest), undefined);
    return 'ran';
  }
  const { ctx, eyes } = parts;
  const now = eyes.now();
  const recorded = await record(parts, job, call, (latest) => {
    if (latest?.status === 'connection_lost') return latest;
    const retryAt = new Date(now.getTime() + ctx.config.scheduler.intervalMs);
    return connectionLost(failureContext(parts, latest, undefined), problem, retryAt);
  });
  if (typeof recorded === 'string') return standDown(parts, job, call, recorded);
  watch(parts, job, call, recorded, undefined);
  return 'ran';
}

/** Our own code threw: told in the status, retried or given up, with the stack in the log only. */
async function runFailed(
  parts: Parts,
  job: Job,
  call: DecisionCall,
  sight: Sight,
  error: unknown,
): Promise<'ran' | 'lost'> {
  const { ctx, judgement, eyes } = parts;
  parts.tally.count('unhandled_exceptions');
  ctx.log.error({ eventId: job.eventId, call, err: error }, 'a call failed in our own code');
  const when = {
    now: eyes.now(),
    unhandledMs: ctx.config.expirations.unhandledMs,
    random: judgement.random(),
  };
  const recorded = await record(parts, job, call, (latest) =>
    unhandled(failureContext(parts, latest, sight), error, when),
  );
  if (typeof recorded === 'string') return standDown(parts, job, call, recorded);
  await settle(parts, job, call);
  watch(parts, job, call, recorded, sight);
  return 'ran';
}

/** Decides; a failure before stays remembered until effects have gone through, so that it counts as one in a row. */
function decideCall(
  parts: Parts,
  job: Job,
  call: DecisionCall,
  on: {
    readonly sight: Sight;
    readonly history: readonly PastEvent[] | undefined;
    readonly latest: DecisionRecord | undefined;
  },
): Decision {
  const { sight, history, latest } = on;
  const { ctx, judgement } = parts;
  const memory = sharedMemory(latest?.memory ?? {}, job.latest);
  const sports = ctx.sports.current();
  const decision = judgement.decide({
    eventId: job.eventId,
    call,
    incidents: job.incidents,
    sports: sports.data,
    normalizer: sports.normalizer,
    view: sight.view,
    settings: judgement.settings,
    proposer: sight.proposer,
    approver: sight.approver,
    memory,
    ...(history ? { history } : {}),
  });
  const failures = hasEffects(decision) ? memory.failures : undefined;
  return { ...decision, memory: withFailures(decision.memory, failures) };
}

function withFailures(memory: DecisionMemory, failures: number | undefined): DecisionMemory {
  const { failures: _, ...rest } = memory;
  return failures ? { ...rest, failures } : rest;
}

/** Where a decision that could not be made stands: on the view if there is one, else where the one before stood. */
function failureContext(parts: Parts, latest: DecisionRecord | undefined, sight: Sight | undefined) {
  return {
    memory: latest?.memory ?? {},
    head: sight?.view.head ?? latest?.head ?? { number: 0, id: '', time: parts.eyes.now() },
    sportsDigest: parts.ctx.sports.current().data.digest,
  };
}

/**
 * Inserts the decision as the next of its call unless the latest says the same. When somebody else was first, decides
 * again on what they left, unless an operator left it as ended.
 */
async function record(
  parts: Parts,
  job: Job,
  call: DecisionCall,
  make: (latest: DecisionRecord | undefined) => Decision,
): Promise<Recorded | NotRecorded> {
  const { ctx, judgement } = parts;
  for (let attempt = 0; attempt < MAX_INSERTS; attempt += 1) {
    const latest = await ctx.store.decisions.latest(job.eventId, call);
    if (isEndedByHand(latest, job, call)) return 'ended';
    const decision = make(latest);
    const before = latest?.memory ?? {};
    if (latest && judgement.essence(latest) === judgement.essence(decision)) {
      return { decision, sequence: latest.sequence, before };
    }
    if (!(await job.lease.confirm())) return 'lost';
    const sequence = (latest?.sequence ?? 0) + 1;
    const inserted = await ctx.store.decisions.insert({
      ...decision,
      eventId: job.eventId,
      call,
      sequence,
      epoch: job.lease.epoch,
      decidedAt: ctx.clock.now(),
      worker: ctx.processId,
      softwareVersion: ctx.versions['bookie-oracle-suite'] ?? 'unknown',
    });
    if (inserted) {
      parts.tally.count('decisions');
      return { decision, sequence, before };
    }
  }
  throw new BosError(
    'conflict',
    `expected to record a decision of ${call} for ${job.eventId}, others were first ${MAX_INSERTS} times`,
  );
}

/** Marks exactly the incidents that were read and answers exactly the requests that were there. */
async function settle(parts: Parts, job: Job, call: DecisionCall): Promise<void> {
  await markRead(parts, job, call);
  const asked = job.requests.filter((request) => request.call === call);
  if (asked.length > 0) await parts.ctx.store.work.answer(asked.map((request) => request.id));
}

async function markRead(parts: Parts, job: Job, call: DecisionCall): Promise<void> {
  const read = job.incidents.filter((incident) => incident.call === call && !incident.seen);
  if (read.length > 0) await parts.ctx.store.incidents.markSeen(read);
}

/** Leaves the call. One that was ended by hand has read all its incidents; requests stay, one may be newer than that. */
async function standDown(
  parts: Parts,
  job: Job,
  call: DecisionCall,
  why: NotRecorded,
): Promise<'ran' | 'lost'> {
  if (why === 'lost') return 'lost';
  await markRead(parts, job, call);
  parts.waker.forget(job.eventId, call);
  return 'ran';
}

async function carry(
  parts: Parts,
  job: Job,
  call: DecisionCall,
  sight: Sight,
  { decision, sequence }: Recorded,
): Promise<Carried> {
  if (!hasEffects(decision)) return { pauseBlocks: 0, approvalsTaken: true, leaseLost: false };
  const { ctx, tally } = parts;
  return carryOut(
    { broadcaster: ctx.broadcaster, clock: ctx.clock, log: ctx.log, tally },
    {
      decision,
      sight,
      recorded: { eventId: job.eventId, call, sequence },
      lease: { eventId: job.eventId, epoch: job.lease.epoch },
    },
  );
}

/**
 * Remembers what the effects taught: they went through, so the next failure is a first one again; approvals that were
 * not tried leave the pokes as they were (agreement rule B counts tries, and signing may be off).
 */
async function learn(
  parts: Parts,
  job: Job,
  call: DecisionCall,
  recorded: Recorded,
  carried: Carried,
): Promise<Recorded | NotRecorded> {
  const { decision, before } = recorded;
  if (decision.memory.failures === undefined && carried.approvalsTaken) return recorded;
  const { pokes, ...rest } = withFailures(decision.memory, undefined);
  const tried = carried.approvalsTaken ? pokes : before.pokes;
  return record(parts, job, call, () => ({ ...decision, memory: tried ? { ...rest, pokes: tried } : rest }));
}

/** Tells the waker what the call waits for; numbered blocks not before `pauseBlocks` after the view. */
function watch(
  parts: Parts,
  job: Job,
  call: DecisionCall,
  { decision, sequence }: Recorded,
  sight: Sight | undefined,
  pauseBlocks = 0,
): void {
  if (decision.final) {
    parts.waker.forget(job.eventId, call);
    return;
  }
  const wake = wakeOf({ eventId: job.eventId, call, sequence }, decision);
  const notBefore = (sight?.view.head.number ?? 0) + pauseBlocks;
  parts.waker.note(
    wake.atBlock === undefined ? wake : { ...wake, atBlock: Math.max(wake.atBlock, notBefore) },
    sight?.view,
  );
}
