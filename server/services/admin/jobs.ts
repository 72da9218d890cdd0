import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Context } from '../../../core/context.ts';
import { startPaging } from '../../../core/store/paging.ts';
import type { DecisionRecord, DueCall } from '../../../core/store/store.ts';
import { JobCause, type JobSchema, JobState } from '../../../gen/bos/v1/admin_pb.js';
import type { AdminService } from '../../../gen/bos/v1/admin_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { callOf, statusOf } from '../../map/calls.ts';
import { pageRequest } from '../../map/page.ts';
import { optionalTimestamp } from '../../map/time.ts';
import { jobId } from '../../use-cases/report-incident.ts';
import { timerNow } from '../../use-cases/timer-now.ts';

type Job = MessageInitShape<typeof JobSchema> & { readonly id: string };

/** Due calls, and events with failed ones, that are looked through. */
const LIMIT = 10_000;

const CAUSES: Readonly<Record<DueCall['causes'][number], JobCause>> = {
  incident: JobCause.INCIDENT,
  request: JobCause.REQUEST,
  timer: JobCause.TIMER,
  midway: JobCause.MIDWAY,
};

/** ListJobs: due calls in the order in which they will be taken, then those that wait, then failed ones. */
export function listJobs(
  ctx: Pick<Context, 'store' | 'chain' | 'clock'>,
): Implementation<typeof AdminService> {
  const allJobs = async (): Promise<Job[]> => {
    const { work, decisions, events } = ctx.store;
    const [due, unfinished, failed] = await Promise.all([
      work.due(timerNow(ctx), LIMIT),
      decisions.unfinished(),
      events.list({ statuses: ['unhandled_exception'] }, { pageSize: 1000 }),
    ]);
    const byId = new Map(unfinished.map((decision) => [idOf(decision), decision]));
    const dueIds = new Set(due.map(idOf));
    const isFailed = (decision: DecisionRecord) => decision.status === 'unhandled_exception';
    const failures = failed.items
      .flatMap((event) => event.calls.flatMap(({ decision }) => decision ?? []))
      .filter(isFailed);
    return [
      ...due.map((call) => dueJob(call, byId.get(idOf(call)))),
      ...unfinished.filter((one) => !dueIds.has(idOf(one)) && !isFailed(one)).map(delayedJob),
      ...failures.filter((one) => !dueIds.has(idOf(one))).map(failedJob),
    ];
  };

  return {
    async listJobs(request) {
      const { states, eventId } = request;
      const paging = startPaging(
        { list: 'jobs', filter: [states, eventId], key: ['number'] },
        pageRequest(request),
      );
      // Jobs have no lasting order: a page goes on at the place where the one before ended.
      const [from] = paging.after ?? [0];
      const found = (await allJobs()).filter(
        (job) =>
          (eventId === '' || job.eventId === eventId) &&
          (states.length === 0 || states.some((state) => state === job.state)),
      );
      const rows = found.slice(from, from + paging.limit).map((job, at) => ({ job, place: from + at + 1 }));
      const page = paging.page(
        rows,
        ({ place }) => [place],
        ({ job }) => job,
      );
      return { jobs: [...page.items], nextPageToken: page.nextPageToken ?? '' };
    },
  };
}

function idOf({ eventId, call }: Pick<DueCall, 'eventId' | 'call'>): string {
  return jobId(eventId, call);
}

function dueJob(due: DueCall, decision: DecisionRecord | undefined): Job {
  return {
    id: idOf(due),
    eventId: due.eventId,
    call: callOf(due.call),
    state: JobState.DUE,
    causes: due.causes.map((cause) => CAUSES[cause]),
    status: statusOf(decision?.status ?? 'unknown'),
    failures: decision?.memory.failures ?? 0,
  };
}

function delayedJob(decision: DecisionRecord): Job {
  const byBlock = decision.wakeAtBlock !== undefined || decision.wakeWhenIrreversible !== undefined;
  return {
    ...decidedJob(decision),
    state: JobState.DELAYED,
    causes: decision.retryAt ? [JobCause.TIMER] : byBlock ? [JobCause.BLOCK] : [],
    dueAt: optionalTimestamp(decision.retryAt),
  };
}

function failedJob(decision: DecisionRecord): Job {
  return {
    ...decidedJob(decision),
    state: JobState.FAILED,
    error: decision.reasons.map(({ text }) => text).join('; '),
  };
}

function decidedJob(decision: DecisionRecord) {
  return {
    id: idOf(decision),
    eventId: decision.eventId,
    call: callOf(decision.call),
    status: statusOf(decision.status),
    failures: decision.memory.failures ?? 0,
  };
}
