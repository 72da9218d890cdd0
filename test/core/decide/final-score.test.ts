import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countProviders } from '../../../core/decide/counting.ts';
import { voteOnScore } from '../../../core/decide/final-score.ts';
import type { StoredIncident } from '../../../core/incidents/types.ts';
import { results } from './match.ts';
import { stored } from './scenario.ts';

function verdictOf(incidents: readonly StoredIncident[], threshold = 2): string {
  const { verdict } = voteOnScore(countProviders(incidents, 'result'), threshold);
  return verdict.kind === 'agreed' ? `${verdict.score.home}:${verdict.score.away}` : verdict.kind;
}

describe('agreement on a result', () => {
  test('a score needs the threshold of providers', () => {
    assert.equal(verdictOf(results(2, 1, 'a')), 'insufficient_incidents');
    assert.equal(verdictOf(results(2, 1, 'a', 'b')), '2:1');
    assert.equal(verdictOf(results(2, 1, 'a', 'b'), 3), 'insufficient_incidents');
  });

  test('a score needs strictly more than half of the providers', () => {
    assert.equal(verdictOf([...results(2, 1, 'a', 'b'), ...results(1, 1, 'c')]), '2:1');
    assert.equal(verdictOf([...results(2, 1, 'a', 'b'), ...results(1, 1, 'c', 'd')]), 'undecided');
    assert.equal(
      verdictOf([...results(2, 1, 'a', 'b'), ...results(1, 1, 'c'), ...results(0, 0, 'd')]),
      'undecided',
    );
    assert.equal(verdictOf([...results(2, 1, 'a', 'b', 'e'), ...results(1, 1, 'c', 'd')]), '2:1');
  });

  test('a majority below the threshold is undecided', () => {
    assert.equal(verdictOf([...results(2, 1, 'a', 'b'), ...results(1, 1, 'c')], 3), 'undecided');
  });

  test('the same score the other way round is another one', () => {
    assert.equal(verdictOf([...results(2, 1, 'a'), ...results(1, 2, 'b')]), 'undecided');
  });

  test('the latest of a provider counts once, however often it repeats itself', () => {
    const say = (home: string, pushed: string) =>
      stored({ provider: 'a', call: 'result', arguments: { home_score: home, away_score: '0' }, pushed });
    const corrected = [say('1', '2026-01-20T21:00:00Z'), say('2', '2026-01-20T21:05:00Z')];
    assert.equal(verdictOf([...corrected, ...results(2, 0, 'b')]), '2:0');
    assert.equal(verdictOf([...corrected, ...results(1, 0, 'b')]), 'undecided');
  });

  test('scores compare as numbers', () => {
    assert.equal(verdictOf([...results('02', '1', 'a'), ...results('2', '001', 'b')]), '2:1');
  });

  test('what is no score is not counted, and says why', () => {
    const [good] = results(2, 1, 'a');
    for (const bad of ['-1', '1.5', 'two', '', '12345678', null, {}]) {
      const odd = {
        ...good!,
        provider: 'b',
        body: { ...good!.body, arguments: { home_score: bad, away_score: '1' } },
      } as unknown as StoredIncident;
      const { verdict, counted, notCounted } = voteOnScore(countProviders([good!, odd], 'result'), 2);
      assert.equal(verdict.kind, 'insufficient_incidents');
      assert.deepEqual(
        counted.map(({ provider }) => provider),
        ['a'],
      );
      assert.match(notCounted[0]?.reason ?? '', /is no score/);
    }
  });

  test('who said what is told, in an order that arrival does not change', () => {
    const incidents = [...results(1, 1, 'c', 'd'), ...results(2, 1, 'b', 'a')];
    for (const order of [incidents, [...incidents].reverse()]) {
      const { verdict } = voteOnScore(countProviders(order, 'result'), 2);
      assert.equal(
        verdict.reason.text,
        'no score has 2 providers and more than half of 4: 1:1 by c, d; 2:1 by a, b',
      );
    }
  });
});
