import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkSports } from '../../../core/sports/check/check.ts';
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

  test('load without an error; what is odd in them is a warning', async () => {
    const { digest, errors, warnings } = await checkSports(folder, 'alice');
    assert.deepEqual(errors, []);
    assert.equal(digest, (await loadSportsData(folder, 'alice')).digest);
    const kinds = (text: RegExp) => warnings.filter(({ message }) => text.test(message)).length;
    assert.deepEqual(
      {
        scores: kinds(/scores \d/),
        ignoredLeagues: kinds(/not listed is ignored/),
        neverCreated: kinds(/never created/),
        sharedNames: kinds(/ alone, /),
        unreadKeys: kinds(/nobody reads it/),
        repeatedAliases: kinds(/each alias/),
      },
      {
        scores: 26,
        ignoredLeagues: 4,
        neverCreated: 2,
        sharedNames: 1,
        unreadKeys: 3,
        repeatedAliases: 10,
      },
    );
    const draws = warnings.find(({ file }) => file.endsWith('R_NHL_ML_1.yaml'))?.scores;
    assert.deepEqual(
      draws,
      Array.from({ length: 13 }, (_, score) => `${score}:${score}`),
    );
  });

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
