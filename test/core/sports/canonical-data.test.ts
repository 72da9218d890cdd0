import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { availableNetworks, loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import { hashOfChainTexts } from './golden-texts.ts';

const folder = process.env.BOOKIESPORTS_DIR ?? '';
const skip =
  folder === ''
    ? 'BOOKIESPORTS_DIR is not set: the canonical sports data are no part of this project'
    : false;

describe('the canonical data', { skip }, () => {
  for (const network of ['alice', 'beatrice']) {
    test(`of ${network} put the same texts on chain as a derivation in Python`, async () => {
      const data = await loadSportsData(folder, network);
      assert.equal(
        hashOfChainTexts(data),
        '1c9286a4e5e88fc0e14d17649e2944da62e3fcf83e29e8dd1592c77542c36638',
      );
    });
  }

  test('are told apart by chain id and digest', async () => {
    assert.deepEqual(await availableNetworks(folder), ['alice', 'beatrice']);
    const [alice, beatrice] = [
      await loadSportsData(folder, 'alice'),
      await loadSportsData(folder, 'beatrice'),
    ];
    assert.notEqual(alice.chainId, beatrice.chainId);
    assert.notEqual(alice.digest, beatrice.digest);
  });

  test('have market groups that are dynamic of no kind', async () => {
    const data = await loadSportsData(folder, 'alice');
    const hockey = data.sports.find(({ identifier }) => identifier === 'Ice Hockey');
    assert.deepEqual(
      [...(hockey?.marketGroups.values() ?? [])].map(({ dynamic }) => dynamic),
      ['other', false, 'other'],
    );
  });

  test('normalize names by aliases within the season', async () => {
    const normalizer = makeNormalizer(await loadSportsData(folder, 'alice'));
    const names = {
      sport: 'football',
      eventGroupName: 'english premier league',
      home: 'the toffees',
      away: 'ARSENAL',
    };
    const result = normalizer.match({ ...names, startTime: new Date('2021-03-07T16:30:00Z') });
    assert.ok(result.ok);
    assert.deepEqual([result.match.eventGroup.identifier, result.match.home.identifier], ['EPL', 'Everton']);
    assert.equal(normalizer.match({ ...names, startTime: new Date('2026-03-07T16:30:00Z') }).ok, false);
  });
});
