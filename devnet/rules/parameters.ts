import type { JsonObject } from '../json.ts';

/** What of the chain's parameters a devnet lets one choose. */
export interface ParameterChoice {
  /** Seconds between blocks. */
  readonly blockInterval: number;
  /** Seconds between maintenances. */
  readonly maintenanceInterval: number;
  /** `zero` sets the scale of the fee schedule to 0, so that every fee is 0. */
  readonly fees: 'default' | 'zero';
}

const FLAT = 100_000;
const BOOKIE = [52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 66, 68, 70, 71, 72, 73, 74];

/** The built-in fee schedule, for the operations that a devnet can read (chain reference 11). */
const FEES: readonly (readonly [number, JsonObject])[] = [
  [0, { fee: 2_000_000, price_per_kbyte: 1_000_000 }],
  [22, { fee: 2_000_000, price_per_kbyte: 10 }],
  [23, { fee: 2_000_000, price_per_kbyte: 10 }],
  [24, { fee: FLAT }],
  ...BOOKIE.map((tag) => [tag, { fee: FLAT }] as const),
];

/**
 * The chain's parameters as 2.0.0 shows them, with the built-in defaults (chain reference 14). One differs: no slots
 * are skipped after a maintenance, so that a demo does not pause; gaps are a fault that is switched on.
 */
export function chainParameters(choice: ParameterChoice): JsonObject {
  return {
    current_fees: { parameters: FEES, scale: choice.fees === 'zero' ? 0 : 10_000 },
    block_interval: choice.blockInterval,
    maintenance_interval: choice.maintenanceInterval,
    maintenance_skip_slots: 0,
    committee_proposal_review_period: 1_209_600,
    maximum_transaction_size: 2048,
    maximum_block_size: 1_228_800_000,
    maximum_time_until_expiration: 86_400,
    maximum_proposal_lifetime: 2_419_200,
    maximum_asset_whitelist_authorities: 10,
    maximum_asset_feed_publishers: 10,
    maximum_witness_count: 1001,
    maximum_committee_count: 1001,
    maximum_authority_membership: 10,
    reserve_percent_of_fee: 2000,
    network_percent_of_fee: 2000,
    lifetime_referrer_percent_of_fee: 3000,
    cashback_vesting_period_seconds: 31_536_000,
    cashback_vesting_threshold: 10_000_000,
    count_non_member_votes: true,
    allow_non_member_whitelists: false,
    witness_pay_per_block: 1_000_000,
    worker_budget_per_day: '50000000000',
    max_predicate_opcode: 1,
    fee_liquidation_threshold: 10_000_000,
    accounts_per_fee_scale: 1000,
    account_fee_scale_bitshifts: 4,
    max_authority_depth: 2,
    witness_schedule_algorithm: 1,
    min_round_delay: 0,
    max_round_delay: 600,
    min_time_per_commit_move: 0,
    max_time_per_commit_move: 600,
    min_time_per_reveal_move: 0,
    max_time_per_reveal_move: 600,
    rake_fee_percentage: 300,
    maximum_registration_deadline: 2_592_000,
    maximum_players_in_tournament: 256,
    maximum_tournament_whitelist_length: 1000,
    maximum_tournament_start_time_in_future: 2_419_200,
    maximum_tournament_start_delay: 604_800,
    maximum_tournament_number_of_wins: 100,
    extensions: {},
  };
}

/** One of the parameters that is a number. */
export function numberParameter(parameters: JsonObject, name: string): number {
  const value = parameters[name];
  if (typeof value !== 'number') throw new Error(`chain parameter ${name} is not a number`);
  return value;
}
