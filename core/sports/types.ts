import type { UnknownName } from '../incidents/types.ts';

/** Texts by language, e.g. `{ en: 'Ice Hockey', sen: 'Ice Hockey' }`, in the order of the file. */
export type Texts = Readonly<Record<string, string>>;

export interface Sport {
  readonly identifier: string;
  readonly name: Texts;
  readonly aliases: readonly string[];
  readonly eventGroups: readonly EventGroup[];
  /** By key (the file's name without extension), as leagues and market groups refer to them. */
  readonly rules: ReadonlyMap<string, Rules>;
  readonly marketGroups: ReadonlyMap<string, MarketGroupTemplate>;
  readonly participants: ReadonlyMap<string, readonly Participant[]>;
}

/** A league. */
export interface EventGroup {
  readonly identifier: string;
  readonly name: Texts;
  readonly aliases: readonly string[];
  /** Key of its participant list. */
  readonly participants: string;
  /** Keys of its market groups, in the order they are created in. */
  readonly marketGroups: readonly string[];
  /** Naming scheme of events by language, e.g. `{teams.away} @ {teams.home}`. */
  readonly eventScheme: Texts;
  readonly startDate?: Date;
  readonly finishDate?: Date;
  /** Days before the start from which on an event may be created; absent = always. */
  readonly leadTimeMaxDays?: number;
}

export interface Participant {
  readonly identifier: string;
  readonly name: Texts;
  readonly aliases: readonly string[];
}

/** How markets are settled: formulas over the score. */
export interface Grading {
  /** A number, e.g. `{result.home} - {result.away}`. */
  readonly metric: string;
  /** One per market, in order: what is true of it under which condition, by `win`, `not_win` and `void`. */
  readonly resolutions: readonly Readonly<Record<string, string>>[];
}

export interface Rules {
  readonly identifier: string;
  readonly name: Texts;
  readonly description: Texts;
  /** As in the file; goes on chain as JSON with sorted keys. */
  readonly grading: Grading;
}

export interface MarketGroupTemplate {
  readonly key: string;
  readonly description: Texts;
  /** Asset symbols: one group per asset; more than one gets the `_ASSET` suffix on the English text. */
  readonly assets: readonly string[];
  /**
   * `hc` handicap, `ou` over/under; `other` = dynamic of a kind that no incident speaks of (`dynamic: True` in the
   * file; the canonical data have such), so that it is never created; `false` = static, created with the event.
   */
  readonly dynamic: 'hc' | 'ou' | 'other' | false;
  readonly dynamicAllowFloat: boolean;
  readonly neverInPlay: boolean;
  readonly delayBeforeSettling: number;
  /** Key of its rules. */
  readonly rules: string;
  /** Texts of its markets, in grading order. */
  readonly markets: readonly { readonly description: Texts }[];
}

/** One network's data set. Immutable: a reload makes a new value. */
export interface SportsData {
  readonly network: string;
  /** 64 hex digits, or `*` for any chain. */
  readonly chainId: string;
  readonly sports: readonly Sport[];
  /** SHA-256 of the canonical form of everything that decisions read; goes into every decision. */
  readonly digest: string;
}

/** A match found in the data by the names of an incident. */
export interface NormalizedMatch {
  readonly sport: Sport;
  readonly eventGroup: EventGroup;
  readonly home: Participant;
  readonly away: Participant;
}

/** A name that this witness alone knows: it helps to recognise incidents and goes nowhere else. */
export type LocalAlias =
  | { readonly kind: 'sport'; readonly sport?: undefined; readonly name: string; readonly identifier: string }
  | {
      readonly kind: 'event_group' | 'participant';
      /** Identifier of its sport. */
      readonly sport: string;
      /** As incidents spell it. */
      readonly name: string;
      /** Identifier of what it means. */
      readonly identifier: string;
    };

/** Finds sport, league and teams by any of their names (oracle reference 4). Built once per data set, indexed. */
export interface Normalizer {
  match(names: {
    sport: string;
    eventGroupName: string;
    startTime: Date;
    home: string;
    away: string;
  }): { ok: true; match: NormalizedMatch } | { ok: false; unknown: readonly UnknownName[] };
  /** A team of the sport by any name, for `participant` of dynamic markets. */
  participant(sport: Sport, name: string): Participant | undefined;
}
