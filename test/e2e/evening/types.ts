import type { JsonObject } from '../../../core/incidents/types.ts';

/** Witnesses of an evening, all of equal weight. */
export const WITNESSES = 11;

/**
 * Who plays: `ours` are eight complete witnesses of ours beside a silent, a lying and a slow one; `mixed` are six of
 * ours beside five of the legacy kind.
 */
export type Cast = 'ours' | 'mixed';

/**
 * How a witness behaves. `ours`, `lying` and `slow` are complete witnesses of ours: the lying one is told falsified
 * incidents, the slow one is told late. `silent` is active and does nothing. `legacy` follows the rules of the Python suite.
 */
export type Role = 'ours' | 'silent' | 'lying' | 'slow' | 'legacy';

const ROLES: Readonly<Record<Cast, readonly Role[]>> = {
  ours: [...Array<Role>(8).fill('ours'), 'silent', 'lying', 'slow'],
  mixed: [...Array<Role>(6).fill('ours'), ...Array<Role>(5).fill('legacy')],
};

/** The roles of a cast, by the number of the witness (0 to 10). */
export function rolesOf(cast: Cast): readonly Role[] {
  return ROLES[cast];
}

/** What happens to a match, or to what is told about it. */
export const FATES = [
  /** Played, all providers agree. */
  'normal',
  /** One provider reports another score. */
  'one_liar',
  /** A provider reports a wrong score and corrects it before there is agreement. */
  'corrected',
  /** As many providers for one score as for another, or each for its own. */
  'split',
  /** Half of the providers for one score, the others for two more: not more than half. */
  'half',
  /** Only one provider knows of it. */
  'one_provider',
  /** Canceled before its start. */
  'canceled_before',
  /** Canceled while it is played. */
  'canceled_in_play',
  /** Canceled, and created anew with another start: that one has the fate `normal`. */
  'moved',
  /** The result comes before anybody says that the match is finished. */
  'result_first',
  /** Nobody says that it began. */
  'never_started',
  /** Nobody says that it finished. */
  'never_finished',
  /** Every report comes many times. */
  'storm',
  /** Providers give different seasons. */
  'season_differs',
  /** What one provider makes of a match by swapping its teams, or by a start beyond the next five minutes. */
  'stray',
] as const;
export type Fate = (typeof FATES)[number];

/** A final score. */
export interface TrueScore {
  readonly home: number;
  readonly away: number;
}

/** How a match has to end on chain. */
export type Expected =
  /** Settled: each market as the score makes it. `scores` are on chain unless a finish without scores came first. */
  | { readonly kind: 'settled'; readonly score: TrueScore; readonly scoresAreKnown: boolean }
  | { readonly kind: 'canceled' }
  /** Alive at the end and unresolved, because providers do not agree on a result. */
  | { readonly kind: 'undecided' }
  /** Never created. */
  | { readonly kind: 'absent' };

/** One match as the data know it by its identity; providers may call it otherwise. */
export interface Match {
  /** Identity of the match, as stores name it. */
  readonly eventId: string;
  /** Identifier of its sport. */
  readonly sport: string;
  /** Identifier of its league. */
  readonly league: string;
  /** Identifier of the home team. */
  readonly home: string;
  /** Identifier of the away team. */
  readonly away: string;
  /** The start, down to five minutes. */
  readonly startTime: Date;
  readonly fate: Fate;
  /** What was played; absent when nothing was. */
  readonly truth?: TrueScore;
  readonly expected: Expected;
  /** Types of dynamic market groups that have to be there when it ends. */
  readonly dynamic: readonly ('hc' | 'ou')[];
}

/** One incident as a data proxy sends it to one witness; for the lying witness falsified already. */
export interface Delivery {
  /** When the witness gets it. */
  readonly at: Date;
  /** Number of the witness, 0 to 10; the silent one gets nothing. */
  readonly witness: number;
  /** Identity of the match that it speaks of, after normalization. */
  readonly eventId: string;
  readonly incident: JsonObject;
}

/** One evening, wholly determined by its seed, its cast and the number of matches. */
export interface Evening {
  readonly seed: number;
  readonly cast: Cast;
  /**
   * `several`: each witness has a node of its own, so nodes do not refuse what is pending at another one, and equal
   * proposals may meet in one block. `one`: all use the same.
   */
  readonly nodes: 'one' | 'several';
  /** The first delivery comes after this. */
  readonly startsAt: Date;
  /** All is said, and everybody had time to act on it. */
  readonly endsAt: Date;
  /** A match that moves, or that a provider mistakes, is there once for each of its identities. */
  readonly matches: readonly Match[];
  /** By time. */
  readonly deliveries: readonly Delivery[];
}

/** What an evening is made from. */
export interface EveningOptions {
  readonly seed: number;
  /** How many matches; strays and moved ones come on top. */
  readonly matches: number;
  readonly cast: Cast;
}
