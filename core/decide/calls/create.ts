import type { NormalizedMatch } from '../../sports/types.ts';
import { type Agreement, agree } from '../agreement/agree.ts';
import type { Want } from '../agreement/want.ts';
import { countProviders, type ProviderCount, seasonOf } from '../counting.ts';
import { decision } from '../decision.ts';
import { eventObject } from '../objects/event-objects.ts';
import { type Standing, standingsOf, type WantedObject } from '../objects/standing.ts';
import { textOf } from '../objects/texts.ts';
import type { DecideInput, Decision, Reason } from '../types.ts';
import { authorityOf, blockOf, conclude } from './conclude.ts';
import { type League, leagueOf, subjectOf } from './event.ts';
import { cancelOf, pastOf } from './event-run.ts';
import { distinct, groupsOf } from './market-groups.ts';
import { nearlyProposed, nearMisses } from './near-misses.ts';
import { nextLook } from './next-look.ts';
import { withoutGone } from './opened.ts';

/**
 * `create`: the event of the incidents, every market group of its league that takes no parameters, once per asset,
 * and their markets (oracle reference 6). The status of an event that exists is never set (agreement rule O).
 *
 * States: `insufficient_incidents` until enough providers reported; `postponed` until the lead time of the league
 * opens; `related_object_not_found` while sport, league, rules or asset are missing; `waiting` while operations are
 * proposed, approved and executed; `midway` while they are more than one proposal may hold; `done` when all is on
 * chain, final once it is so irreversibly. `create_too_old`
 * when the match has begun without an event. A cancel ends it (agreement rule N).
 */
export function decideCreate(input: DecideInput): Decision {
  const subject = subjectOf(input);
  const providers = countProviders(input.incidents, 'create');
  const { counted, notCounted } = providers;
  if (!subject.ok) {
    const { status, reason, startTime } = subject;
    const final = !startTime || hasStarted(input, startTime);
    return decision(input, { status, final, reasons: [reason], counted, notCounted });
  }

  const { match, startTime } = subject;
  const threshold = input.settings.threshold('create', match.sport.identifier, match.eventGroup.identifier);
  const run: Run = { input, match, startTime, providers, threshold, league: leagueOf(input, match) };
  const wanted = wantedOf(run);
  const halt = haltOf(run, wanted);
  return halt ? halted(run, wanted, halt) : advanced(run, wanted);
}

/** One run, looked up once. */
interface Run {
  readonly input: DecideInput;
  readonly match: NormalizedMatch;
  readonly startTime: Date;
  readonly providers: ProviderCount;
  readonly threshold: number;
  readonly league: League;
}

/** The objects of the event as they stand, and what they need that is missing. */
interface Wanted {
  readonly event: Standing;
  readonly standings: readonly Standing[];
  readonly problems: readonly Reason[];
  readonly notes: readonly Reason[];
  readonly memory: Pick<DecideInput['memory'], 'opened'>;
}

/** Why a run goes no further than its conditions. */
interface Halt {
  readonly status: Decision['status'];
  readonly final: boolean;
  readonly reason: Reason;
  readonly retryAt?: Date;
  readonly alert?: string;
  /** Which approvals are withdrawn; absent = none. */
  readonly withdraw?: NonNullable<Want['withdraw']>;
}

function wantedOf({ input, match, startTime, providers, league }: Run): Wanted {
  const season = seasonOf(providers.latest);
  const event = eventObject(league.league.object, match, startTime, season);
  const objects: WantedObject[] = [event];
  const problems: Reason[] = [];
  const notes: Reason[] = [];
  for (const key of match.eventGroup.marketGroups) {
    const template = match.sport.marketGroups.get(key);
    if (!template) {
      const text = `the sports data have no market group "${key}": correct them`;
      problems.push({ code: 'market_group_missing', text });
      continue;
    }
    if (template.dynamic) continue;
    const groups = groupsOf(input, match, event, template);
    objects.push(...groups.objects);
    problems.push(...groups.problems);
    notes.push(...groups.notes);
  }
  const all = standingsOf(input.view, objects, league.standings);
  const [first] = all;
  if (!first) throw new Error('an event has a standing');
  const { standings, memory, ...remaining } = withoutGone(input.view, first, all, input.memory);
  return {
    event: first,
    standings,
    memory,
    problems: distinct(problems),
    notes: [
      ...distinct(notes),
      ...remaining.notes,
      ...notesOn(input, first, season, standings),
      ...nearMisses(input, league.league.id, match, startTime),
      ...nearlyProposed(input, league.league.id, event, match),
    ],
  };
}

/** What an operator should know about objects that are on chain and left as they are. */
function notesOn(
  { view }: DecideInput,
  event: Standing,
  season: string,
  standings: readonly Standing[],
): readonly Reason[] {
  const onChain =
    event.parent?.id !== undefined && event.id !== undefined
      ? view.events(event.parent.id).find(({ id }) => id === event.id)
      : undefined;
  const found = onChain && textOf(onChain.season, 'en');
  const notes: Reason[] = [];
  if (onChain && found !== season) {
    const text = `the chain has season ${JSON.stringify(found ?? '')}, the incidents say ${JSON.stringify(season)}`;
    notes.push({ code: 'season_differs', text });
  }
  for (const { object, id, twins } of standings) {
    if (twins.length === 0) continue;
    notes.push({
      code: 'twice_on_chain',
      text: `${object.label} is on chain as ${[id, ...twins].join(', ')}`,
    });
  }
  return notes;
}

/** Conditions of `create`, in order; the first that does not hold ends the run. */
function haltOf(run: Run, { event, problems }: Wanted): Halt | undefined {
  const { input, match, startTime, providers, threshold, league } = run;
  const { view, settings, memory } = input;
  const started = hasStarted(input, startTime);
  const start = startTime.toISOString();

  if (providers.counted.length < threshold) {
    const text = `${providers.counted.length} of ${threshold} providers reported`;
    const reason = { code: 'insufficient_incidents', text };
    return { status: 'insufficient_incidents', final: started, reason, withdraw: 'given' };
  }
  const cancel = cancelOf(run);
  if (cancel) return { status: 'done', final: true, reason: cancel, withdraw: 'all' };
  const past = event.id === undefined ? pastOf(input, league, match, startTime) : undefined;
  const gone = event.id === undefined ? (past?.event.id ?? memory.created) : undefined;
  if (gone !== undefined) {
    const text = `event ${gone} was on chain and is not there under this name and start any more: it is not created again`;
    return { status: 'done', final: true, reason: { code: 'event_gone', text }, withdraw: 'given' };
  }
  if (event.id === undefined && started) {
    const reason = { code: 'create_too_old', text: `the match began at ${start} and is not on chain` };
    return { status: 'create_too_old', final: true, reason, withdraw: 'given' };
  }
  const opensAt = opensAtOf(match, startTime);
  if (event.id === undefined && opensAt && opensAt > view.head.time) {
    const text = `the league opens events from ${opensAt.toISOString()} on`;
    return {
      status: 'postponed',
      final: false,
      reason: { code: 'lead_time', text },
      retryAt: nextLook(view.head.time, opensAt, settings.cannotOpenRetryMs),
    };
  }
  const problem = league.problem ?? problems[0];
  if (problem) return { status: 'related_object_not_found', final: false, reason: problem };
  return undefined;
}

/** Ends a run on a condition: nothing is created, approvals that lost their ground are withdrawn. */
function halted(run: Run, wanted: Wanted, halt: Halt): Decision {
  const { input, providers, threshold, league } = run;
  // Below a league that is not on chain no proposal can be about the event.
  const agreement =
    halt.withdraw && league.league.id !== undefined
      ? agree(input, {
          standings: wanted.standings,
          rank: rankSubject(run),
          unwanted: { reason: halt.reason.text },
          withdraw: halt.withdraw,
        })
      : undefined;
  const withdraws = agreement?.hasEffects ?? false;
  const waitsForChain = halt.status === 'related_object_not_found' || withdraws;
  return decision(input, {
    status: halt.status,
    final: halt.final && !withdraws,
    reasons: [
      halt.reason,
      ...(waitsForChain ? wanted.problems.filter((other) => other !== halt.reason) : []),
    ],
    threshold,
    counted: providers.counted,
    notCounted: providers.notCounted,
    ...(halt.retryAt ? { retryAt: halt.retryAt } : {}),
    dependsOn: { objects: waitsForChain ? dependencies(league, wanted) : [], proposals: waitsForChain },
    ...(agreement ? unwantedParts(agreement) : {}),
  });
}

function unwantedParts({ approvals, refused, memory, wakeAtBlock }: Agreement): Partial<Decision> {
  return { approvals, refused, memory, ...(wakeAtBlock === undefined ? {} : { wakeAtBlock }) };
}

/** Goes on towards the chain. */
function advanced(run: Run, wanted: Wanted): Decision {
  const { input, providers, threshold, league } = run;
  const { event } = wanted;
  const status = statusOf(input, event);
  // Groups always start as `upcoming`; below an event that is under way they would take bets as if it had not begun.
  const isUnderWay = status !== undefined && status !== 'upcoming' && status !== 'frozen';
  const over = { reason: `the event is ${status}: markets are not opened any more` };
  const agreement = agree(input, {
    standings: wanted.standings,
    rank: rankSubject(run),
    ...(isUnderWay ? { unwanted: over } : {}),
  });
  const reasons = isUnderWay ? [{ code: 'event_under_way', text: over.reason }] : [];
  const end = conclude(input, wanted.standings, agreement, isUnderWay);
  const misses = wanted.notes.filter(({ code }) => code === 'near_miss').map(({ text }) => text);
  const alerts = [...misses, ...(end.alert === undefined ? [] : [end.alert])];
  const created =
    event.id !== undefined && blockOf(input.view, event) <= input.view.irreversible ? event.id : undefined;
  return decision(input, {
    ...end,
    threshold,
    counted: providers.counted,
    notCounted: providers.notCounted,
    reasons: [...reasons, ...agreement.reasons, ...wanted.notes],
    dependsOn: {
      objects: [...dependencies(league, wanted), ...authorityOf(end)],
      proposals: !end.final,
    },
    memory: { ...agreement.memory, ...wanted.memory, ...(created === undefined ? {} : { created }) },
    ...(alerts.length > 0 ? { alert: alerts.join('; ') } : {}),
  });
}

function statusOf({ view }: DecideInput, event: Standing) {
  if (event.id === undefined || event.parent?.id === undefined) return undefined;
  return view.events(event.parent.id).find(({ id }) => id === event.id)?.status;
}

function dependencies(league: League, { standings }: Wanted): readonly string[] {
  // A market's group is touched with it, so that markets need not be named.
  const own = standings.filter(({ kind }) => kind.name !== 'betting_market');
  return [...league.objects, ...own.flatMap(({ id }) => (id === undefined ? [] : [id]))];
}

function rankSubject({ match, startTime }: Run): Want['rank'] {
  return { sport: match.sport.identifier, call: 'create', day: startTime.toISOString().slice(0, 10) };
}

function hasStarted({ view }: DecideInput, startTime: Date): boolean {
  return startTime <= view.head.time;
}

function opensAtOf({ eventGroup }: NormalizedMatch, startTime: Date): Date | undefined {
  if (eventGroup.leadTimeMaxDays === undefined) return undefined;
  return new Date(startTime.getTime() - eventGroup.leadTimeMaxDays * 86_400_000);
}
