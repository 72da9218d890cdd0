import { type ChainIndex, listOf, oursOf, textsOf } from './findings-index.ts';
import type { EveningRecord, RecordedEvent, RecordedWitness } from './record.ts';
import { dynamicValue, lastScores } from './support.ts';
import { Heard, makeAcceptor } from './support-heard.ts';
import { dynamicGroup, type ExpectedGroup, outcomeOf, staticGroups } from './support-markets.ts';
import type { Evening, Match, TrueScore } from './types.ts';

type RecordedGroup = RecordedEvent['groups'][number];

/** Every match ended as its fate says, and nothing is or was on chain that no match stands for. */
export function wrongEnds(evening: Evening, record: EveningRecord, index: ChainIndex): readonly string[] {
  const known = new Set(evening.matches.map(({ eventId }) => eventId));
  const strangers = record.events
    .filter(({ id }) => !known.has(index.events.get(id)?.eventId ?? ''))
    .map(
      ({ id, event }) =>
        `${id} ${textsOf(event.name).get('en')} ${event.start_time}: no match of the evening is that`,
    );
  const ends = evening.matches.flatMap((match) => {
    const events = record.events.filter(({ id }) => index.events.get(id)?.eventId === match.eventId);
    return endOf(match, events, record).map((problem) => `${match.eventId} (${match.fate}): ${problem}`);
  });
  return [...strangers, ...ends];
}

function endOf(match: Match, events: readonly RecordedEvent[], record: EveningRecord): readonly string[] {
  const { expected } = match;
  const [event, ...others] = events;
  if (expected.kind === 'absent') {
    return event ? [`should never have been created, is ${event.id}`] : [];
  }
  if (!event) return ['was never created'];
  const twins =
    others.length > 0 ? [`was created as ${[event, ...others].map(({ id }) => id).join(' and ')}`] : [];
  switch (expected.kind) {
    case 'settled':
      return [...twins, ...notSettled(match, event, expected, record)];
    case 'canceled':
      return [...twins, ...notCanceled(event)];
    case 'undecided':
      return [...twins, ...notUndecided(match, event, record)];
  }
}

function notSettled(
  match: Match,
  { id, alive, event, groups }: RecordedEvent,
  { score, scoresAreKnown }: { readonly score: TrueScore; readonly scoresAreKnown: boolean },
  record: EveningRecord,
): readonly string[] {
  // A group whose bets are all returned is canceled, and an event whose groups all are is canceled as well.
  const isVoid = groups.length > 0 && groups.every((group) => isReturned(match, group, score));
  const end = isVoid ? 'canceled' : 'settled';
  if (alive || event.status !== end)
    return [`should be ${end}, ${id} is ${alive ? 'alive and ' : ''}${event.status}`];
  const scores = listOf(event, 'scores').join(':');
  const right = `${score.home}:${score.away}`;
  const isRight = scores === right || (scores === '' && !scoresAreKnown);
  const problems = isRight ? [] : [`${id} should have the scores ${right}, has "${scores}"`];
  return [
    ...problems,
    ...wrongGroups(match, groups, record),
    ...groups.flatMap((group) => wrongOutcomes(match, group, score)),
  ];
}

function wrongOutcomes(
  match: Match,
  { id, group, markets }: RecordedGroup,
  score: TrueScore,
): readonly string[] {
  const end = isReturned(match, { group, markets }, score) ? 'canceled' : 'settled';
  if (group.status !== end) return [`group ${id} should be ${end}, is ${group.status}`];
  return markets.flatMap((market) => {
    const text = textsOf(market.description).get('en') ?? '';
    const right = outcomeOf(match, text, score);
    if (market.resolution === right) return [];
    return [
      `market ${market.id} "${text}" should be ${right} by ${score.home}:${score.away}, is ${market.resolution}`,
    ];
  });
}

function isReturned(
  match: Match,
  { markets }: Pick<RecordedGroup, 'group' | 'markets'>,
  score: TrueScore,
): boolean {
  return markets.some(({ description }) => outcomeOf(match, text(description), score) === 'cancel');
}

/** All groups of the data are there once, dynamic ones with a value near what the incidents come to, and no others. */
function wrongGroups(
  match: Match,
  groups: readonly RecordedGroup[],
  record: EveningRecord,
): readonly string[] {
  const expected = [
    ...staticGroups(match),
    ...match.dynamic.flatMap((type): readonly ExpectedGroup[] => {
      const found = groups
        .map(({ group }) => textsOf(group.description))
        .find((texts) => texts.get('_dynamic') === type);
      const value = Number(found?.get(type === 'hc' ? '_hch' : '_ou'));
      const group = dynamicGroup(match, type, isNear(match, type, value, record) ? value : Number.NaN);
      return group ? [group] : [];
    }),
  ];
  const lines = (list: readonly ExpectedGroup[]) =>
    list.map((each) => lineOf(each.text, each.markets)).sort();
  const found = groups
    .map(({ group, markets }) =>
      lineOf(
        text(group.description),
        markets.map(({ description }) => text(description)),
      ),
    )
    .sort();
  const right = lines(expected);
  return found.join() === right.join()
    ? []
    : [`should have the groups ${right.join(', ')}; has ${found.join(', ')}`];
}

/** Whether the value of a dynamic group is what all incidents together come to, or near it. */
function isNear(match: Match, type: 'hc' | 'ou', value: number, record: EveningRecord): boolean {
  const [witness] = oursOf(record);
  if (!witness) return false;
  const own = dynamicValue(heardBy(witness, match).of(match.eventId), match, type);
  return own !== undefined && Math.abs(own - value) <= 1;
}

function notCanceled({ id, alive, event, groups }: RecordedEvent): readonly string[] {
  if (alive || event.status !== 'canceled')
    return [`should be canceled, ${id} is ${alive ? 'alive and ' : ''}${event.status}`];
  return groups
    .filter(({ group }) => group.status !== 'canceled')
    .map((group) => `group ${group.id} should be canceled, is ${group.group.status}`);
}

/** Alive, unresolved, and everybody says who said what. */
function notUndecided(
  match: Match,
  { id, alive, event, groups }: RecordedEvent,
  record: EveningRecord,
): readonly string[] {
  if (!alive) return [`should be alive and unresolved, ${id} is gone and ${event.status}`];
  const resolved = groups
    .filter((each) => !each.alive || each.markets.some(({ resolution }) => (resolution ?? null) !== null))
    .map((each) => `group ${each.id} should be unresolved, is ${each.group.status}`);
  return [...resolved, ...oursOf(record).flatMap((witness) => notToldWhy(match, witness))];
}

function notToldWhy(match: Match, witness: RecordedWitness): readonly string[] {
  const decision = witness.decisions.get(match.eventId)?.get('result');
  if (decision?.status !== 'undecided')
    return [`${witness.name} should say undecided, says ${decision?.status}`];
  const text = decision.reasons.map((reason) => reason.text).join('; ');
  return [...lastScores(heardBy(witness, match).of(match.eventId))]
    .filter(([provider, { home, away }]) => !text.includes(provider) || !text.includes(`${home}:${away}`))
    .map(
      ([provider, { home, away }]) =>
        `${witness.name} should say that ${provider} gave ${home}:${away}, says "${text}"`,
    );
}

/** What a witness heard of a match in the end. */
function heardBy({ incidents }: RecordedWitness, { eventId }: Pick<Match, 'eventId'>): Heard {
  const heard = new Heard(makeAcceptor());
  for (const each of incidents) if (each.eventId === eventId) heard.add(each.incident, each.at);
  return heard;
}

function lineOf(group: string, markets: readonly string[]): string {
  return `${group} [${[...markets].sort().join(' | ')}]`;
}

function text(description: unknown): string {
  return textsOf(description).get('en') ?? '';
}
