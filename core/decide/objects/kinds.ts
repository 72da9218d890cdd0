import type { ChainView, ObjectId } from '../../chain/types.ts';
import { OP } from '../../chain/types.ts';
import { type Fields, textOf, textsOf } from './texts.ts';

/**
 * The kinds of objects that are brought in sync, and two that are no objects of their own: the status of an event and
 * the resolution of a market group. Those two are there once their operation has had its effect.
 */
export type KindName =
  | 'sport'
  | 'event_group'
  | 'rules'
  | 'event'
  | 'betting_market_group'
  | 'betting_market'
  | 'event_status'
  | 'resolution';

/** An object on chain by its fields. */
export type Sibling = Fields & { readonly id: ObjectId };

/** Objects of a view are plain records of what the node answered; their own types only lack the index. */
function siblings(list: readonly { readonly id: ObjectId }[]): readonly Sibling[] {
  return list as readonly Sibling[];
}

/** How one field of a kind is treated. */
interface FieldRule {
  /** Name on the object and in the create operation. */
  readonly name: string;
  /** Name in the update operation; absent where the chain has none. */
  readonly updateName?: string;
  /** In a peer's operation: `exact` must be equal, `ignored` may differ (oracle reference 16). */
  readonly inOperations: 'exact' | 'ignored';
  /** Whether a difference on chain wants an update (oracle reference 7, "in sync"). */
  readonly inSync: boolean;
  /** What the node takes where an operation leaves the field out. */
  readonly absent?: unknown;
}

/** Everything the sync algorithm knows about a kind. */
export interface Kind {
  readonly name: KindName;
  readonly create: { readonly tag: number; readonly name: string };
  /** Absent where there is nothing to update. */
  readonly update?: {
    readonly tag: number;
    readonly name: string;
    /** Field that names the object. */
    readonly idField: string;
    /** Field that no call of ours sets and no approved operation may set (agreement rule O). */
    readonly statusField?: string;
  };
  /** Field that names the object above; may be relative in a proposal. */
  readonly parent?: { readonly name: string; readonly updateName?: string };
  readonly fields: readonly FieldRule[];
  /** Objects on chain among which an equal one is searched. */
  siblings(view: ChainView, parentId: ObjectId | undefined): readonly Sibling[];
  /**
   * What an object is recognised by below its parent (oracle reference 7, "same object"): two are the same when they
   * have one of these in common.
   */
  identities(fields: Fields): readonly string[];
}

/** Whether the kind is no object of its own but something that happens to one; its operations name only ids on chain. */
export function isAct({ name }: Kind): boolean {
  return name === 'event_status' || name === 'resolution';
}

const text = (name: string): FieldRule => ({
  name,
  updateName: `new_${name}`,
  inOperations: 'exact',
  inSync: true,
});

const exact = (name: string): FieldRule => ({ name, inOperations: 'exact', inSync: false });

const byText = (field: string, key: string) => (fields: Fields) => {
  const found = textOf(fields[field], key);
  return found === undefined ? [] : [found];
};

/** The kinds by name. */
export const KINDS: Readonly<Record<KindName, Kind>> = {
  sport: {
    name: 'sport',
    create: { tag: OP.sport_create, name: 'sport_create' },
    update: { tag: OP.sport_update, name: 'sport_update', idField: 'sport_id' },
    fields: [text('name')],
    siblings: (view) => siblings(view.sports()),
    identities: byText('name', 'identifier'),
  },
  event_group: {
    name: 'event_group',
    create: { tag: OP.event_group_create, name: 'event_group_create' },
    update: { tag: OP.event_group_update, name: 'event_group_update', idField: 'event_group_id' },
    parent: { name: 'sport_id', updateName: 'new_sport_id' },
    fields: [text('name')],
    siblings: (view, sport) => (sport ? siblings(view.eventGroups(sport)) : []),
    identities: byText('name', 'identifier'),
  },
  rules: {
    name: 'rules',
    create: { tag: OP.betting_market_rules_create, name: 'betting_market_rules_create' },
    update: {
      tag: OP.betting_market_rules_update,
      name: 'betting_market_rules_update',
      idField: 'betting_market_rules_id',
    },
    fields: [text('name'), text('description')],
    siblings: (view) => siblings(view.rules()),
    identities: byText('name', 'en'),
  },
  event: {
    name: 'event',
    create: { tag: OP.event_create, name: 'event_create' },
    update: {
      tag: OP.event_update,
      name: 'event_update',
      idField: 'event_id',
      statusField: 'new_status',
    },
    parent: { name: 'event_group_id', updateName: 'new_event_group_id' },
    fields: [
      text('name'),
      { name: 'season', updateName: 'new_season', inOperations: 'ignored', inSync: false },
      { name: 'start_time', updateName: 'new_start_time', inOperations: 'exact', inSync: true },
    ],
    siblings: (view, group) => (group ? siblings(view.events(group)) : []),
    // Any language of the scheme's name together with the start finds the event of an incident.
    identities: (fields) =>
      textsOf(fields.name).map((pair) => JSON.stringify([...pair, fields.start_time ?? null])),
  },
  betting_market_group: {
    name: 'betting_market_group',
    create: { tag: OP.betting_market_group_create, name: 'betting_market_group_create' },
    update: {
      tag: OP.betting_market_group_update,
      name: 'betting_market_group_update',
      idField: 'betting_market_group_id',
      statusField: 'status',
    },
    parent: { name: 'event_id' },
    fields: [
      text('description'),
      { name: 'asset_id', inOperations: 'exact', inSync: false },
      // A group under other rules would be graded otherwise, so such a creation is not approved; one that is on chain
      // already is left alone, as peers leave it alone.
      { name: 'rules_id', updateName: 'new_rules_id', inOperations: 'exact', inSync: false },
      { name: 'never_in_play', inOperations: 'exact', inSync: false, absent: false },
      { name: 'delay_before_settling', inOperations: 'exact', inSync: false, absent: 0 },
    ],
    siblings: (view, event) => (event ? siblings(view.marketGroups(event)) : []),
    // An event has one group of each dynamic type for each asset; their texts carry the value, which may be a little off.
    identities: (fields) => {
      const type = textOf(fields.description, '_dynamic');
      if (type !== undefined) return [JSON.stringify({ dynamic: type, asset: fields.asset_id })];
      const english = textOf(fields.description, 'en');
      return english === undefined ? [] : [JSON.stringify([english, fields.asset_id])];
    },
  },
  betting_market: {
    name: 'betting_market',
    create: { tag: OP.betting_market_create, name: 'betting_market_create' },
    update: { tag: OP.betting_market_update, name: 'betting_market_update', idField: 'betting_market_id' },
    parent: { name: 'group_id', updateName: 'new_group_id' },
    fields: [
      text('description'),
      {
        name: 'payout_condition',
        updateName: 'new_payout_condition',
        inOperations: 'exact',
        inSync: false,
        absent: [],
      },
    ],
    siblings: (view, group) => (group ? siblings(view.markets(group)) : []),
    identities: byText('description', 'en'),
  },
  event_status: {
    name: 'event_status',
    create: { tag: OP.event_update_status, name: 'event_update_status' },
    fields: [exact('event_id'), exact('status'), exact('scores')],
    siblings: () => [],
    identities: ({ event_id, status }) => [JSON.stringify([event_id, status])],
  },
  resolution: {
    name: 'resolution',
    create: { tag: OP.betting_market_group_resolve, name: 'betting_market_group_resolve' },
    fields: [exact('betting_market_group_id'), exact('resolutions')],
    siblings: () => [],
    identities: ({ betting_market_group_id }) => [String(betting_market_group_id)],
  },
};
