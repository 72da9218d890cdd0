import type { ChainEvent, ObjectId, PastEvent } from '../../chain/types.ts';
import type { Call } from '../../incidents/types.ts';
import type { NormalizedMatch } from '../../sports/types.ts';
import { type Agreement, agree } from '../agreement/agree.ts';
import type { Want } from '../agreement/want.ts';
import { countProviders, type ProviderCount } from '../counting.ts';
import { decision } from '../decision.ts';
import { eventObject } from '../objects/event-objects.ts';
import { KINDS } from '../objects/kinds.ts';
import { type Standing, standingsOf } from '../objects/standing.ts';
import type { DecideInput, Decision, DecisionMemory, Reason } from '../types.ts';
import { authorityOf, blockOf, conclude } from './conclude.ts';
import { type League, leagueOf, subjectOf } from './event.ts';
import { nearMisses } from './near-misses.ts';

/*
 * What the calls about an event that should be on chain have in common: `in_progress`, `finish`, `result`, `canceled`
 * and `dynamic_bmgs`. Each looks at its conditions in this order, and the first that does not hold ends the run:
 * the match is known to the sports data; enough providers reported; nobody canceled (agreement rule N); the event is
 * on chain.
 */

/** After its start no proposal that would be looked at can still create an event once this long has passed. */
const LAST_CHANCE_MS = 24 * 3_600_000;

/** One run, looked up once. */
export interface EventRun {
  readonly input: DecideInput;
  readonly call: Call;
  readonly match: NormalizedMatch;
  readonly startTime: Date;
  readonly providers: ProviderCount;
  readonly threshold: number;
  readonly league: League;
  /** The event with its twins; absent when it is not on chain (now). */
  readonly event?: { readonly standing: Standing; readonly chain: ChainEvent };
  /** The event that is gone, where that was looked up. */
  readonly past?: PastEvent;
}

/** Why a run goes no further. */
export interface Halt {
  readonly status: Decision['status'];
  readonly reason: Reason;
  /** Nothing more follows, once approvals are withdrawn; true. */
  readonly final?: boolean;
  readonly alert?: string;
  readonly retryAt?: Date;
  readonly dependsOn?: Decision['dependsOn'];
  readonly notes?: readonly Reason[];
  /** What the call would want; approvals of proposals about it are withdrawn. */
  readonly about?: readonly Standing[];
  /** See `Want.withdraw`. */
  readonly withdraw?: Want['withdraw'];
}

/** Starts a run; a decision instead when the match is not known. */
export function startRun(input: DecideInput, call: Call): EventRun | Decision {
  const providers = countProviders(input.incidents, call);
  const subject = subjectOf(input);
  if (!subject.ok) {
    const { status, reason, startTime } = subject;
    const final = !startTime || isLastChanceGone(input, startTime);
    return decision(input, {
      status,
      final,
      reasons: [reason],
      counted: providers.counted,
      notCounted: providers.notCounted,
    });
  }
  const { match, startTime } = subject;
  const league = leagueOf(input, match);
  const event = eventOf(input, league, match, startTime);
  const past = event ? undefined : pastOf(input, league, match, startTime);
  return {
    input,
    call,
    match,
    startTime,
    providers,
    threshold: input.settings.threshold(call, match.sport.identifier, match.eventGroup.identifier),
    league,
    ...(event ? { event } : {}),
    ...(past ? { past } : {}),
  };
}

/** Whether `startRun` ended with a decision. */
export function isDecision(run: EventRun | Decision): run is Decision {
  return 'status' in run;
}

/** Too few providers for the call; undefined when there are enough. */
export function tooFew({ providers, threshold }: EventRun): Reason | undefined {
  const { length } = providers.counted;
  if (length >= threshold) return undefined;
  return { code: 'insufficient_incidents', text: `${length} of ${threshold} providers reported` };
}

/** Says that enough providers report a cancel, which un-wants everything else (agreement rule N). */
export function cancelOf({ input, match }: Pick<EventRun, 'input' | 'match'>): Reason | undefined {
  const { length } = countProviders(input.incidents, 'canceled').counted;
  const { sport, eventGroup } = match;
  if (length < Math.max(1, input.settings.threshold('canceled', sport.identifier, eventGroup.identifier))) {
    return undefined;
  }
  const who = length === 1 ? '1 provider reports' : `${length} providers report`;
  return { code: 'canceled', text: `${who} that the match is canceled` };
}

/** The event of a match that is gone from the chain, as far as history was looked up. */
export function pastOf(
  { history }: DecideInput,
  { league }: League,
  match: NormalizedMatch,
  startTime: Date,
): PastEvent | undefined {
  const { identities } = KINDS.event;
  const wanted = new Set(identities(eventObject(league.object, match, startTime, '').fields));
  return history?.find(
    ({ event }) =>
      event.event_group_id === league.id && identities({ ...event }).some((identity) => wanted.has(identity)),
  );
}

/** Ends a run on a condition: nothing is wanted, and approvals that lost their ground are withdrawn. */
export function halted(run: EventRun, halt: Halt): Decision {
  const { input, providers, threshold, event } = run;
  const agreement =
    event && halt.about && halt.about.length > 0
      ? agree(input, {
          standings: halt.about,
          rank: rankOfRun(run),
          unwanted: { reason: halt.reason.text },
          ...(halt.withdraw ? { withdraw: halt.withdraw } : {}),
        })
      : undefined;
  const withdraws = agreement?.hasEffects ?? false;
  return decision(input, {
    status: halt.status,
    final: (halt.final ?? true) && !withdraws,
    reasons: [halt.reason, ...(halt.notes ?? [])],
    threshold,
    counted: providers.counted,
    notCounted: providers.notCounted,
    ...(halt.alert === undefined ? {} : { alert: halt.alert }),
    ...(halt.retryAt ? { retryAt: halt.retryAt } : {}),
    dependsOn: withdraws
      ? { objects: objectsOf(run), proposals: true }
      : (halt.dependsOn ?? { objects: [], proposals: false }),
    ...(agreement ? unwantedParts(agreement) : {}),
    memory: remembering(run, agreement?.memory ?? input.memory),
  });
}

/**
 * Ends a run whose event is not on chain. One that was there, and one that our proposal did away with, is over; one
 * that never was may still come, so it is waited for.
 */
export function missing(run: EventRun): Decision {
  const { input, league, match, startTime, past } = run;
  const { memory, view } = input;
  const executed = view
    .closedProposals()
    .filter(({ proposal, outcome }) => outcome === 'executed' && memory.proposals?.includes(proposal.id));
  const block = Math.max(0, ...executed.map((closed) => closed.block));
  if (past || memory.created !== undefined || executed.length > 0) {
    const isIrreversible = block <= view.irreversible;
    return {
      ...halted(run, { status: 'done', final: isIrreversible, reason: goneReason(run) }),
      ...(isIrreversible ? {} : { wakeWhenIrreversible: block }),
    };
  }
  const lastChance = new Date(startTime.getTime() + LAST_CHANCE_MS);
  const final = isLastChanceGone(input, startTime);
  const text = league.league.id
    ? `no event of ${match.home.identifier} and ${match.away.identifier} at ${startTime.toISOString()} is on chain`
    : `the league "${match.eventGroup.identifier}" is not on chain: sync the sports data`;
  const notes = nearMisses(input, league.league.id, match, startTime);
  return halted(run, {
    status: 'event_missing',
    final,
    reason: { code: 'event_missing', text },
    notes,
    ...(notes[0] ? { alert: notes.map((note) => note.text).join('; ') } : {}),
    ...(final ? {} : { retryAt: lastChance }),
    // A league that is missing comes with a proposal; an event touches its league.
    dependsOn: { objects: league.objects, proposals: league.league.id === undefined },
  });
}

/** Goes on towards the chain with what the call wants. */
export function pursued(
  run: EventRun,
  want: Omit<Want, 'rank'>,
  more: { readonly notes?: readonly Reason[]; readonly alerts?: readonly string[] } = {},
): Decision {
  const { input, providers, threshold } = run;
  const agreement = agree(input, { ...want, rank: rankOfRun(run) });
  const end = conclude(input, want.standings, agreement, want.unwanted !== undefined);
  const alerts = [...(more.alerts ?? []), ...(end.alert === undefined ? [] : [end.alert])];
  return decision(input, {
    ...end,
    threshold,
    counted: providers.counted,
    notCounted: providers.notCounted,
    reasons: [...(more.notes ?? []), ...agreement.reasons, ...twinNotes(run)],
    dependsOn: { objects: [...objectsOf(run), ...authorityOf(end)], proposals: !end.final },
    memory: remembering(run, agreement.memory),
    ...(alerts.length > 0 ? { alert: alerts.join('; ') } : {}),
  });
}

/** What is remembered of the event: its id, once it is there irreversibly. */
export function remembering({ input: { view }, event }: EventRun, memory: DecisionMemory): DecisionMemory {
  if (!event || blockOf(view, event.standing) > view.irreversible) return memory;
  return { ...memory, created: event.chain.id };
}

function goneReason({ input, past }: EventRun): Reason {
  const { created } = input.memory;
  if (past) {
    const { id, status, scores } = past.event;
    const text = `event ${id} is over: ${[status, scores.join(':')].join(' ').trim()}`;
    return { code: 'event_over', text };
  }
  const which = created === undefined ? 'the event' : `event ${created}`;
  return { code: 'event_over', text: `${which} was on chain and is gone: it was settled or canceled` };
}

function eventOf(
  { view }: DecideInput,
  { league, standings }: League,
  match: NormalizedMatch,
  startTime: Date,
): EventRun['event'] {
  if (league.id === undefined) return undefined;
  const [standing] = standingsOf(view, [eventObject(league.object, match, startTime, '')], standings);
  const chain = standing && view.events(league.id).find(({ id }) => id === standing.id);
  // What is canceled or settled is removed with the block that made it so.
  const isOver = chain?.status === 'canceled' || chain?.status === 'settled';
  return standing && chain && !isOver ? { standing, chain } : undefined;
}

/** Legacy witnesses can double an event by themselves; only the first is acted on, as they do. */
function twinNotes({ event }: EventRun): readonly Reason[] {
  if (!event || event.standing.twins.length === 0) return [];
  const { chain, standing } = event;
  const text = `${standing.object.label} is on chain as ${[chain.id, ...standing.twins].join(', ')}: only the first is acted on`;
  return [{ code: 'twice_on_chain', text }];
}

function objectsOf({ event, league }: EventRun): readonly ObjectId[] {
  return event ? [event.chain.id] : league.objects;
}

function rankOfRun({ call, match, startTime }: EventRun): Want['rank'] {
  return { sport: match.sport.identifier, call, day: startTime.toISOString().slice(0, 10) };
}

function unwantedParts({ approvals, refused, wakeAtBlock }: Agreement): Partial<Decision> {
  return { approvals, refused, ...(wakeAtBlock === undefined ? {} : { wakeAtBlock }) };
}

function isLastChanceGone({ view }: DecideInput, startTime: Date): boolean {
  return view.head.time.getTime() >= startTime.getTime() + LAST_CHANCE_MS;
}
