import { ObjectId } from 'mongodb';
import type { DecisionRecord } from '../store.ts';
import { type DecisionDocument, documentKey } from './collections.ts';

/** The document of a new decision. */
export function toDecisionDocument(record: DecisionRecord): DecisionDocument {
  const { eventId, call, sequence } = record;
  return {
    _id: documentKey(eventId, call, sequence),
    event: eventId,
    call,
    sequence,
    current: true,
    status: record.status,
    final: record.final,
    retryAt: record.retryAt ?? null,
    decidedAt: record.decidedAt,
    order: new ObjectId(),
    record: JSON.stringify(record),
  };
}

/** A decision from its JSON: dates are text there. */
export function toDecisionRecord({ record }: Pick<DecisionDocument, 'record'>): DecisionRecord {
  const { retryAt, propose, ...rest } = JSON.parse(record);
  return {
    ...rest,
    ...(retryAt && { retryAt: new Date(retryAt) }),
    ...(propose && { propose: { ...propose, expiration: new Date(propose.expiration) } }),
    decidedAt: new Date(rest.decidedAt),
    head: { ...rest.head, time: new Date(rest.head.time) },
  };
}
