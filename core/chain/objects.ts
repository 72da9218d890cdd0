import { BosError } from '../errors.ts';
import { typeOf } from './ids.ts';
import { isRecord } from './json.ts';
import {
  type ChainEvent,
  type ChainEventGroup,
  type ChainMarket,
  type ChainMarketGroup,
  type ChainProposal,
  type ChainRules,
  type ChainSport,
  EVENT_STATUSES,
  GROUP_STATUSES,
  type I18n,
  type ObjectId,
  type Operation,
  RESOLUTIONS,
  WITNESS_ACCOUNT,
} from './types.ts';

/** The kinds of objects that a view holds, by the name of their table. */
export interface Kinds {
  readonly sports: ChainSport;
  readonly eventGroups: ChainEventGroup;
  readonly events: ChainEvent;
  readonly rules: ChainRules;
  readonly marketGroups: ChainMarketGroup;
  readonly markets: ChainMarket;
  readonly proposals: ChainProposal;
}
export type Kind = keyof Kinds;

/** An object of the node, narrowed to what views show, so that other changes (bets) are no changes. */
export type Tracked = {
  [K in Kind]: {
    readonly kind: K;
    readonly value: Kinds[K] /** Id of what it hangs under, `''` for what hangs under nothing. */;
    readonly parent: ObjectId;
  };
}[Kind];

const KIND_OF: Readonly<Record<string, Kind>> = {
  '1.10': 'proposals',
  '1.20': 'sports',
  '1.21': 'eventGroups',
  '1.22': 'events',
  '1.23': 'rules',
  '1.24': 'marketGroups',
  '1.25': 'markets',
};

/** The kind that an id belongs to; undefined when views do not hold such objects. */
export function kindOf(id: ObjectId): Kind | undefined {
  return KIND_OF[typeOf(id)];
}

/** Reads one field after another; what is not as the chain reference says throws `invalid` with the object's id. */
class Fields {
  readonly #raw: Readonly<Record<string, unknown>>;
  readonly id: ObjectId;

  constructor(raw: Readonly<Record<string, unknown>>, id: ObjectId) {
    this.#raw = raw;
    this.id = id;
  }

  text(name: string): string {
    const value = this.#raw[name];
    return typeof value === 'string' ? value : this.#refuse(name, 'text');
  }

  textOrNull(name: string): string | null {
    return this.#raw[name] === null || this.#raw[name] === undefined ? null : this.text(name);
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T {
    const value = this.#raw[name];
    return values.find((known) => known === value) ?? this.#refuse(name, `one of ${values.join(', ')}`);
  }

  texts(name: string): I18n {
    const value = this.#raw[name];
    if (!Array.isArray(value)) return this.#refuse(name, 'pairs of texts');
    return value.map((pair: unknown) => {
      const [key, text]: unknown[] = Array.isArray(pair) ? pair : [];
      return typeof key === 'string' && typeof text === 'string'
        ? ([key, text] as const)
        : this.#refuse(name, 'pairs of texts');
    });
  }

  list(name: string): readonly string[] {
    const value = this.#raw[name];
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? value
      : this.#refuse(name, 'texts');
  }

  flag(name: string): boolean {
    const value = this.#raw[name];
    return typeof value === 'boolean' ? value : this.#refuse(name, 'true or false');
  }

  number(name: string): number {
    const value = this.#raw[name];
    return typeof value === 'number' ? value : this.#refuse(name, 'a number');
  }

  operations(): readonly Operation[] {
    const transaction = this.#raw.proposed_transaction;
    const operations = isRecord(transaction) ? transaction.operations : undefined;
    if (!Array.isArray(operations)) return this.#refuse('proposed_transaction.operations', 'operations');
    return operations.map((operation: unknown) => {
      const [tag, fields]: unknown[] = Array.isArray(operation) ? operation : [];
      return typeof tag === 'number' && isRecord(fields)
        ? ([tag, fields] as const)
        : this.#refuse('operations', '[tag, fields]');
    });
  }

  has(name: string): boolean {
    return this.#raw[name] !== undefined && this.#raw[name] !== null;
  }

  #refuse(name: string, expected: string): never {
    const got = JSON.stringify(this.#raw[name])?.slice(0, 100);
    throw new BosError('invalid', `${this.id}: expected ${expected} in ${name}, got ${got}`);
  }
}

/**
 * Reads an object as the node answers it. Undefined for objects that views do not hold, proposals that do not need
 * witness-account among them; throws `invalid` for one of ours that is not as the chain reference says.
 */
export function readObject(raw: unknown): Tracked | undefined {
  if (!isRecord(raw) || typeof raw.id !== 'string') {
    throw new BosError(
      'invalid',
      `expected an object of the chain, got ${JSON.stringify(raw)?.slice(0, 100)}`,
    );
  }
  const { id } = raw;
  const kind = kindOf(id);
  if (kind === undefined) return undefined;
  const fields = new Fields(raw, id);
  switch (kind) {
    case 'sports':
      return { kind, parent: '', value: { id, name: fields.texts('name') } };
    case 'eventGroups': {
      const sport_id = fields.text('sport_id');
      return { kind, parent: sport_id, value: { id, name: fields.texts('name'), sport_id } };
    }
    case 'events':
      return event(fields);
    case 'rules':
      return {
        kind,
        parent: '',
        value: { id, name: fields.texts('name'), description: fields.texts('description') },
      };
    case 'marketGroups':
      return marketGroup(fields);
    case 'markets':
      return market(fields);
    case 'proposals':
      return proposal(fields);
  }
}

function event(fields: Fields): Tracked {
  const event_group_id = fields.text('event_group_id');
  return {
    kind: 'events',
    parent: event_group_id,
    value: {
      id: fields.id,
      name: fields.texts('name'),
      season: fields.texts('season'),
      start_time: fields.textOrNull('start_time'),
      event_group_id,
      scores: fields.list('scores'),
      status: fields.oneOf('status', EVENT_STATUSES),
    },
  };
}

function marketGroup(fields: Fields): Tracked {
  const event_id = fields.text('event_id');
  return {
    kind: 'marketGroups',
    parent: event_id,
    value: {
      id: fields.id,
      description: fields.texts('description'),
      event_id,
      rules_id: fields.text('rules_id'),
      asset_id: fields.text('asset_id'),
      never_in_play: fields.flag('never_in_play'),
      delay_before_settling: fields.number('delay_before_settling'),
      settling_time: fields.textOrNull('settling_time'),
      status: fields.oneOf('status', GROUP_STATUSES),
    },
  };
}

function market(fields: Fields): Tracked {
  const group_id = fields.text('group_id');
  return {
    kind: 'markets',
    parent: group_id,
    value: {
      id: fields.id,
      group_id,
      description: fields.texts('description'),
      payout_condition: fields.texts('payout_condition'),
      resolution: fields.has('resolution') ? fields.oneOf('resolution', RESOLUTIONS) : null,
      status: fields.text('status'),
    },
  };
}

function proposal(fields: Fields): Tracked | undefined {
  const required_active_approvals = fields.list('required_active_approvals');
  const required_owner_approvals = fields.list('required_owner_approvals');
  if (![...required_active_approvals, ...required_owner_approvals].includes(WITNESS_ACCOUNT))
    return undefined;
  return {
    kind: 'proposals',
    parent: '',
    value: {
      id: fields.id,
      expiration_time: fields.text('expiration_time'),
      ...(fields.has('review_period_time') && { review_period_time: fields.text('review_period_time') }),
      proposed_transaction: { operations: fields.operations() },
      required_active_approvals,
      available_active_approvals: fields.list('available_active_approvals'),
      required_owner_approvals,
      available_owner_approvals: fields.list('available_owner_approvals'),
      available_key_approvals: fields.list('available_key_approvals'),
      proposer: fields.text('proposer'),
      ...(fields.has('fail_reason') && { fail_reason: fields.text('fail_reason') }),
    },
  };
}
