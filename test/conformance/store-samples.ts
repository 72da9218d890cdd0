import type { Call, Incident } from '../../core/incidents/types.ts';
import type { AccountLogEntry, DecisionRecord } from '../../core/store/store.ts';

/** Noon of the day that the samples play on. */
export const NOON = new Date('2026-01-15T12:00:00Z');

/** `NOON` and some minutes more. */
export const minutes = (n: number): Date => new Date(NOON.getTime() + n * 60_000);

/** An accepted incident of match `match` ("a" to "z" make different events), reported by `provider`. */
export function sampleIncident(
  options: {
    match?: string;
    call?: Call;
    provider?: string;
    startTime?: Date;
    receivedAt?: Date;
    pushed?: Date;
    sent?: string;
    extra?: Record<string, unknown>;
  } = {},
): Incident {
  const { match = 'a', call = 'create', provider = 'one', startTime = minutes(24 * 60) } = options;
  const start = startTime.toISOString().replace('.000', '');
  const eventId = `${start.toLowerCase().replaceAll(':', '')}__hockey__league__${match}-home__${match}-away`;
  const uniqueString = `${eventId}__${call}__2026`;
  const receivedAt = options.receivedAt ?? NOON;
  return {
    body: {
      unique_string: uniqueString,
      timestamp: receivedAt.toISOString(),
      id: {
        sport: 'Hockey',
        event_group_name: 'League',
        start_time: start,
        home: `${match} home`,
        away: `${match} away`,
      },
      call,
      arguments: { season: '2026' },
      provider_info: { name: provider },
      ...options.extra,
    },
    eventId,
    call,
    provider,
    startTime,
    uniqueString,
    ...(options.sent !== undefined && { sentUniqueString: options.sent }),
    originalId: { sport: 'HOCKEY', home: `${match} Home`, nested: { kept: [1, 'two', null] } },
    ...(options.pushed && { pushed: options.pushed }),
    receivedAt,
  };
}

/** A decision that holds something in every field with a time, with `options` over it. */
export function sampleDecision(options: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    eventId: 'event',
    call: 'create',
    sequence: 1,
    epoch: 1,
    decidedAt: NOON,
    worker: 'worker-1',
    softwareVersion: '0.1.0',
    status: 'waiting',
    final: false,
    dependsOn: { objects: ['1.20.1'], proposals: true },
    reasons: [{ code: 'rank', text: 'waits for its rank' }],
    threshold: 2,
    counted: [{ uniqueString: 'x', provider: 'one' }],
    notCounted: [{ uniqueString: 'y', provider: 'two', reason: 'older' }],
    wanted: [],
    approvals: [{ proposal: '1.10.1', action: 'add', reason: 'wanted' }],
    refused: [],
    propose: { operations: [[22, { fee: { amount: 1, asset_id: '1.3.0' } }]], expiration: minutes(360) },
    memory: { waiting: { key: 'k', sinceBlock: 7 } },
    head: { number: 10, id: '0000000a', time: minutes(1) },
    sportsDigest: 'digest',
    rulesVersion: '1',
    ...options,
  };
}

/** An entry of an account's log before it has an outcome. */
export function sampleEntry(n: number, account = '1.2.7'): Omit<AccountLogEntry, 'outcome'> {
  return {
    account,
    n,
    kind: 'propose',
    holds: [`key-${n}`],
    decisions: [{ eventId: 'event', call: 'create', sequence: n }],
    operations: [[22, { proposed_ops: [] }]],
    transactionId: `id-${n}`,
    signature: `signature-${n}`,
    expiration: minutes(2),
    refBlock: 99,
    at: NOON,
  };
}
