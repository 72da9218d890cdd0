import { nearest } from '../../core/config/nearest.ts';
import { CALL_STATUSES } from '../../core/decide/types.ts';
import { CALLS } from '../../core/incidents/types.ts';
import { JobState } from '../../gen/bos/v1/admin_pb.js';
import { Call, CallStatus } from '../../gen/bos/v1/call_pb.js';
import { ProposalState } from '../../gen/bos/v1/proposal_pb.js';
import { CommandFailure } from './failure.ts';

function oneOf(what: string, known: readonly string[], given: string): never {
  const meant = nearest(given, known);
  throw new CommandFailure(
    2,
    `expected ${what}: one of ${known.join(', ')}, got "${given}"${meant === undefined ? '' : `: did you mean "${meant}"?`}`,
  );
}

/** The call that a text names. */
export function callArgument(text: string): Call {
  const name = CALLS.find((call) => call === text) ?? oneOf('a call', CALLS, text);
  // The names of the proto enum are the calls in capitals; a test compares them.
  return Call[name.toUpperCase() as keyof typeof Call];
}

/** The status that a text names, with blanks or underscores. */
export function statusArgument(text: string): CallStatus {
  const known = CALL_STATUSES.find((status) => status === text.toLowerCase().replaceAll(' ', '_'));
  const name = known ?? oneOf('a status', CALL_STATUSES, text);
  // As above.
  return CallStatus[name.toUpperCase() as keyof typeof CallStatus];
}

/** An instant from RFC 3339 or `YYYY-MM-DD` (midnight UTC); undefined when absent. */
export function timeArgument(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const shaped = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/i.test(text);
  const time = new Date(text);
  if (shaped && !Number.isNaN(time.getTime())) return time;
  throw new CommandFailure(
    2,
    `expected ${name} as 2026-03-01 or 2026-03-01T19:00:00Z, got "${text}": write it like that`,
  );
}

const PROPOSAL_STATES = ['open', 'executed', 'failed', 'expired', 'gone'] as const;

/** The state of proposals that a text names. */
export function proposalStateArgument(text: string): ProposalState {
  const name = PROPOSAL_STATES.find((state) => state === text) ?? oneOf('a state', PROPOSAL_STATES, text);
  // As above.
  return ProposalState[name.toUpperCase() as keyof typeof ProposalState];
}

const JOB_STATES = ['due', 'running', 'delayed', 'failed'] as const;

/** The state of jobs that a text names. */
export function jobStateArgument(text: string): JobState {
  const name = JOB_STATES.find((state) => state === text) ?? oneOf('a state', JOB_STATES, text);
  // As above.
  return JobState[name.toUpperCase() as keyof typeof JobState];
}
