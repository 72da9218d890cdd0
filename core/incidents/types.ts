/** The calls an incident can make (data proxy reference 5). */
export const CALLS = [
  'create',
  'in_progress',
  'finish',
  'result',
  'canceled',
  'dynamic_bmgs',
  'unknown',
] as const;
export type Call = (typeof CALLS)[number];

/** Any JSON value; what strangers send and we keep. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The match an incident speaks of. `start_time` is RFC 3339 UTC, whole seconds, with `Z`. Unknown keys survive. */
export interface IncidentId {
  readonly sport: string;
  readonly event_group_name: string;
  readonly start_time: string;
  readonly home: string;
  readonly away: string;
  readonly [extra: string]: Json;
}

/**
 * The JSON of one incident, validated and in canonical form (scores as text, times as UTC), in the field names that
 * data proxies use. Unknown keys survive at every level.
 */
export interface IncidentBody {
  readonly id: IncidentId;
  readonly call: Call;
  readonly arguments: JsonObject;
  readonly provider_info: {
    readonly name: string;
    readonly pushed?: string;
    readonly [extra: string]: Json | undefined;
  };
  /** As it was sent; absent when the sender left it out. Never parsed. */
  readonly unique_string?: string;
  /** When the data proxy built it, RFC 3339; the time of receipt where absent or unreadable. */
  readonly timestamp: string;
  readonly [extra: string]: unknown;
}

/** A validated incident before its names are normalized: what the entrance gets from `parseIncident`. */
export interface ParsedIncident {
  readonly body: IncidentBody;
  /** The parsed JSON exactly as it came, for the store of refused bodies and for `original`. */
  readonly sent: JsonObject;
  /** When it came in. */
  readonly receivedAt: Date;
}

/** An accepted incident: names normalized, start snapped to five minutes, identity computed. Ready to be stored. */
export interface Incident {
  /** Normalized body: identifiers for names, snapped `start_time`, `unique_string` is the canonical one. */
  readonly body: IncidentBody;
  /** Identity of the match: slug of start__sport__league__home__away. */
  readonly eventId: string;
  readonly call: Call;
  readonly provider: string;
  /** The snapped start. */
  readonly startTime: Date;
  /** Canonical unique_string; together with `provider` the key of an incident. */
  readonly uniqueString: string;
  /** What the sender wrote, if anything: looked up by as well. */
  readonly sentUniqueString?: string;
  /** `id` as it came (names before normalization, start before snapping). */
  readonly originalId: JsonObject;
  /** `provider_info.pushed` where it is a date. */
  readonly pushed?: Date;
  /** `timestamp` as sent; absent where the time of receipt stands in for it. */
  readonly sentAt?: Date;
  readonly receivedAt: Date;
}

/** One report of an incident that was already there, or the first one. */
export interface Sighting {
  readonly pushed?: Date;
  /** `timestamp` of this report as sent; absent where the time of receipt stands in for it. */
  readonly sentAt?: Date;
  readonly receivedAt: Date;
  readonly sentUniqueString?: string;
}

/** An incident as the store has it. */
export interface StoredIncident extends Incident {
  /** Every report of it, oldest first; the first one included. */
  readonly sightings: readonly Sighting[];
  /** All strings it was sent under, without repeats. */
  readonly sentUniqueStrings: readonly string[];
  /** Whether a decision has read it. Unseen incidents make their call due. */
  readonly seen: boolean;
  /** Grows with each new incident; a cursor for watching. */
  readonly position: number;
}

/** A name that no sport, league or participant answers to. */
export interface UnknownName {
  readonly kind: 'sport' | 'event_group' | 'participant';
  /** As sent, trimmed. */
  readonly name: string;
  /** Identifier of the sport searched, when that far. */
  readonly sport?: string;
  /** Identifier of the league searched, when that far; for `event_group` absent. */
  readonly eventGroup?: string;
  /** For a league that exists but not at this start time: the seasons it has, for the message. */
  readonly outOfSeason?: string;
}
