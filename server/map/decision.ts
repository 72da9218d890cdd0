import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ApprovalChange, IncidentRef, WantedOperation } from '../../core/decide/types.ts';
import type { AccountLogEntry, DecisionRecord } from '../../core/store/store.ts';
import {
  ApprovalAction,
  type DecisionSchema,
  type DecisionTransactionSchema,
  TransactionState,
  WantedState,
} from '../../gen/bos/v1/event_pb.js';
import { callOf, statusOf } from './calls.ts';
import { operationMessage } from './operation.ts';
import { optionalTimestamp, timestamp } from './time.ts';

const WANTED_STATES: Readonly<Record<WantedOperation['state'], WantedState>> = {
  on_chain: WantedState.ON_CHAIN,
  taken: WantedState.TAKEN,
  to_propose: WantedState.TO_PROPOSE,
  blocked: WantedState.BLOCKED,
};

const APPROVAL_ACTIONS: Readonly<Record<ApprovalChange['action'], ApprovalAction>> = {
  add: ApprovalAction.ADD,
  withdraw: ApprovalAction.WITHDRAW,
  keep: ApprovalAction.KEEP,
  poke: ApprovalAction.POKE,
};

/** A recorded decision with the transactions that carried it out, oldest first. */
export function decisionMessage(
  record: DecisionRecord,
  transactions: readonly AccountLogEntry[],
): MessageInitShape<typeof DecisionSchema> {
  return {
    eventId: record.eventId,
    call: callOf(record.call),
    sequence: record.sequence,
    epoch: record.epoch,
    decidedAt: timestamp(record.decidedAt),
    worker: record.worker,
    status: statusOf(record.status),
    final: record.final,
    alert: record.alert ?? '',
    retryAt: optionalTimestamp(record.retryAt),
    wakeAtBlock: record.wakeAtBlock ?? 0,
    wakeWhenIrreversible: record.wakeWhenIrreversible ?? 0,
    reasons: record.reasons.map(({ code, text }) => ({ code, text })),
    threshold: record.threshold ?? 0,
    counted: record.counted.map(incidentKey),
    notCounted: record.notCounted.map((ref) => ({ incident: incidentKey(ref), reason: ref.reason })),
    wanted: record.wanted.map(wantedMessage),
    approvals: record.approvals.map(({ proposal, action, reason }) => ({
      proposalId: proposal,
      action: APPROVAL_ACTIONS[action],
      reason,
    })),
    refused: record.refused.map(({ proposal, reason }) => ({ proposalId: proposal, reason })),
    proposed: (record.propose?.operations ?? []).map(operationMessage),
    basis: {
      sportsDigest: record.sportsDigest,
      rulesVersion: record.rulesVersion ?? '',
      softwareVersion: record.softwareVersion,
      headBlockNumber: record.head.number,
      headBlockId: record.head.id,
      headBlockTime: timestamp(record.head.time),
    },
    transactions: transactions.map(transactionMessage),
    proposalIds: [...(record.memory.proposals ?? [])],
  };
}

/** An incident by its key. */
export function incidentKey({ uniqueString, provider }: IncidentRef) {
  return { uniqueString, provider };
}

function wantedMessage(wanted: WantedOperation) {
  return {
    key: wanted.key,
    description: wanted.description,
    operation: operationMessage(wanted.operation),
    state: WANTED_STATES[wanted.state],
    where: wanted.where ?? '',
    reason: wanted.reason ?? '',
  };
}

function transactionMessage(entry: AccountLogEntry): MessageInitShape<typeof DecisionTransactionSchema> {
  const { account, n, transactionId, outcome } = entry;
  const base = { account, n, transactionId, expiration: timestamp(entry.expiration) };
  switch (outcome?.kind) {
    case undefined:
      return { ...base, state: TransactionState.UNRESOLVED };
    case 'included':
      return { ...base, state: TransactionState.INCLUDED, blockNumber: outcome.block };
    case 'refused':
      return { ...base, state: TransactionState.REFUSED, reason: outcome.reason };
    case 'expired':
      return { ...base, state: TransactionState.EXPIRED };
  }
}
