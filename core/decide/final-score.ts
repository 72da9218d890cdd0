import type { Score } from '../sports/grading/values.ts';
import { compareTexts, type ProviderCount } from './counting.ts';
import type { IncidentRef, Reason } from './types.ts';

/** What the result incidents of a match come to. */
export type Verdict =
  | { readonly kind: 'agreed'; readonly score: Score; readonly reason: Reason }
  /** Too few providers, or no score that more than half of them give. */
  | { readonly kind: 'insufficient_incidents' | 'undecided'; readonly reason: Reason };

/** A verdict with what it was reached on. */
export interface Vote {
  readonly verdict: Verdict;
  readonly counted: readonly IncidentRef[];
  readonly notCounted: ProviderCount['notCounted'];
}

/**
 * The score that providers agree on (oracle reference 15): each counts once, with its latest; a score wins that at
 * least `threshold` of them and strictly more than half of them give. Scores compare as numbers.
 * @param providers counted for the call `result`
 */
export function voteOnScore(providers: ProviderCount, threshold: number): Vote {
  const votes = new Map<string, { score: Score; providers: string[] }>();
  const counted: IncidentRef[] = [];
  const unreadable: (IncidentRef & { reason: string })[] = [];
  for (const { provider, uniqueString, body } of providers.latest) {
    const [home, away] = [numberOf(body.arguments.home_score), numberOf(body.arguments.away_score)];
    if (home === undefined || away === undefined) {
      const found = JSON.stringify([body.arguments.home_score, body.arguments.away_score]);
      unreadable.push({ uniqueString, provider, reason: `${found} is no score: expected whole numbers` });
      continue;
    }
    counted.push({ uniqueString, provider });
    const key = `${home}:${away}`;
    const vote = votes.get(key) ?? { score: { home, away }, providers: [] };
    vote.providers.push(provider);
    votes.set(key, vote);
  }
  const verdict = verdictOf([...votes.values()], counted.length, threshold);
  return { verdict, counted, notCounted: [...providers.notCounted, ...unreadable] };
}

/** A score for people and as a key, home first: `2:1`. */
export function scoreText({ home, away }: Score): string {
  return `${home}:${away}`;
}

function verdictOf(
  votes: readonly { readonly score: Score; readonly providers: readonly string[] }[],
  total: number,
  threshold: number,
): Verdict {
  const ordered = [...votes].sort(
    (a, b) => b.providers.length - a.providers.length || compareTexts(scoreText(a.score), scoreText(b.score)),
  );
  const said = ordered
    .map(({ score, providers }) => `${scoreText(score)} by ${providers.join(', ')}`)
    .join('; ');
  if (total < threshold) {
    const text = `${total} of ${threshold} providers reported${said === '' ? '' : `: ${said}`}`;
    return { kind: 'insufficient_incidents', reason: { code: 'insufficient_incidents', text } };
  }
  const [first] = ordered;
  if (first && first.providers.length >= threshold && first.providers.length * 2 > total) {
    return { kind: 'agreed', score: first.score, reason: { code: 'score_agreed', text: said } };
  }
  const text = `no score has ${threshold} providers and more than half of ${total}: ${said}`;
  return { kind: 'undecided', reason: { code: 'undecided', text } };
}

/** A whole number as text or number, of at most six digits like at the entrance; anything else is no score. */
function numberOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^0*\d{1,6}$/.test(text) ? Number(text) : undefined;
}
