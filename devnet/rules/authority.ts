import { type ObjectId, type Operation, WITNESS_ACCOUNT } from '../../core/chain/types.ts';
import { nodeError, traced } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { type Authority, operationsJson } from '../state/objects.ts';
import type { State } from '../state/state.ts';
import { numberParameter } from './parameters.ts';

/** Whose authority operations need. */
export interface Required {
  readonly active: ReadonlySet<ObjectId>;
  readonly owner: ReadonlySet<ObjectId>;
  /** Keys that have to sign themselves, as one authority each. */
  readonly keys: readonly string[];
}

/** Approvals that count as satisfied accounts, for a proposal. */
export interface Approvals {
  readonly active: readonly ObjectId[];
  readonly owner: readonly ObjectId[];
}

const COMMITTEE: ObjectId = '1.2.0';

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The account that pays an operation's fee; witness-account for every bookie operation (chain reference 5). */
export function feePayer([tag, fields]: Operation): ObjectId {
  const named = { 0: fields.from, 62: fields.bettor_id, 68: fields.bettor_id }[tag];
  const payer = named ?? fields.fee_paying_account;
  return typeof payer === 'string' ? payer : WITNESS_ACCOUNT;
}

/** Authorities that a list of operations needs; those needed as owner are not asked as active too. */
export function requiredAuthorities(operations: readonly Operation[]): Required {
  const active = new Set<ObjectId>();
  const owner = new Set<ObjectId>();
  const keys = new Set<string>();
  for (const operation of operations) {
    const [tag, fields] = operation;
    if (tag === 24 && fields.using_owner_authority === true) owner.add(feePayer(operation));
    else active.add(feePayer(operation));
    if (tag !== 23) continue;
    for (const name of ['active_approvals_to_add', 'active_approvals_to_remove']) {
      for (const id of strings(fields[name])) active.add(id);
    }
    for (const name of ['owner_approvals_to_add', 'owner_approvals_to_remove']) {
      for (const id of strings(fields[name])) owner.add(id);
    }
    for (const name of ['key_approvals_to_add', 'key_approvals_to_remove']) {
      for (const key of strings(fields[name])) keys.add(key);
    }
  }
  return { active, owner, keys: [...keys] };
}

/** Follows authorities down and remembers which keys were of use. */
class Signers {
  readonly #state: State;
  readonly #maxDepth: number;
  readonly #keys: ReadonlySet<string>;
  readonly #approved: Set<ObjectId>;
  readonly used = new Set<string>();

  constructor(state: State, keys: readonly string[], approvals: Approvals) {
    this.#state = state;
    this.#maxDepth = numberParameter(state.get('globals', '2.0.0').parameters, 'max_authority_depth');
    this.#keys = new Set(keys);
    this.#approved = new Set([...approvals.active, ...approvals.owner]);
  }

  signed(key: string): boolean {
    if (!this.#keys.has(key)) return false;
    this.used.add(key);
    return true;
  }

  account(id: ObjectId): boolean {
    if (this.#approved.has(id)) return true;
    const account = this.#state.find('account', id);
    return account !== undefined && this.authority(account.active);
  }

  authority(authority: Authority, depth = 0): boolean {
    let weight = 0;
    for (const [key, worth] of authority.keys) {
      if (!this.signed(key)) continue;
      weight += worth;
      if (weight >= authority.threshold) return true;
    }
    for (const [id, worth] of authority.accounts) {
      if (!this.#approved.has(id)) {
        const member = this.#state.find('account', id);
        if (depth === this.#maxDepth || !member || !this.authority(member.active, depth + 1)) continue;
        this.#approved.add(id);
      }
      weight += worth;
      if (weight >= authority.threshold) return true;
    }
    return weight >= authority.threshold;
  }
}

function authorityData(authority: Authority): JsonObject {
  return {
    weight_threshold: authority.threshold,
    account_auths: authority.accounts,
    key_auths: authority.keys,
    address_auths: [],
  };
}

/** Who is asked: the operations, the keys that signed, and approvals that count already. */
export interface Question {
  readonly operations: readonly Operation[];
  readonly keys: readonly string[];
  readonly approvals?: Approvals;
  /** Proposals may act for the committee, transactions may not. */
  readonly allowCommittee?: boolean;
}

/**
 * Fails unless signatures and approvals satisfy every authority, with no signature to spare (chain reference 9.4).
 * @throws NodeError saying what is missing, or which signature was not needed.
 */
export function verifyAuthority(state: State, question: Question): void {
  const { operations, keys, approvals = { active: [], owner: [] }, allowCommittee = false } = question;
  const where = ['transaction.cpp', 310, 'verify_authority'] as const;
  traced(
    ['transaction.cpp', 327, 'verify_authority'],
    () => ({ ops: operationsJson(operations), sigs: keys }),
    () => {
      const required = requiredAuthorities(operations);
      if (!allowCommittee && required.active.has(COMMITTEE)) {
        throw nodeError('committee', 'Committee account may only propose transactions', {}, where);
      }
      const signers = new Signers(state, keys, approvals);
      for (const key of required.keys) {
        if (!signers.signed(key)) throw nodeError('missingOther', 'Missing Authority', {}, where);
      }
      for (const id of required.active) {
        const { active, owner } = state.get('account', id);
        if (signers.account(id) || signers.authority(owner)) continue;
        const data = { id, auth: authorityData(active), owner: authorityData(owner) };
        throw nodeError('missingActive', 'Missing Active Authority {id}', data, where);
      }
      for (const id of required.owner) {
        const { owner } = state.get('account', id);
        if (approvals.owner.includes(id) || signers.authority(owner)) continue;
        const data = { id, auth: authorityData(owner) };
        throw nodeError('missingOwner', 'Missing Owner Authority {id}', data, where);
      }
      if (keys.some((key) => !signers.used.has(key))) {
        throw nodeError('irrelevantSignature', 'Unnecessary signature(s) detected', {}, where);
      }
    },
  );
}

/** Of the available keys those that should sign; the others would be refused as unnecessary. */
export function keysNeeded(
  state: State,
  operations: readonly Operation[],
  available: readonly string[],
): string[] {
  const required = requiredAuthorities(operations);
  const signers = new Signers(state, available, { active: [], owner: [] });
  for (const key of required.keys) signers.signed(key);
  for (const id of required.active) signers.account(id);
  for (const id of required.owner) signers.authority(state.get('account', id).owner);
  return [...signers.used].sort();
}

/** Every key in the authorities of the accounts that operations need, account members included. */
export function potentialKeys(state: State, operations: readonly Operation[]): string[] {
  const required = requiredAuthorities(operations);
  const depth = numberParameter(state.get('globals', '2.0.0').parameters, 'max_authority_depth');
  const keys = new Set(required.keys);
  const collect = (authority: Authority, left: number): void => {
    for (const [key] of authority.keys) keys.add(key);
    if (left === 0) return;
    for (const [id] of authority.accounts) collect(state.get('account', id).active, left - 1);
  };
  for (const id of required.active) {
    const { active, owner } = state.get('account', id);
    collect(active, depth);
    collect(owner, depth);
  }
  for (const id of required.owner) collect(state.get('account', id).owner, depth);
  return [...keys].sort();
}
