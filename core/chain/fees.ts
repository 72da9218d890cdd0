import { BosError } from '../errors.ts';
import { encodeOperation } from './codec.ts';
import { isRecord } from './json.ts';
import { OP, type Operation } from './types.ts';

/** The chain's fee schedule (`2.0.0.parameters.current_fees`). */
export interface FeeSchedule {
  /** In hundredths of a percent; 10000 = as the entries say. */
  readonly scale: bigint;
  /** Base fee, and what 1024 bytes cost for operations that are charged by size. */
  readonly entries: ReadonlyMap<number, { readonly fee: bigint; readonly pricePerKbyte: bigint }>;
}

const FULL_SCALE = 10_000n;
const KBYTE = 1024n;
const CHARGED_BY_SIZE: ReadonlySet<number> = new Set([OP.proposal_create, OP.proposal_update]);
/** What the chain takes for an operation that its schedule does not name (chain reference 11). */
const DEFAULT_BOOKIE_FEE = 100_000n;
const DEFAULT_PROPOSAL = { fee: 2_000_000n, pricePerKbyte: 10n };

function units(value: unknown): bigint {
  return typeof value === 'number' || typeof value === 'string' ? BigInt(value) : 0n;
}

/** Reads `current_fees` as the node answers it. Throws `invalid` when it is no schedule. */
export function readFeeSchedule(raw: unknown): FeeSchedule {
  if (!isRecord(raw) || !Array.isArray(raw.parameters)) {
    throw new BosError(
      'invalid',
      `expected a fee schedule with parameters, got ${JSON.stringify(raw)?.slice(0, 100)}`,
    );
  }
  const entries = raw.parameters.map((entry: unknown) => {
    const [tag, parameters]: unknown[] = Array.isArray(entry) ? entry : [];
    if (typeof tag !== 'number' || !isRecord(parameters)) {
      throw new BosError('invalid', `expected [tag, fees] in the fee schedule, got ${JSON.stringify(entry)}`);
    }
    return [tag, { fee: units(parameters.fee), pricePerKbyte: units(parameters.price_per_kbyte) }] as const;
  });
  return { scale: raw.scale === undefined ? FULL_SCALE : units(raw.scale), entries: new Map(entries) };
}

function entryOf(schedule: FeeSchedule, tag: number): { fee: bigint; pricePerKbyte: bigint } {
  const isProposal = CHARGED_BY_SIZE.has(tag);
  return (
    schedule.entries.get(tag) ??
    (isProposal ? DEFAULT_PROPOSAL : { fee: DEFAULT_BOOKIE_FEE, pricePerKbyte: 0n })
  );
}

/** The fee of an operation whose size does not matter, in units of 1.3.0. Throws `invalid` for proposal operations. */
export function flatFee(schedule: FeeSchedule, tag: number): number {
  if (CHARGED_BY_SIZE.has(tag))
    throw new BosError('invalid', `the fee of operation ${tag} depends on its size`);
  return Number((entryOf(schedule, tag).fee * schedule.scale) / FULL_SCALE);
}

/**
 * The fee that the chain asks for a proposal operation (22, 23, 24), in units of 1.3.0: the same as its
 * `get_required_fees` answers, since the bytes are the same (chain reference 11). Throws `invalid` for an operation
 * that cannot be encoded.
 */
export function proposalFee(schedule: FeeSchedule, operation: Operation): number {
  const [tag] = operation;
  if (!CHARGED_BY_SIZE.has(tag)) return flatFee(schedule, tag);
  const { fee, pricePerKbyte } = entryOf(schedule, tag);
  // The schedule counts the fields only; the tags of these operations are one byte.
  const size = BigInt(encodeOperation(operation).length - 1);
  return Number(((fee + (size * pricePerKbyte) / KBYTE) * schedule.scale) / FULL_SCALE);
}
