import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operationKeys } from '../../core/chain/operation-key.ts';
import { sharesHold } from '../../core/chain/submission.ts';
import type { Operation } from '../../core/chain/types.ts';
import { approvalContents, proposalContents } from '../../worker/submissions.ts';

const approver = { name: 'witness1', id: '1.2.18' };

describe('the transactions of a decision', () => {
  it('A: changing over is one transaction with the withdrawal first', () => {
    const contents = approvalContents(
      'a-match',
      [
        { proposal: '1.10.3', action: 'add', reason: 'the candidate' },
        { proposal: '1.10.2', action: 'withdraw', reason: 'a twin' },
        { proposal: '1.10.1', action: 'keep', reason: 'unchanged' },
      ],
      approver,
    );
    assert.deepEqual(contents?.holds, ['approvals:a-match', 'withdraw:1.10.2', 'approve:1.10.3']);
    assert.deepEqual(
      contents?.operations.map(([tag, fields]) => [
        tag,
        fields.proposal,
        fields.active_approvals_to_add,
        fields.active_approvals_to_remove,
      ]),
      [
        [23, '1.10.2', [], ['1.2.18']],
        [23, '1.10.3', ['1.2.18'], []],
      ],
    );
  });

  it('A: what is decided while a change of approvals is on its way has to wait, whichever proposals it is about', () => {
    const approve = (eventId: string, proposal: string) =>
      approvalContents(eventId, [{ proposal, action: 'add', reason: 'the candidate' }], approver)?.holds ??
      [];
    assert.equal(sharesHold(approve('a-match', '1.10.6'), approve('a-match', '1.10.7')), true);
    assert.equal(sharesHold(approve('a-match', '1.10.6'), approve('another', '1.10.8')), false);
  });

  it('B: a poke adds the approval again', () => {
    const contents = approvalContents(
      'a-match',
      [{ proposal: '1.10.3', action: 'poke', reason: 'it failed' }],
      approver,
    );
    assert.deepEqual(contents?.holds, ['approvals:a-match', 'approve:1.10.3']);
    assert.deepEqual(contents?.operations[0]?.[1].active_approvals_to_add, ['1.2.18']);
  });

  it('sends nothing for approvals that are kept', () => {
    assert.equal(
      approvalContents('a-match', [{ proposal: '1.10.3', action: 'keep', reason: 'unchanged' }], approver),
      undefined,
    );
  });

  it('wraps the operations in one proposal of the proposer and holds what they say', () => {
    const operations: readonly Operation[] = [
      [52, { fee: { amount: 0, asset_id: '1.3.0' }, name: [['en', 'Chess']], extensions: [] }],
    ];
    const contents = proposalContents(
      { operations, expiration: new Date('2026-01-15T18:00:00.400Z') },
      approver,
    );
    assert.deepEqual(contents?.operations, [
      [
        22,
        {
          fee: { amount: 0, asset_id: '1.3.0' },
          fee_paying_account: '1.2.18',
          expiration_time: '2026-01-15T18:00:00',
          proposed_ops: [{ op: operations[0] }],
          extensions: [],
        },
      ],
    ]);
    assert.deepEqual(contents?.holds, operationKeys(operations));
    assert.equal(proposalContents(undefined, approver), undefined);
  });
});
