import type { Context } from '../../../core/context.ts';
import type { DecisionCall } from '../../../core/decide/types.ts';
import { BosError } from '../../../core/errors.ts';
import { CALLS } from '../../../core/incidents/types.ts';
import type { AdminService } from '../../../gen/bos/v1/admin_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { askForRuns, type EventCall } from '../../use-cases/ask-for-runs.ts';
import { timerNow } from '../../use-cases/timer-now.ts';
import { failedDecisions, failedRuns, isFailed } from './failed.ts';

const DECISION_CALLS: readonly DecisionCall[] = [...CALLS, 'sync'];

/** RetryJobs: a stored wish per call for a new decision, as by a resend. */
export function retryJobs(ctx: Context): Implementation<typeof AdminService> {
  const { store, queue, log } = ctx;

  /** Calls of an event that are due, unfinished or given up. */
  const jobsOf = async (eventId: string): Promise<readonly EventCall[]> => {
    const [due, latest] = await Promise.all([
      store.work.dueOfEvent(eventId, timerNow(ctx)),
      store.decisions.latestOfEvent(eventId),
    ]);
    const open = [...latest.values()].filter((decision) => !decision.final || isFailed(decision));
    const calls = new Set([...due, ...open].map(({ call }) => call));
    return [...calls].map((call) => ({ eventId, call }));
  };
  const named = async (ids: readonly string[]): Promise<readonly EventCall[]> => {
    const found = await Promise.all(
      ids.map(async (id) => {
        const wanted = readJobId(id);
        const jobs = wanted ? await jobsOf(wanted.eventId) : [];
        return jobs.find(({ call }) => call === wanted?.call);
      }),
    );
    const unknown = ids.filter((_, at) => found[at] === undefined);
    if (unknown.length > 0) {
      throw new BosError(
        'not_found',
        `no job is due, delayed or failed under ${unknown.map((id) => `"${id}"`).join(', ')}; nothing was retried: ListJobs tells those that are, ResendIncidents has finished calls decided again`,
        { unknown },
      );
    }
    return found.flatMap((job) => job ?? []);
  };
  const allFailed = async (): Promise<readonly EventCall[]> => {
    const [decisions, runs] = await Promise.all([failedDecisions(ctx), failedRuns(ctx)]);
    const ofRuns = await Promise.all([...runs.keys()].map(jobsOf));
    return [...decisions, ...ofRuns.flat()];
  };
  /** Once retried a failed run is history. A queue that is away keeps it; the next run of the event settles it. */
  const forget = async (eventIds: readonly string[]): Promise<void> => {
    try {
      await queue.forgetFailures(eventIds);
    } catch (error) {
      log.warn({ err: error }, 'the queue still counts runs as failed that were retried');
    }
  };

  return {
    async retryJobs({ jobIds, allFailed: all }) {
      if (all === jobIds.length > 0) {
        throw new BosError(
          'invalid',
          `expected either job_ids or all_failed, got ${all ? 'both' : 'neither'}`,
          { field: 'job_ids' },
        );
      }
      const found = all ? await allFailed() : await named(jobIds);
      // Forgotten before the new runs, which may fail as well.
      const retried = await askForRuns(ctx, found, 'resend', forget);
      log.info({ jobs: retried.length }, 'jobs were retried by an operator');
      return { jobIds: retried };
    },
  };
}

/** The parts of `<id_string>:<call>`; undefined for anything else. An id_string may hold colons itself. */
function readJobId(id: string): EventCall | undefined {
  const at = id.lastIndexOf(':');
  const call = DECISION_CALLS.find((known) => known === id.slice(at + 1));
  return at > 0 && call !== undefined ? { eventId: id.slice(0, at), call } : undefined;
}
