import {
  type EventStatus,
  type GroupStatus,
  type ObjectId,
  OP,
  type Operation,
} from '../../core/chain/types.ts';

type WorldObject = Readonly<Record<string, unknown>> & { readonly id: ObjectId };

/** The objects of a test world as operations change them. */
export interface WorldObjects {
  create(type: number, fields: Record<string, unknown>): ObjectId;
  change(id: unknown, fields: Record<string, unknown>): void;
  get(id: unknown): WorldObject | undefined;
  all(type: number): readonly WorldObject[];
  children(type: number, parent: string, id: unknown): readonly WorldObject[];
  remove(id: ObjectId): void;
  /** Of the head block, in milliseconds. */
  time(): number;
}

const NO_TRANSITION = 'Invalid state transition: No transition';

/**
 * Applies one operation of a proposal as the chain does (chain reference 5 and 8), relative ids resolved by the results
 * so far. Returns the id it makes; throws with the text of the node when it fails.
 */
export function applyOperation(
  world: WorldObjects,
  [tag, given]: Operation,
  results: readonly (ObjectId | undefined)[],
): ObjectId | undefined {
  const fields = Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const relative = typeof value === 'string' ? /^0\.\d+\.(\d+)$/.exec(value) : null;
      if (!relative) return [name, value];
      const result = results[Number(relative[1])];
      if (result === undefined) throw new Error(`nothing at ${String(value)}`);
      return [name, result];
    }),
  );
  switch (tag) {
    case OP.sport_create:
      return world.create(20, fields);
    case OP.event_group_create:
      return world.create(21, fields);
    case OP.event_create:
      return world.create(22, { ...fields, status: 'upcoming', scores: [] });
    case OP.betting_market_rules_create:
      return world.create(23, fields);
    case OP.betting_market_group_create:
      if (!world.get(fields.event_id)) throw new Error('Invalid event specified');
      return world.create(24, { ...fields, status: 'upcoming', settling_time: null });
    case OP.betting_market_create:
      if (!world.get(fields.group_id)) throw new Error('Invalid betting_market_group specified');
      return world.create(25, { ...fields, status: 'unresolved', resolution: null });
    case OP.sport_update:
      world.change(fields.sport_id, { name: fields.new_name });
      return undefined;
    case OP.event_group_update:
      world.change(fields.event_group_id, { name: fields.new_name });
      return undefined;
    case OP.event_update:
      world.change(fields.event_id, { name: fields.new_name, start_time: fields.new_start_time });
      return undefined;
    case OP.betting_market_rules_update:
      world.change(fields.betting_market_rules_id, {
        name: fields.new_name,
        description: fields.new_description,
      });
      return undefined;
    case OP.betting_market_group_update:
      world.change(fields.betting_market_group_id, { description: fields.new_description });
      if (fields.status !== undefined) setGroupStatus(world, fields.betting_market_group_id, fields.status);
      return undefined;
    case OP.betting_market_update:
      world.change(fields.betting_market_id, { description: fields.new_description });
      return undefined;
    case OP.event_update_status:
      world.change(fields.event_id, { scores: fields.scores });
      setEventStatus(world, fields.event_id, fields.status);
      return undefined;
    case OP.betting_market_group_resolve:
      resolve(world, fields.betting_market_group_id, fields.resolutions);
      return undefined;
    default:
      throw new Error(`the world does not execute operation ${tag}`);
  }
}

/** Which statuses an event may go to; the hidden state of a frozen one is in `was`. */
const EVENT_STEPS: Readonly<Record<string, readonly string[]>> = {
  upcoming: ['in_progress', 'frozen', 'finished', 'canceled'],
  in_progress: ['frozen', 'finished', 'canceled'],
  'frozen upcoming': ['upcoming', 'in_progress', 'finished', 'canceled'],
  'frozen in_progress': ['in_progress', 'finished', 'canceled'],
  finished: ['canceled'],
};
const GROUP_STEPS: Readonly<Record<string, readonly string[]>> = {
  upcoming: ['in_play', 'frozen', 'closed', 'canceled'],
  in_play: ['frozen', 'closed', 'canceled'],
  'frozen upcoming': ['upcoming', 'in_play', 'closed', 'canceled'],
  'frozen in_play': ['in_play', 'closed', 'canceled'],
  closed: ['canceled'],
  graded: ['canceled'],
};
/** What an event's groups follow it to. */
const CASCADE: Readonly<Partial<Record<EventStatus, GroupStatus>>> = {
  upcoming: 'upcoming',
  in_progress: 'in_play',
  frozen: 'frozen',
  finished: 'closed',
  canceled: 'canceled',
};

/** Changes the status of an event, its groups with it; an equal status changes nothing. */
export function setEventStatus(world: WorldObjects, id: unknown, to: unknown): void {
  const event = world.get(id);
  if (!event) throw new Error('Assert Exception: maybe_found != nullptr: Unable to find Object');
  if (event.status === to) return;
  step(world, event, String(to), EVENT_STEPS);
  const group = CASCADE[String(to) as EventStatus];
  for (const child of world.children(24, 'event_id', id)) {
    // Groups that cannot follow are left as they are.
    if (group && (GROUP_STEPS[stateOf(child)] ?? []).includes(group)) setGroupStatus(world, child.id, group);
  }
}

function setGroupStatus(world: WorldObjects, id: unknown, to: unknown): void {
  const group = world.get(id);
  if (!group) throw new Error('Assert Exception: maybe_found != nullptr: Unable to find Object');
  if (to === 'in_play' && group.never_in_play === true) return;
  step(world, group, String(to), GROUP_STEPS);
}

function step(
  world: WorldObjects,
  object: WorldObject,
  to: string,
  steps: Readonly<Record<string, readonly string[]>>,
): void {
  if (!(steps[stateOf(object)] ?? []).includes(to)) throw new Error(NO_TRANSITION);
  world.change(object.id, { status: to, was: to === 'frozen' ? object.status : '' });
}

function stateOf({ status, was }: WorldObject): string {
  return status === 'frozen' ? `frozen ${String(was)}` : String(status);
}

function resolve(world: WorldObjects, id: unknown, resolutions: unknown): void {
  const group = world.get(id);
  if (!group) throw new Error('Assert Exception: maybe_found != nullptr: Unable to find Object');
  const given = new Map(resolutions as readonly (readonly [string, string])[]);
  const markets = world.children(25, 'group_id', id);
  if (given.size !== markets.length) {
    throw new Error(
      `You must publish resolutions for all ${markets.length} markets in the group, you published ${given.size}`,
    );
  }
  for (const market of markets) {
    if (!given.has(market.id)) throw new Error(`Missing resolution for betting market ${market.id}`);
  }
  const values = [...given.values()];
  const canceled = values.filter((value) => value === 'cancel').length;
  if (canceled > 0 && canceled < values.length) {
    throw new Error('You must cancel all betting markets or none of the betting markets in the group');
  }
  if (canceled === 0 && values.filter((value) => value === 'win').length !== 1) {
    throw new Error('There must be exactly one winning market');
  }
  if (canceled === 0 && group.status !== 'closed') throw new Error(NO_TRANSITION);
  for (const market of markets)
    world.change(market.id, { resolution: given.get(market.id), status: 'graded' });
  if (canceled > 0) {
    setGroupStatus(world, id, 'canceled');
    return;
  }
  const settlingMs = world.time() + Number(group.delay_before_settling ?? 0) * 1000;
  world.change(id, { status: 'graded', settling_time: new Date(settlingMs).toISOString().slice(0, 19) });
}

/** Removes what is settled or canceled, as the end of a block does. */
export function settle(world: WorldObjects): void {
  for (const event of world.all(22)) {
    const groups = world.children(24, 'event_id', event.id);
    const gone = groups.filter(
      ({ status, settling_time }) =>
        status === 'canceled' ||
        (status === 'graded' && Date.parse(`${String(settling_time)}Z`) <= world.time()),
    );
    for (const group of gone) {
      for (const market of world.children(25, 'group_id', group.id)) world.remove(market.id);
      world.remove(group.id);
    }
    const isOver = event.status === 'finished' && gone.length > 0 && gone.length === groups.length;
    if (event.status === 'canceled' || isOver) world.remove(event.id);
  }
}
