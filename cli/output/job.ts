import { type Job, JobCause, JobState } from '../../gen/bos/v1/admin_pb.js';
import { statusText, when } from './text.ts';

/** Heads of the columns of `jobRow`. */
export const JOB_HEAD = ['job', 'state', 'status', 'why', 'due', 'failures', 'error'];

/** A job in a row: what it is, how it stands and why; the error last, since it may be long. */
export function jobRow(job: Job): string[] {
  return [
    job.id,
    (JobState[job.state] ?? '').toLowerCase(),
    statusText(job.status),
    job.causes.map((cause) => (JobCause[cause] ?? '').toLowerCase()).join(', '),
    when(job.dueAt),
    job.failures === 0 ? '' : String(job.failures),
    job.error,
  ];
}
