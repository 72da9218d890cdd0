import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Context } from '../../../core/context.ts';
import type { FailedRun } from '../../../core/queue/queue.ts';
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
import { failedDecisions, failedRuns, isFailed } from './failed.ts';

type Job = MessageInitShape<typeof JobSchema> & { readonly id: string; readonly eventId: string };

/** Due calls that are looked through. */
const LIMIT = 10_000;

const CAUSES: Readonly<Record<DueCall['causes'][number], JobCause>> = {
  incident: JobCause.INCIDENT,
  request: JobCause.REQUEST,
  timer: JobCause.TIMER,
  midway: JobCause.MIDWAY,
};

/**
 * ListJobs: due calls in the order in which they will be taken, then those that wait, then failed ones. A call that is
 * due or waits counts as failed where the latest run of its event threw, until it is retried or a run ends well.
 */
export function listJobs(
  ctx: Pick<Context, 'store' | 'queue' | 'chain' | 'clock' | 'sports'>,
): Implementation<typeof AdminService> {
  const allJobs = async (): Promise<Job[]> => {
    const { work, decisions } = ctx.store;
    const [due, unfinished, failed, runs] = await Promise.all([
      work.due(timerNow(ctx), LIMIT),
      decisions.unfinished(),
      failedDecisions(ctx),
      failedRuns(ctx),
    ]);
    const byId = new Map(unfinished.map((decision) => [idOf(decision), decision]));
    const dueIds = new Set(due.map(idOf));
    const jobs = [
      ...due.map((call) => dueJob(call, byId.get(idOf(call)))),
      ...unfinished.filter((one) => !dueIds.has(idOf(one)) && !isFailed(one)).map(delayedJob),
      ...failed.filter((one) => !dueIds.has(idOf(one))).map(failedJob),
    ].map((job) => afterRun(job, runs.get(job.eventId)));
    return [
      ...jobs.filter((job) => job.state !== JobState.FAILED),
      ...jobs.filter((job) => job.state === JobState.FAILED),
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

/** A job as it stands after the latest run of its event threw. */
function afterRun(job: Job, run: FailedRun | undefined): Job {
  if (run === undefined || job.state === JobState.FAILED) return job;
  return { ...job, state: JobState.FAILED, causes: [], error: run.message, failures: run.times };
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
