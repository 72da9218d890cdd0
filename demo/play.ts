import { matches, type Score } from './matches.ts';
import type { Stage } from './stage.ts';
import { announce } from './steps/announce.ts';
import { begin, finishAndCancel } from './steps/course.ts';
import { agree, dispute } from './steps/result.ts';
import { putSportsOnChain } from './steps/sports.ts';
import { openTotal } from './steps/total.ts';
import { type Played, verifyChain, verifyWitnesses } from './steps/verify.ts';

/** What happened in A, and what one feed makes of it. */
const TRUTH: Score = [3, 1];
const LIE: Score = [0, 7];
/** Two honest views of C. */
const SPLIT = { one: [2, 1], other: [1, 2] } as const;
/** The line that the values of the feeds come to. */
const TOTAL = 5.5;

/** Plays the evening, a step after the other; throws in the first step that does not come true. */
export async function play(stage: Stage): Promise<Played> {
  const { A, B, C } = matches(new Date());
  const played = { A, B, C, score: TRUTH, total: TOTAL };
  await putSportsOnChain(stage);
  await announce(stage, [A, B, C]);
  await openTotal(stage, A, TOTAL);
  await begin(stage, [A, C]);
  await finishAndCancel(stage, A, B);
  await dispute(stage, { match: A, truth: TRUTH, lie: LIE }, { match: C, ...SPLIT });
  await agree(stage, A, TRUTH);
  await verifyChain(stage, played);
  await verifyWitnesses(stage, played);
  return played;
}
