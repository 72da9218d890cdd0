import {
  ApprovalAction,
  type Decision,
  type DecisionTransaction,
  TransactionState,
  WantedState,
} from '../../gen/bos/v1/event_pb.js';
import { callText, fields, standing, when } from './text.ts';

/** How much of a digest people need to tell two apart. */
const DIGEST_LENGTH = 12;

const wordsOf = (enumName: string | undefined) => (enumName ?? '').toLowerCase().replaceAll('_', ' ');

function inParentheses(text: string): string {
  return text === '' ? '' : ` (${text})`;
}

function transactionText(transaction: DecisionTransaction): string {
  const { account, n, transactionId, state, blockNumber, reason } = transaction;
  const block = blockNumber === 0 ? '' : ` in block ${blockNumber}`;
  return `${account} ${n}  ${transactionId}  ${wordsOf(TransactionState[state])}${block}${inParentheses(reason)}`;
}

function againText({ final, retryAt, wakeAtBlock, wakeWhenIrreversible }: Decision): string {
  if (final) return '';
  return [
    ...(retryAt === undefined ? [] : [`at ${when(retryAt)}`]),
    ...(wakeAtBlock === 0 ? [] : [`at block ${wakeAtBlock}`]),
    ...(wakeWhenIrreversible === 0 ? [] : [`when block ${wakeWhenIrreversible} is irreversible`]),
  ].join('\n');
}

function decidedText({ sequence, epoch, decidedAt, worker }: Decision): string {
  return sequence === 0
    ? 'not at all: this is pretended'
    : `${when(decidedAt)} by ${worker} (decision ${sequence}, lease ${epoch})`;
}

function basisText({ basis }: Decision): string {
  if (basis === undefined) return '';
  return [
    `block ${basis.headBlockNumber} of ${when(basis.headBlockTime)}`,
    `sports data ${basis.sportsDigest.slice(0, DIGEST_LENGTH)}`,
    ...(basis.rulesVersion === '' ? [] : [`rules ${basis.rulesVersion}`]),
    `software ${basis.softwareVersion}`,
  ].join(', ');
}

/** One decision for people: what it is, why, what counted, what was wanted, found, proposed, approved and refused. */
export function decisionText(decision: Decision): string {
  const { counted, threshold, proposed } = decision;
  return fields([
    ['call', callText(decision.call)],
    ['status', standing(decision)],
    ['why', decision.reasons.map(({ text }) => text).join('\n')],
    ['alert', decision.alert],
    ['providers', threshold === 0 ? '' : `${counted.length} of ${threshold} needed`],
    ['counted', counted.map(({ provider, uniqueString }) => `${provider}  ${uniqueString}`).join('\n')],
    [
      'not counted',
      decision.notCounted
        .map(
          ({ incident, reason }) =>
            `${incident?.provider ?? ''}  ${incident?.uniqueString ?? ''}${inParentheses(reason)}`,
        )
        .join('\n'),
    ],
    [
      'wanted',
      decision.wanted
        .map(({ description, state, where, reason }) => {
          const place = where === '' ? '' : ` ${where}`;
          return `${description}: ${wordsOf(WantedState[state])}${place}${inParentheses(reason)}`;
        })
        .join('\n'),
    ],
    ['to propose', proposed.map(({ name, json }, n) => `${n}  ${name} ${json}`).join('\n')],
    [
      'approvals',
      decision.approvals
        .map(
          ({ proposalId, action, reason }) =>
            `${wordsOf(ApprovalAction[action])} ${proposalId}${inParentheses(reason)}`,
        )
        .join('\n'),
    ],
    [
      'refused',
      decision.refused.map(({ proposalId, reason }) => `${proposalId}${inParentheses(reason)}`).join('\n'),
    ],
    ['proposals', decision.proposalIds.join(', ')],
    ['sent', decision.transactions.map(transactionText).join('\n')],
    ['again', againText(decision)],
    ['decided', decidedText(decision)],
    ['on', basisText(decision)],
  ]);
}

/** Decisions for people, one below the other, each event under its id. */
export function decisionsText(decisions: readonly Decision[]): string {
  if (decisions.length === 0) return '(none)';
  const ids = [...new Set(decisions.map(({ eventId }) => eventId))];
  return ids
    .map((id) =>
      [`event  ${id}`, ...decisions.filter(({ eventId }) => eventId === id).map(decisionText)].join('\n\n'),
    )
    .join('\n\n');
}
