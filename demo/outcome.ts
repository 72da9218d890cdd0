import type { Match, Score } from './matches.ts';
import { english } from './on-chain.ts';
import type { PlayedEvent } from './record.ts';

/** One thing on chain: an event, a group or a market, deeper ones further to the right. */
export interface OutcomeLine {
  /** Its English name and how it ended. */
  readonly text: string;
  /** Why it should have ended so. */
  readonly because: string;
}

/**
 * What should have become of all that the demo put on chain, worked out here by plain arithmetic and not by the rules'
 * formulas: A was played to the end, B cancelled, C is undecided.
 * @param total line of A's over/under group
 */
export function expectedOutcome(
  { A, B, C }: { readonly A: Match; readonly B: Match; readonly C: Match },
  [home, away]: Score,
  total: number,
): readonly OutcomeLine[] {
  const goals = home + away;
  const score = `${A.home} ${home}, ${A.away} ${away}`;
  const sum = `${home} + ${away} = ${goals} ${goals > total ? '>' : '<'} ${total}`;
  const ended = (isWon: boolean) => `settled, ${isWon ? 'win' : 'not_win'}`;
  const returned = 'bets are returned';
  const open = 'its result is undecided';
  return [
    // What is finished stays as `finish` wrote it, which does not know the score.
    line(0, A.nameOnChain, 'settled, no scores', 'it was finished before its result was known'),
    line(1, 'Moneyline', 'settled', 'the result settles it'),
    line(2, A.away, ended(away > home), score),
    line(2, A.home, ended(home > away), score),
    line(1, `Total Goals: ${total}`, 'settled', 'the result settles it'),
    line(2, `Over ${total} Goals`, ended(goals > total), sum),
    line(2, `Under ${total} Goals`, ended(goals < total), sum),
    line(0, B.nameOnChain, 'canceled, no scores', 'it was cancelled'),
    line(1, 'Moneyline', 'canceled', returned),
    line(2, B.away, 'canceled, cancel', returned),
    line(2, B.home, 'canceled, cancel', returned),
    line(0, C.nameOnChain, 'in_progress, no scores', open),
    line(1, 'Moneyline', 'in_play', open),
    line(2, C.away, 'unresolved, not resolved', open),
    line(2, C.home, 'unresolved, not resolved', open),
  ];
}

/** What has become of these events, in the same form; events by name in the order given, others behind them. */
export function outcome(played: readonly PlayedEvent[], names: readonly string[]): readonly string[] {
  const rank = ({ event }: PlayedEvent) => {
    const at = names.indexOf(english(event.name));
    return at < 0 ? names.length : at;
  };
  return [...played]
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(({ event, groups }) => [
      lineText(0, english(event.name), `${event.status}, ${event.scores.join(':') || 'no scores'}`),
      ...groups.flatMap(({ group, markets }) => [
        lineText(1, english(group.description), group.status),
        ...markets.map(({ description, status, resolution }) =>
          lineText(2, english(description), `${status}, ${resolution ?? 'not resolved'}`),
        ),
      ]),
    ]);
}

function line(depth: number, name: string, state: string, because: string): OutcomeLine {
  return { text: lineText(depth, name, state), because };
}

function lineText(depth: number, name: string, state: string): string {
  return `${'  '.repeat(depth)}${name}: ${state}`;
}
