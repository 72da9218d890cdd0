import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConnectionError } from '../../core/chain/node-error.ts';
import {
  assertEachOnce,
  assertNothingProposedTwice,
  isFinal,
  operationsFor,
  report,
} from './agreement/findings.ts';
import { aMatch } from './agreement/match.ts';
import { openStage } from './agreement/stage.ts';
import { startWitness } from './agreement/witness.ts';

describe('a witness that is killed', () => {
  for (const reachesNode of [false, true]) {
    const where = reachesNode
      ? 'after its transaction left, before the answer'
      : 'before its transaction left';
    it(`I: ${where}, proposes nothing twice in its next life`, async () => {
      let cut = false;
      let attempts = 0;
      await using stage = await openStage({
        ours: ['witness1'],
        wiretap: async (method, forward) => {
          if (method !== 'broadcast_transaction' || !cut) return forward();
          attempts += 1;
          if (reachesNode) await forward();
          throw new ConnectionError('killed', true);
        },
      });
      const { devnet, peers, ours } = stage;
      const match = aMatch();
      const operations = await operationsFor(stage, match);
      cut = true;
      await report(stage, match);
      await stage.blocksUntil('its attempt', () => attempts > 0);
      const [first] = ours;
      await first!.kill();
      await using second = await startWitness(devnet, 'witness1', stage.folder);
      stage.replace(second);
      assert.equal((await second.store.accountLog.unresolved('witness1')).length, 1, 'the log has it');

      await stage.blocksUntil('the second life to see the chain', () => second.chain.view() !== undefined);
      await stage.blocks(3);
      const expected = reachesNode ? 1 : 0;
      assert.equal(devnet.chain.proposals().length, expected, 'nothing new while it is unresolved');
      if (!reachesNode) {
        // The head time passes the expiration of the lost transaction.
        devnet.faults.gap(40);
      }
      await stage.blocksUntil('final decisions', async () => {
        for (const peer of peers) await peer.approveEqual(operations);
        return isFinal(second, match);
      });
      assertEachOnce(devnet);
      assertNothingProposedTwice(stage);
    });
  }
});
