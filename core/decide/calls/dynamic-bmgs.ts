import type { ObjectId } from '../../chain/types.ts';
import type { MarketGroupTemplate } from '../../sports/types.ts';
import { DYNAMIC_TYPES, type DynamicType, statedValues, valuesOf, valueText } from '../dynamic-values.ts';
import { type Standing, standingsOf, type WantedObject } from '../objects/standing.ts';
import type { DecideInput, Decision, Reason } from '../types.ts';
import { adopt } from './adoption.ts';
import {
  cancelOf,
  type EventRun,
  halted,
  isDecision,
  missing,
  pursued,
  startRun,
  tooFew,
} from './event-run.ts';
import { distinct, groupsOf, type WantedGroups } from './market-groups.ts';
import { nextLook } from './next-look.ts';
import { withoutGone } from './opened.ts';

/**
 * `dynamic_bmgs`: for each type that incidents give values for, the league's market group with the median value, once
 * per asset, and its markets (oracle reference 6). A group that is on chain or pending with a value near ours is the
 * same one, and its value is taken; a type on chain with another value is left alone, and nothing on chain is changed.
 *
 * States: `insufficient_incidents`; `event_missing` until it is on chain; `postponed` until the oldest incident is old
 * enough; `related_object_not_found` while rules or assets are missing; `waiting` and `midway` as in `create`; `done`
 * when all is on chain, when the league has no such market groups, or when the event is under way.
 */
export function decideDynamicBmgs(input: DecideInput): Decision {
  const run = startRun(input, 'dynamic_bmgs');
  if (isDecision(run)) return run;
  const { event } = run;
  const plan: Plan = event ? planOf(run, event) : { standings: [], problems: [], notes: [], memory: {} };
  const groups = plan.standings.filter(({ kind }) => kind.name !== 'event');
  const few = tooFew(run);
  if (few) {
    return halted(run, { status: 'insufficient_incidents', reason: few, about: groups, withdraw: 'given' });
  }
  const cancel = cancelOf(run);
  if (cancel) return halted(run, { status: 'done', reason: cancel, about: groups });
  const useless = uselessness(run);
  if (useless) return halted(run, { status: 'done', reason: useless });
  if (!event) return missing(run);
  const early = earliness(run);
  if (early) return halted(run, { status: 'postponed', final: false, ...early });
  const [problem] = plan.problems;
  if (problem) {
    // Rules and assets come with blocks that no id here stands for.
    const dependsOn = { objects: [event.chain.id], proposals: true };
    return halted(run, { status: 'related_object_not_found', final: false, reason: problem, dependsOn });
  }
  const { status } = event.chain;
  const isUnderWay = status !== 'upcoming' && status !== 'frozen';
  const over = `the event is ${status}: markets are not opened any more`;
  const decision = pursued(
    run,
    { standings: groups, ...(isUnderWay ? { unwanted: { reason: over } } : {}) },
    { notes: [...plan.notes, ...(isUnderWay ? [{ code: 'event_under_way', text: over }] : [])] },
  );
  return { ...decision, memory: { ...decision.memory, ...plan.memory } };
}

/** The groups of all types that are reported, as they stand. */
interface Plan {
  readonly standings: readonly Standing[];
  readonly problems: readonly Reason[];
  readonly notes: readonly Reason[];
  readonly memory: Pick<DecideInput['memory'], 'rivalValuesSinceBlock' | 'opened'>;
}

/** The groups of one type. */
interface Part extends WantedGroups {
  readonly rivalsSinceBlock?: number;
  /** The group on chain because of which the type is left alone. */
  readonly leftAlone?: ObjectId;
}

function planOf(run: EventRun, { standing }: NonNullable<EventRun['event']>): Plan {
  const { input, match } = run;
  const rivals: Record<string, number> = {};
  const parts: Part[] = [];
  for (const type of DYNAMIC_TYPES) {
    const stated = statedValues(input.incidents, type, match, input.normalizer);
    const template = templateOf(run, type);
    if (stated.length === 0) continue;
    if (!template) {
      const text = `the league has no market group for "${type}"`;
      parts.push({ objects: [], problems: [], notes: [{ code: 'no_dynamic_markets', text }] });
      continue;
    }
    const part = partOf(run, standing, type, template, stated);
    parts.push(part);
    if (part.rivalsSinceBlock !== undefined) rivals[type] = part.rivalsSinceBlock;
  }
  const leftAlone = new Map(
    parts.flatMap(({ objects, leftAlone: id }) => (id ? objects.map((object) => [object, id] as const) : [])),
  );
  const objects: readonly WantedObject[] = [standing.object, ...parts.flatMap((part) => part.objects)];
  const all = standingsOf(input.view, objects, run.league.standings);
  const remaining = withoutGone(input.view, standing, all, input.memory);
  return {
    standings: remaining.standings.map((found) => {
      const id = leftAlone.get(found.object);
      if (id !== undefined) return { ...found, id, differences: [] };
      // What is on chain is left as it is.
      return found.differences.length === 0 ? found : { ...found, differences: [] };
    }),
    problems: distinct(parts.flatMap((part) => part.problems)),
    notes: distinct([...parts.flatMap((part) => part.notes), ...remaining.notes]),
    memory: {
      ...remaining.memory,
      ...(Object.keys(rivals).length > 0 ? { rivalValuesSinceBlock: rivals } : {}),
    },
  };
}

function partOf(
  { input, match }: EventRun,
  event: Standing,
  type: DynamicType,
  template: MarketGroupTemplate,
  stated: readonly number[],
): Part {
  const own = valuesOf(stated, type, template.dynamicAllowFloat);
  const since = input.memory.rivalValuesSinceBlock?.[type];
  const adoption = adopt({
    view: input.view,
    event: event.id ?? '',
    type,
    own,
    tolerance: input.settings.fuzzy[type],
    ...(since === undefined ? {} : { rivalsSinceBlock: since }),
  });
  if (adoption.kind === 'left_alone') {
    const found = adoption.values ? valueText(adoption.values) : 'a value that cannot be read';
    const text = `"${type}" is on chain as ${adoption.group} with ${found}, ours is ${valueText(own)}: it is left alone`;
    // The groups count as being there, so that no proposal of one more is accepted or keeps our approval.
    const { objects } = groupsOf(input, match, event.object, template, () => own);
    return {
      objects: objects.filter(({ kind }) => kind === 'betting_market_group'),
      problems: [],
      notes: [{ code: 'type_on_chain', text }],
      leftAlone: adoption.group,
    };
  }
  const { from, rivalsSinceBlock, valuesOf: valuesFor } = adoption;
  const groups = groupsOf(input, match, event.object, template, valuesFor);
  const median = `"${type}": the median of ${stated.length} values gives ${valueText(own)}`;
  const taken = from === undefined ? '' : `, that of ${from} is taken`;
  return {
    ...groups,
    notes: [{ code: 'dynamic_value', text: median + taken }, ...groups.notes],
    ...(rivalsSinceBlock === undefined ? {} : { rivalsSinceBlock }),
  };
}

function templateOf({ match }: EventRun, type: DynamicType): MarketGroupTemplate | undefined {
  return match.eventGroup.marketGroups
    .flatMap((key) => match.sport.marketGroups.get(key) ?? [])
    .find((template) => template.dynamic === type);
}

/** Why nothing can come of these incidents: the league has no market group for any of their types, or no value is one. */
function uselessness(run: EventRun): Reason | undefined {
  const { input, match } = run;
  const stated = DYNAMIC_TYPES.filter(
    (type) => statedValues(input.incidents, type, match, input.normalizer).length > 0,
  );
  if (stated.length === 0) {
    const text =
      'the incidents hold no value that can be read of a type that is known, for a team of the match';
    return { code: 'no_dynamic_values', text };
  }
  if (stated.some((type) => templateOf(run, type))) return undefined;
  const text = `${match.eventGroup.identifier} has no market groups for ${stated.join(', ')}`;
  return { code: 'no_dynamic_markets', text };
}

/** Incidents count once the oldest of them is old enough, by the time of the head block. */
function earliness({ input }: EventRun): { readonly reason: Reason; readonly retryAt: Date } | undefined {
  const { incidents, settings, view } = input;
  const times = incidents
    .filter(({ call }) => call === 'dynamic_bmgs')
    .map(({ body, receivedAt }) => {
      const sent = Date.parse(body.timestamp);
      return Number.isNaN(sent) ? receivedAt.getTime() : sent;
    });
  const readyAt = new Date(Math.min(...times) + settings.dynamicMinAgeMs);
  if (readyAt <= view.head.time) return undefined;
  const text = `the oldest incident counts from ${readyAt.toISOString()} on`;
  const retryAt = nextLook(view.head.time, readyAt, settings.postponedRetryMs);
  return { reason: { code: 'too_young', text }, retryAt };
}
