import { EVENT_STATUSES, GROUP_STATUSES, type Operation, RESOLUTIONS } from '../../core/chain/types.ts';
import { ensure, nodeError } from '../errors.ts';
import { asArray, asUint } from './cast.ts';
import { compareIds, idOf, objectId } from './ids.ts';
import { sha256 } from './keys.ts';
import {
  bool,
  compareBytes,
  enumeration,
  extensions,
  hex,
  int64,
  list,
  mapOf,
  optional,
  type Parsed,
  publicKey,
  setOf,
  struct,
  text,
  time,
  uint16,
  uint32,
  type WireType,
} from './types.ts';
import { ByteWriter } from './writer.ts';

/** How many operations the chain knows; only those in the table can be read by a devnet. */
const OPERATION_COUNT = 120;

const account = idOf(1, 2);
const assetId = idOf(1, 3);
const proposal = idOf(1, 10);
const sport = idOf(1, 20);
const eventGroup = idOf(1, 21);
const event = idOf(1, 22);
const rules = idOf(1, 23);
const marketGroup = idOf(1, 24);
const market = idOf(1, 25);
const bet = idOf(1, 26);

const amount = struct({ amount: int64, asset_id: assetId });
const i18n = mapOf(text, text, compareBytes);
const accounts = setOf(account, compareIds);
const keys = setOf(publicKey, compareBytes);
const eventStatus = enumeration('graphene::chain::event_status', EVENT_STATUSES);
const groupStatus = enumeration('graphene::chain::betting_market_group_status', GROUP_STATUSES);
const resolution = enumeration('graphene::chain::betting_market_resolution_type', RESOLUTIONS);
const betType = enumeration('graphene::chain::bet_type', ['back', 'lay']);
const memo = struct({ from: publicKey, to: publicKey, nonce: int64, message: text });

/** The one wrapper operations have inside proposal_create. */
const wrapped: WireType<{ readonly op: Operation }> = {
  parse: (value) => operationWrapper.parse(value),
  write: (out, value) => operationWrapper.write(out, value),
  missing: () => operationWrapper.missing(),
};

/** Members of every operation in the order in which they are written (chain reference 5). Adding one here teaches the devnet to read it. */
export const OPERATIONS = {
  0: struct({ fee: amount, from: account, to: account, amount, memo: optional(memo), extensions }),
  22: struct({
    fee: amount,
    fee_paying_account: account,
    expiration_time: time,
    proposed_ops: list(wrapped),
    review_period_seconds: optional(uint32),
    extensions,
  }),
  23: struct({
    fee: amount,
    fee_paying_account: account,
    proposal,
    active_approvals_to_add: accounts,
    active_approvals_to_remove: accounts,
    owner_approvals_to_add: accounts,
    owner_approvals_to_remove: accounts,
    key_approvals_to_add: keys,
    key_approvals_to_remove: keys,
    extensions,
  }),
  24: struct({ fee: amount, fee_paying_account: account, using_owner_authority: bool, proposal, extensions }),
  52: struct({ fee: amount, name: i18n, extensions }),
  53: struct({ fee: amount, sport_id: sport, new_name: optional(i18n), extensions }),
  54: struct({ fee: amount, name: i18n, sport_id: objectId, extensions }),
  55: struct({
    fee: amount,
    new_sport_id: optional(objectId),
    new_name: optional(i18n),
    event_group_id: eventGroup,
    extensions,
  }),
  56: struct({
    fee: amount,
    name: i18n,
    season: i18n,
    start_time: optional(time),
    event_group_id: objectId,
    extensions,
  }),
  57: struct({
    fee: amount,
    event_id: event,
    new_event_group_id: optional(objectId),
    new_name: optional(i18n),
    new_season: optional(i18n),
    new_start_time: optional(time),
    new_status: optional(eventStatus),
    extensions,
  }),
  58: struct({ fee: amount, name: i18n, description: i18n, extensions }),
  59: struct({
    fee: amount,
    new_name: optional(i18n),
    new_description: optional(i18n),
    extensions,
    betting_market_rules_id: rules,
  }),
  60: struct({
    fee: amount,
    description: i18n,
    event_id: objectId,
    rules_id: objectId,
    asset_id: assetId,
    never_in_play: bool,
    delay_before_settling: uint32,
    extensions,
  }),
  61: struct({ fee: amount, group_id: objectId, description: i18n, payout_condition: i18n, extensions }),
  62: struct({
    fee: amount,
    bettor_id: account,
    betting_market_id: market,
    amount_to_bet: amount,
    backer_multiplier: uint32,
    back_or_lay: betType,
    extensions,
  }),
  63: struct({
    fee: amount,
    betting_market_group_id: marketGroup,
    resolutions: mapOf(market, resolution, compareIds),
    extensions,
  }),
  66: struct({ fee: amount, betting_market_group_id: marketGroup, extensions }),
  68: struct({ fee: amount, bettor_id: account, bet_to_cancel: bet, extensions }),
  70: struct({
    fee: amount,
    betting_market_group_id: marketGroup,
    new_description: optional(i18n),
    new_rules_id: optional(objectId),
    status: optional(groupStatus),
    extensions,
  }),
  71: struct({
    fee: amount,
    betting_market_id: market,
    new_group_id: optional(objectId),
    new_description: optional(i18n),
    new_payout_condition: optional(i18n),
    extensions,
  }),
  72: struct({ fee: amount, event_id: event, status: eventStatus, scores: list(text), extensions }),
  73: struct({ fee: amount, sport_id: sport, extensions }),
  74: struct({ fee: amount, event_group_id: eventGroup, extensions }),
} as const satisfies Readonly<Record<number, WireType>>;

/** Tag of an operation that the devnet can read. */
export type Tag = keyof typeof OPERATIONS;
/** Parsed members of an operation, by tag. */
export type Fields<T extends Tag> = Parsed<(typeof OPERATIONS)[T]>;
/** An amount of one asset, parsed. */
export type Amount = Parsed<typeof amount>;

/** Whether the devnet can read operations of this tag. */
export function isKnownTag(tag: number): tag is Tag {
  return Object.hasOwn(OPERATIONS, tag);
}

function typeOf(tag: number): WireType<Readonly<Record<string, unknown>>> {
  ensure(tag >= 0 && tag < OPERATION_COUNT, 'w < count()', '', {}, ['static_variant.hpp', 330, 'set_which']);
  if (!isKnownTag(tag)) throw nodeError('unspecified', `this devnet cannot read operation ${tag}`);
  // All are structs; which one is known only while running.
  return OPERATIONS[tag] as WireType<Readonly<Record<string, unknown>>>;
}

/** An operation: `[tag, members]`. */
export const operation: WireType<Operation> = {
  parse(value) {
    const [tag, fields] = asArray(value);
    const number = asUint(tag);
    return [number, typeOf(number).parse(fields)];
  },
  write(out, [tag, fields]) {
    out.varint(tag);
    typeOf(tag).write(out, fields);
  },
  missing: () => [0, OPERATIONS[0].missing()],
};

const operationWrapper = struct({ op: operation });

/** What a transaction consists of. */
const transactionMembers = {
  ref_block_num: uint16,
  ref_block_prefix: uint32,
  expiration: time,
  operations: list(operation),
  extensions,
};

const unsigned = struct(transactionMembers);
/** A signed transaction. */
export const transaction = struct({ ...transactionMembers, signatures: list(hex(65)) });

/** A transaction in the node's canonical JSON form. */
export type Transaction = Parsed<typeof transaction>;

/** Bytes that are signed and hashed: without signatures. */
export function transactionBytes(given: Transaction): Uint8Array {
  const out = new ByteWriter();
  unsigned.write(out, given);
  return out.finish();
}

/** Bytes with signatures, as `get_transaction_hex` answers them. */
export function signedTransactionBytes(given: Transaction): Uint8Array {
  const out = new ByteWriter();
  transaction.write(out, given);
  return out.finish();
}

/** First 20 bytes of the hash over the unsigned bytes, as hex. */
export function transactionId(given: Transaction): string {
  return Buffer.from(sha256(transactionBytes(given)).subarray(0, 20)).toString('hex');
}

/** Number of bytes of an operation without its tag: what fees by size count. */
export function operationSize([tag, fields]: Operation): number {
  const out = new ByteWriter();
  typeOf(tag).write(out, fields);
  return out.length;
}

/** Hash of an operation with its tag and fee: what the check for pending duplicates compares. */
export function operationDigest(value: Operation): string {
  const out = new ByteWriter();
  operation.write(out, value);
  return Buffer.from(sha256(out.finish())).toString('hex');
}
