import type { ObjectId } from '../../../core/chain/types.ts';
import { matchOfRecorded, textsOf } from './findings-index.ts';
import type { EveningRecord, RecordedEvent } from './record.ts';
import type { Evening, EveningOptions, Match } from './types.ts';

/** One kind of end of one fate: how many matches ended so. */
export interface Ending {
  readonly fate: string;
  readonly expected: string;
  readonly found: string;
  readonly matches: number;
}

/** What became of the matches, by fate. */
export function endings(evening: Evening, record: EveningRecord): readonly Ending[] {
  const events = eventsByMatch(record);
  const counts = new Map<string, Ending>();
  for (const match of evening.matches) {
    const ending = {
      fate: match.fate,
      expected: expectedText(match),
      found: (events.get(match.eventId) ?? []).map(foundText).join(' and ') || 'absent',
    };
    const key = Object.values(ending).join('|');
    counts.set(key, { ...ending, matches: (counts.get(key)?.matches ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => (a.fate < b.fate ? -1 : a.fate > b.fate ? 1 : 0));
}

function expectedText({ expected, sport }: Match): string {
  switch (expected.kind) {
    case 'settled': {
      // Where somebody has to win, a tie returns all bets; an event with nothing but returned bets is canceled.
      const isTie = expected.score.home === expected.score.away && sport !== 'Soccer';
      return isTie ? 'a tie: settled, or all bets returned' : 'settled, every market by the score';
    }
    case 'undecided':
      return 'alive, unresolved';
    default:
      return expected.kind;
  }
}

function foundText({ alive, event, groups }: RecordedEvent): string {
  const markets = groups.flatMap((group) => group.markets);
  const resolved = markets.filter(({ resolution }) => typeof resolution === 'string').length;
  if (alive) return resolved === 0 ? 'alive, unresolved' : `alive, ${resolved} markets resolved`;
  if (event.status !== 'settled') return String(event.status);
  return resolved === markets.length
    ? 'settled, every market resolved'
    : `settled, ${resolved} of ${markets.length} markets resolved`;
}

function eventsByMatch(record: EveningRecord): ReadonlyMap<string, readonly RecordedEvent[]> {
  const view = record.blocks.at(-1)?.view;
  if (!view) return new Map();
  return Map.groupBy(record.events, (event) => matchOfRecorded(view, event)?.eventId ?? '');
}

/**
 * Blocks from the moment at which a majority of the witnesses had heard of a match from two providers to the block
 * after which its event was there, for each match that was created.
 */
export function blocksToCreate(record: EveningRecord): readonly number[] {
  const firstSeen = new Map<ObjectId, Date>();
  for (const { view, time, changed } of record.blocks) {
    if (!changed) continue;
    for (const sport of view.sports()) {
      for (const league of view.eventGroups(sport.id)) {
        for (const { id } of view.events(league.id)) if (!firstSeen.has(id)) firstSeen.set(id, time);
      }
    }
  }
  return [...eventsByMatch(record)].flatMap(([eventId, [event]]) => {
    const created = event && firstSeen.get(event.id);
    const known = majorityKnew(record, eventId);
    if (!created || !known) return [];
    return [record.blocks.filter(({ time }) => time > known && time <= created).length];
  });
}

function majorityKnew({ witnesses, authority }: EveningRecord, eventId: string): Date | undefined {
  const times = witnesses.flatMap(({ incidents }) => {
    const providers = new Set<string>();
    for (const told of incidents) {
      if (told.eventId !== eventId || told.incident.call !== 'create') continue;
      providers.add(JSON.stringify(told.incident.provider_info));
      if (new Set([...providers].map(providerName)).size >= 2) return [told.at];
    }
    return [];
  });
  return times.sort((a, b) => a.getTime() - b.getTime())[majorityOf(authority) - 1];
}

/** Witnesses of equal weight that reach the threshold. */
function majorityOf({ threshold, weights }: EveningRecord['authority']): number {
  const [weight = 1] = weights.values();
  return Math.ceil(threshold / weight);
}

function providerName(info: string): string {
  const parsed: unknown = JSON.parse(info);
  return typeof parsed === 'object' && parsed !== null && 'name' in parsed ? String(parsed.name) : info;
}

/** The command that plays the same evening. */
export function commandOf({ seed, matches, cast }: EveningOptions): string {
  return `script/evening --seed ${seed} --matches ${matches} --cast ${cast}`;
}

/** Lines about what happened on chain, for `--verbose`. */
export function storyOf(record: EveningRecord): readonly string[] {
  return record.proposals.map(({ id, proposer, operations, block, at, approvals, outcome, closedIn }) => {
    const tags = [...Map.groupBy(operations, ([tag]) => tag)].map(([tag, list]) => `${tag}x${list.length}`);
    const names = approvals.map(
      ({ account, action, block: when }) => `${action === 'add' ? '+' : '-'}${account}@${when}`,
    );
    const texts = operations.flatMap(([, { name, event_id, status }]) => [
      ...(name ? [textsOf(name).get('en') ?? ''] : []),
      ...(status ? [`${event_id} ${status}`] : []),
    ]);
    const end = closedIn === undefined ? outcome : `${outcome} in ${closedIn}`;
    return `${at.toISOString().slice(11, 19)} ${id} by ${proposer} in ${block}: ${tags.join(' ')} ${texts.join()} ${names.join(' ')} ${end}`;
  });
}
