import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectLegacyPeer } from '../support/legacy-peer.ts';
import { quickClock } from '../support/quick-clock.ts';
import {
  allFinal,
  assertEachOnce,
  assertNoErrors,
  assertNothingProposedTwice,
  assertOneApprovalAmongTwins,
  operationsFor,
  proposedBy,
  report,
  transactionsBy,
  tree,
} from './agreement/findings.ts';
import { aMatch, eventIdOf } from './agreement/match.ts';
import { openStage } from './agreement/stage.ts';

describe('with legacy peers', () => {
  it('A: a twin that races ours is not doubled', async () => {
    await using stage = await openStage();
    const match = aMatch();
    const operations = await operationsFor(stage, match);
    await report(stage, match);
    await stage.blocksUntil('a proposal of ours', () => stage.devnet.chain.proposals().length > 0);
    // In the same block as ours, as on another node.
    await stage.peers[0].propose(operations, { raced: true });
    await stage.blocks(1);
    const { number } = stage.devnet.chain.head();
    assert.equal(stage.devnet.chain.block(number)?.transactions.length, 2, 'both are in one block');
    await stage.blocksUntil('final decisions everywhere', async () => {
      for (const peer of stage.peers) await peer.approveEqual(operations);
      assertOneApprovalAmongTwins(stage);
      return allFinal(stage, match);
    });
    await stage.blocks(10);
    assertOneApprovalAmongTwins(stage);
    assertEachOnce(stage.devnet);
    assertNothingProposedTwice(stage);
    assertNoErrors(stage);
  });

  it('A: twins of peers alone, in one block, are not doubled', async () => {
    await using stage = await openStage();
    const match = aMatch();
    const operations = await operationsFor(stage, match);
    await stage.peers[0].propose(operations, { raced: true });
    await stage.peers[1].propose(operations, { raced: true });
    await report(stage, match);
    await stage.blocksUntil('final decisions everywhere', async () => {
      for (const peer of stage.peers) await peer.approveEqual(operations);
      assertOneApprovalAmongTwins(stage);
      return allFinal(stage, match);
    });
    await stage.blocks(10);
    assertEachOnce(stage.devnet);
    assert.deepEqual(
      proposedBy(stage.devnet, stage.ours),
      [],
      'what peers propose need not be proposed again',
    );
    assertNoErrors(stage);
  });

  it('D: pieces of theirs and ours fit: the event alone, then one group, then the rest', async () => {
    await using stage = await openStage();
    const [peer, other] = stage.peers;
    const match = aMatch();
    const whole = await operationsFor(stage, match);
    const event = whole.slice(0, 1);
    await peer.propose(event);
    await report(stage, match);
    await stage.blocksUntil('the event', async () => {
      await peer.approveEqual(event);
      await other.approveEqual(event);
      return tree(stage.devnet).length >= 1;
    });
    const rest = await operationsFor(stage, match);
    assert.equal(rest.length, 6);
    // One group and its markets, raced with what ours propose by now.
    const [group] = rest;
    const markets = rest.filter(([, fields]) => fields.group_id === '0.0.0');
    const piece = [group!, ...markets];
    assert.equal(piece.length, 3);
    await peer.propose(piece, { raced: true });
    await stage.blocksUntil('final decisions everywhere', async () => {
      for (const each of stage.peers) await each.approveEqual(rest);
      return allFinal(stage, match);
    });
    await stage.blocks(10);
    assertEachOnce(stage.devnet);
    assertNoErrors(stage);
  });

  it('B: a proposal that fails on execution is kept, poked and never proposed again', async () => {
    await using stage = await openStage();
    const { devnet, peers } = stage;
    await using third = await connectLegacyPeer({
      url: devnet.url,
      account: devnet.account('witness3'),
      clock: quickClock,
    });
    // Without money witness-account cannot pay for what is proposed.
    const treasurer = devnet.account('nathan').id;
    const amount = Number(devnet.chain.coreBalance('1.2.1')) - TRANSFER_FEE;
    const away = transfer('1.2.1', treasurer, amount);
    await peers[0].propose([away]);
    await stage.blocks(1);
    for (const each of [...peers, third]) await each.approveEqual([away]);
    await stage.blocks(1);
    assert.equal(devnet.chain.coreBalance('1.2.1'), 0n);

    const match = aMatch();
    await report(stage, match);
    await stage.blocksUntil('a failed execution', () =>
      devnet.chain.proposals().some((proposal) => Boolean(proposal.fail_reason)),
    );
    await stage.blocks(5);
    assert.equal(devnet.chain.proposals().length, 1, 'it is the only candidate and stays so');
    await using nathan = await connectLegacyPeer({
      url: devnet.url,
      account: devnet.account('nathan'),
      clock: quickClock,
    });
    await nathan.send(transfer(treasurer, '1.2.1', amount - 2 * TRANSFER_FEE));
    // Nobody but ours touches it: pokes with growing pauses, by rank.
    await stage.blocksUntil('final decisions everywhere', () => allFinal(stage, match), 120);
    assertEachOnce(devnet);
    assertNothingProposedTwice(stage);
    assertNoErrors(stage);
  });

  it('F: a witness that is not active does nothing and says so, while the others go on', async () => {
    await using stage = await openStage();
    const { devnet } = stage;
    devnet.setActive('witness1', false);
    devnet.maintainNext();
    await stage.blocks(2);
    const match = aMatch();
    const operations = await operationsFor(stage, match);
    await report(stage, match);
    await stage.blocksUntil('final decisions everywhere', async () => {
      for (const peer of stage.peers) await peer.approveEqual(operations);
      return allFinal(stage, match);
    });
    assertEachOnce(devnet);
    const [inactive] = stage.ours;
    assert.deepEqual(transactionsBy(devnet, inactive!.id), []);
    const history = await inactive!.store.decisions.history(eventIdOf(match), 'create', {});
    const reasons = history.items.flatMap((decision) => decision.reasons.map(({ code }) => code));
    assert.ok(reasons.includes('inactive_account'), reasons.join());
    assertNoErrors(stage);
  });
});

/** What the default schedule asks, in units. */
const TRANSFER_FEE = 2_000_000;

function transfer(from: string, to: string, amount: number) {
  return [
    0,
    {
      fee: { amount: TRANSFER_FEE, asset_id: '1.3.0' },
      from,
      to,
      amount: { amount: String(amount), asset_id: '1.3.0' },
      extensions: [],
    },
  ] as const;
}
