/**
 * The operations as the chain has them. The table of peerplaysjs-lib disagrees with the chain in five layouts, lacks
 * three operations, sorts proposed operations and scores, and reads bare times as local ones (chain reference 16); so
 * the layouts are said anew here, field by field in the order of the chain (chain reference 5), out of the library's
 * own serializer and types.
 */
import { type Codec, ops, Serializer, types } from 'peerplaysjs-lib';
import {
  amount,
  anyId,
  bool,
  checked,
  enumeration,
  idOf,
  idSet,
  keySet,
  none,
  optional,
  orderedText,
  refuse,
  texts,
  time,
  uint16,
  uint32,
} from './library-types.ts';
import { EVENT_STATUSES, GROUP_STATUSES, OP, RESOLUTIONS } from './types.ts';

const asset = new Serializer('asset', { amount, asset_id: idOf('asset', 3) });
const account = idOf('account', 2);
const accounts = idSet(account);
const proposal = idOf('proposal', 10);
const sport = idOf('sport', 20);
const eventGroup = idOf('event_group', 21);
const event = idOf('event', 22);
const rules = idOf('betting_market_rules', 23);
const group = idOf('betting_market_group', 24);
const market = idOf('betting_market', 25);
const eventStatus = enumeration(EVENT_STATUSES);
const groupStatus = enumeration(GROUP_STATUSES);
const resolutions = checked(types.map(market, enumeration(RESOLUTIONS)), (value) =>
  Array.isArray(value) ? [...value] : refuse('an array of [market, resolution] pairs', value),
);

/** Layouts by tag; filled below, since proposals hold operations. */
const alternatives: (Serializer | undefined)[] = [];
const operationVariant = types.static_variant(alternatives);

/** `[tag, fields]`; refuses operations and fields that the table does not have, and lets fee and extensions be absent. */
const operation: Codec = {
  ...checked(operationVariant, (value) => {
    if (!Array.isArray(value) || value.length !== 2) return refuse('[tag, fields]', JSON.stringify(value));
    const [tag, fields]: unknown[] = value;
    const known = typeof tag === 'number' ? alternatives[tag] : undefined;
    if (!known)
      return refuse(`an operation with one of the tags ${Object.keys(alternatives).join(', ')}`, tag);
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
      return refuse('an object of fields', fields);
    const unknown = Object.keys(fields).filter((name) => !Object.hasOwn(known.types, name));
    if (unknown.length > 0) {
      return refuse(
        `only the fields ${Object.keys(known.types).join(', ')} in ${known.operation_name}`,
        unknown.join(', '),
      );
    }
    return [tag, { fee: { amount: 0, asset_id: '1.3.0' }, ...fields }];
  }),
  nosort: true,
};

/** One operation as proposals hold it; its bytes are those of the operation alone. */
export const wrapper = new Serializer('op_wrapper', { op: operation });
wrapper.nosort = true;

/** A transaction without its signatures, as it is hashed. */
export const transaction = new Serializer('transaction', {
  ref_block_num: uint16,
  ref_block_prefix: uint32,
  expiration: time,
  operations: types.array(operation),
  extensions: none,
});

function layout(name: string, fields: Readonly<Record<string, Codec>>): Serializer {
  return new Serializer(name, { fee: asset, ...fields });
}

const LAYOUTS: Readonly<Record<number, Serializer>> = {
  0: layout('transfer', {
    from: account,
    to: account,
    amount: asset,
    memo: optional(ops.memo_data),
    extensions: none,
  }),
  [OP.proposal_create]: layout('proposal_create', {
    fee_paying_account: account,
    expiration_time: time,
    proposed_ops: types.array(wrapper),
    review_period_seconds: optional(uint32),
    extensions: none,
  }),
  [OP.proposal_update]: layout('proposal_update', {
    fee_paying_account: account,
    proposal,
    active_approvals_to_add: accounts,
    active_approvals_to_remove: accounts,
    owner_approvals_to_add: accounts,
    owner_approvals_to_remove: accounts,
    key_approvals_to_add: keySet,
    key_approvals_to_remove: keySet,
    extensions: none,
  }),
  [OP.proposal_delete]: layout('proposal_delete', {
    fee_paying_account: account,
    using_owner_authority: bool,
    proposal,
    extensions: none,
  }),
  [OP.sport_create]: layout('sport_create', { name: texts, extensions: none }),
  [OP.sport_update]: layout('sport_update', { sport_id: sport, new_name: optional(texts), extensions: none }),
  [OP.sport_delete]: layout('sport_delete', { sport_id: sport, extensions: none }),
  [OP.event_group_create]: layout('event_group_create', { name: texts, sport_id: anyId, extensions: none }),
  [OP.event_group_update]: layout('event_group_update', {
    new_sport_id: optional(anyId),
    new_name: optional(texts),
    event_group_id: eventGroup,
    extensions: none,
  }),
  [OP.event_group_delete]: layout('event_group_delete', { event_group_id: eventGroup, extensions: none }),
  [OP.event_create]: layout('event_create', {
    name: texts,
    season: texts,
    start_time: optional(time),
    event_group_id: anyId,
    extensions: none,
  }),
  [OP.event_update]: layout('event_update', {
    event_id: event,
    new_event_group_id: optional(anyId),
    new_name: optional(texts),
    new_season: optional(texts),
    new_start_time: optional(time),
    new_status: optional(eventStatus),
    extensions: none,
  }),
  [OP.event_update_status]: layout('event_update_status', {
    event_id: event,
    status: eventStatus,
    scores: types.array(orderedText),
    extensions: none,
  }),
  [OP.betting_market_rules_create]: layout('betting_market_rules_create', {
    name: texts,
    description: texts,
    extensions: none,
  }),
  [OP.betting_market_rules_update]: layout('betting_market_rules_update', {
    new_name: optional(texts),
    new_description: optional(texts),
    extensions: none,
    betting_market_rules_id: rules,
  }),
  [OP.betting_market_group_create]: layout('betting_market_group_create', {
    description: texts,
    event_id: anyId,
    rules_id: anyId,
    asset_id: idOf('asset', 3),
    never_in_play: bool,
    delay_before_settling: uint32,
    extensions: none,
  }),
  [OP.betting_market_group_update]: layout('betting_market_group_update', {
    betting_market_group_id: group,
    new_description: optional(texts),
    new_rules_id: optional(anyId),
    status: optional(groupStatus),
    extensions: none,
  }),
  [OP.betting_market_create]: layout('betting_market_create', {
    group_id: anyId,
    description: texts,
    payout_condition: texts,
    extensions: none,
  }),
  [OP.betting_market_update]: layout('betting_market_update', {
    betting_market_id: market,
    new_group_id: optional(anyId),
    new_description: optional(texts),
    new_payout_condition: optional(texts),
    extensions: none,
  }),
  [OP.betting_market_group_resolve]: layout('betting_market_group_resolve', {
    betting_market_group_id: group,
    resolutions,
    extensions: none,
  }),
  [OP.betting_market_group_cancel_unmatched_bets]: layout('betting_market_group_cancel_unmatched_bets', {
    betting_market_group_id: group,
    extensions: none,
  }),
  62: layout('bet_place', {
    bettor_id: account,
    betting_market_id: market,
    amount_to_bet: asset,
    backer_multiplier: uint32,
    back_or_lay: enumeration(['back', 'lay']),
    extensions: none,
  }),
  68: layout('bet_cancel', { bettor_id: account, bet_to_cancel: idOf('bet', 26), extensions: none }),
};

Object.assign(alternatives, LAYOUTS);
