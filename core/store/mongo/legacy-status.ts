import { NOTHING } from '../../decide/decision.ts';
import { CALL_STATUSES, type CallStatus, legacyStatusText } from '../../decide/types.ts';
import { CALLS, type Call } from '../../incidents/types.ts';
import type { DecisionRecord } from '../store.ts';

/** The status of a call in an event document of the Python suite (oracle reference 3). */
export interface LegacyStatus {
  readonly status: CallStatus;
  readonly proposals: readonly string[];
  readonly actions: readonly ('proposal' | 'approval')[];
  readonly expiration?: Date;
  readonly details?: string;
}

/** Who made the decisions that stand for statuses which we took over. */
const PYTHON_SUITE = 'Python suite';

/** After these the Python suite does nothing more, nor do we: the call stays as it is. */
const FINAL: readonly CallStatus[] = ['done', 'manually_finalized', 'create_too_old'];

const BY_TEXT: ReadonlyMap<string, CallStatus> = new Map(
  CALL_STATUSES.map((status) => [legacyStatusText(status), status] as const).filter(
    // Two of ours share the text `unknown`, which means that there is nothing to take over.
    ([text]) => text !== legacyStatusText('unknown'),
  ),
);

/** Reads the statuses of an event document; calls that were never processed, and texts that nobody knows, are left out. */
export function legacyStatuses(event: Readonly<Record<string, unknown>>): ReadonlyMap<Call, LegacyStatus> {
  const found = new Map<Call, LegacyStatus>();
  for (const call of CALLS) {
    const status = readStatus(fieldOf(event[call], 'status'));
    if (status) found.set(call, status);
  }
  return found;
}

/** Whether the Python suite was finished with the call. */
export function isFinal({ status }: LegacyStatus): boolean {
  return FINAL.includes(status);
}

/** The decision that stands for a status that we took over; ours follow from sequence 2. */
export function takenOverDecision(
  eventId: string,
  call: Call,
  legacy: LegacyStatus,
  decidedAt: Date,
): DecisionRecord {
  const text = legacyStatusText(legacy.status);
  return {
    eventId,
    call,
    sequence: 1,
    epoch: 0,
    decidedAt,
    worker: PYTHON_SUITE,
    softwareVersion: 'taken over',
    status: legacy.status,
    final: isFinal(legacy),
    ...(legacy.expiration && !isFinal(legacy) && { retryAt: legacy.expiration }),
    ...NOTHING,
    reasons: [
      {
        code: 'taken_over',
        text: `the Python suite left this call as "${text}"${legacy.details === undefined ? '' : `: ${legacy.details}`}`,
      },
    ],
    memory: { proposals: legacy.proposals, actions: legacy.actions },
    head: { number: 0, id: '', time: new Date(0) },
    sportsDigest: '',
  };
}

/** Whether the decision stands for a status that we took over. */
export function isTakenOver({ worker }: DecisionRecord): boolean {
  return worker === PYTHON_SUITE;
}

/** The status as the Python suite writes it. */
export function toLegacyStatus(record: DecisionRecord): Readonly<Record<string, unknown>> {
  const { status, memory, retryAt, alert } = record;
  return {
    name: legacyStatusText(status),
    ...(memory.proposals?.length && { proposals: [...memory.proposals] }),
    ...(memory.actions?.length && { actions: [...memory.actions] }),
    ...(retryAt && { expiration: retryAt.getTime() / 1000 }),
    ...(alert !== undefined && { details: alert }),
  };
}

function readStatus(value: unknown): LegacyStatus | undefined {
  const status = BY_TEXT.get(textOf(value) ?? textOf(fieldOf(value, 'name')) ?? '');
  if (!status) return undefined;
  const expiration = fieldOf(value, 'expiration');
  const details = textOf(fieldOf(value, 'details'));
  return {
    status,
    proposals: textsOf(fieldOf(value, 'proposals')),
    actions: textsOf(fieldOf(value, 'actions')).filter(
      (action) => action === 'proposal' || action === 'approval',
    ),
    // Seconds, with a fraction.
    ...(typeof expiration === 'number' && { expiration: new Date(Math.round(expiration * 1000)) }),
    ...(details !== undefined && { details }),
  };
}

function fieldOf(value: unknown, key: string): unknown {
  // Any object may be asked for a key; what is found is checked by the caller.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string') : [];
}
