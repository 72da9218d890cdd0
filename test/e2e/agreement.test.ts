import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  allFinal,
  assertEachOnce,
  assertNoErrors,
  assertNothingProposedTwice,
  report,
} from './agreement/findings.ts';
import { aMatch, sports } from './agreement/match.ts';
import { openStage } from './agreement/stage.ts';

describe('three witnesses of ours among five', () => {
  it('create one event, each group and each market once', async () => {
    await using stage = await openStage();
    const match = aMatch();
    await report(stage, match);
    await stage.blocksUntil('final decisions everywhere', () => allFinal(stage, match));
    assertEachOnce(stage.devnet);
    assertNothingProposedTwice(stage);
    assertNoErrors(stage);
  });

  it('create an evening of matches, each once', async () => {
    await using stage = await openStage();
    const matches = [
      aMatch('Washington Capitals', 'New York Islanders'),
      aMatch('Anaheim Ducks', 'Boston Bruins'),
      aMatch('Buffalo Sabres', 'Calgary Flames'),
      aMatch('Carolina Hurricanes', 'Chicago Blackhawks'),
    ];
    await Promise.all(matches.map((match) => report(stage, match)));
    await stage.blocksUntil('final decisions everywhere', async () =>
      (await Promise.all(matches.map((match) => allFinal(stage, match)))).every(Boolean),
    );
    assertEachOnce(stage.devnet, matches.length);
    assertNothingProposedTwice(stage);
    assertNoErrors(stage);
  });

  it('P: put the sports data on chain, each once, when asked to', async () => {
    await using stage = await openStage({ synced: false });
    for (const witness of stage.ours) await witness.ask('sports:devnet', 'sync');
    await stage.blocksUntil('final decisions everywhere', async () => {
      const latest = await Promise.all(stage.ours.map((witness) => witness.latest('sports:devnet', 'sync')));
      return latest.every((decision) => decision?.status === 'done' && decision.final);
    });
    const onChain = stage.devnet.chain.sports();
    const names = (objects: readonly { readonly name?: unknown }[]) =>
      objects.map(({ name }) => JSON.stringify(name)).sort();
    for (const objects of [onChain.sports, onChain.eventGroups, onChain.rules]) {
      assert.deepEqual(names(objects), [...new Set(names(objects))]);
    }
    assert.equal(onChain.sports.length, sports.sports.length);
    assert.equal(onChain.eventGroups.length, sports.sports.flatMap((sport) => sport.eventGroups).length);
    assert.equal(onChain.rules.length, sports.sports.flatMap((sport) => [...sport.rules.keys()]).length);
    assertNothingProposedTwice(stage);
    assertNoErrors(stage);
  });

  it('go on after the connections were cut in the middle', async () => {
    await using stage = await openStage();
    const match = aMatch();
    await report(stage, match);
    await stage.blocks(1);
    stage.devnet.faults.dropConnections();
    await stage.blocksUntil('final decisions everywhere', () => allFinal(stage, match));
    assertEachOnce(stage.devnet);
    assertNothingProposedTwice(stage);
  });

  for (const drop of [false, true]) {
    const kept = drop ? 'lost' : 'kept for a later block';
    it(`L: create each once although every proposal's block is forked away, its transactions ${kept}`, async () => {
      await using stage = await openStage();
      const match = aMatch();
      await report(stage, match);
      let forks = 0;
      await stage.blocksUntil('final decisions everywhere', async () => {
        const { number } = stage.devnet.chain.head();
        const filled = (stage.devnet.chain.block(number)?.transactions.length ?? 0) > 0;
        if (filled && forks < 4) {
          forks += 1;
          stage.devnet.faults.forkLastBlock({ drop });
        }
        return allFinal(stage, match);
      });
      assert.ok(forks >= 2, 'expected blocks with transactions to be forked away');
      assertEachOnce(stage.devnet);
    });
  }
});
