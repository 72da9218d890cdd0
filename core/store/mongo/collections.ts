import type { Collection, Db, ObjectId } from 'mongodb';
import type { CallStatus, DecisionCall } from '../../decide/types.ts';
import { BosError } from '../../errors.ts';
import type { Call, UnknownName } from '../../incidents/types.ts';
import type { WorkRequest } from '../store.ts';

/** Names of the database and of the collections of the Python suite; its configuration may have changed them. */
export interface MongoNames {
  readonly database: string;
  readonly incident: string;
  readonly event: string;
}

/** What the Python suite uses where its configuration says nothing (oracle reference 3). */
export const LEGACY_NAMES: MongoNames = {
  database: 'incident-storage',
  incident: 'incident',
  event: 'event',
};

/** Our own collections begin with this. */
const PREFIX = 'bos_';

/**
 * Our part of an incident document. Times are RFC 3339 text with milliseconds: they sort like text, and a tool of the
 * Python suite that turns the document into JSON does not stumble over them.
 */
export interface IncidentFields {
  /** Canonical unique_string. */
  readonly key: string;
  readonly event: string;
  readonly call: Call;
  readonly start: string;
  readonly received: string;
  readonly pushed?: string;
  /** `timestamp` as sent. */
  readonly sentAt?: string;
  /** The unique_string of the first report, as sent. */
  readonly sent?: string;
  readonly seen: boolean;
  /** The body as JSON text: documents cannot hold every key that JSON can. */
  readonly body: string;
  /** `originalId` as JSON text. */
  readonly original: string;
  /** Whether the Python suite wrote the document. */
  readonly legacy: boolean;
}

/** A second document of the Python suite for what is one incident to us; kept as a sighting of the first. */
export interface MergedFields {
  readonly mergedInto: ObjectId;
}

/** In the fields of the Python suite, for its tools and unique index; ours are in `bos`. */
export interface IncidentDocument {
  readonly _id: ObjectId;
  readonly unique_string: string;
  readonly id_string: string;
  readonly provider_info: { readonly name: string };
  readonly bos: IncidentFields;
}

/** A report of an incident after the first. */
export interface SightingDocument {
  readonly _id: ObjectId;
  readonly incident: ObjectId;
  readonly received: Date;
  readonly pushed?: Date;
  readonly sentAt?: Date;
  readonly sent?: string;
  /** `sent` where it differs from the first report's: what searches have to look at. */
  readonly otherSent?: string;
}

/**
 * The position of an incident or a decision. n is inserted only after n - 1 was seen, so that whoever reads up to n has
 * missed nothing before it, whichever process wrote it. Never deleted.
 */
export interface FeedDocument<Item> {
  readonly _id: number;
  /** `_id` of what has the position. */
  readonly item: Item;
}

export interface RequestDocument {
  readonly _id: ObjectId;
  readonly event: string;
  readonly call: DecisionCall;
  readonly cause: WorkRequest['cause'];
  readonly at: Date;
}

export interface DecisionDocument {
  /** `documentKey(event, call, sequence)`: inserting it is the commit. */
  readonly _id: string;
  readonly event: string;
  readonly call: DecisionCall;
  readonly sequence: number;
  /**
   * True on insert, false once a higher sequence was seen. More than one may be true for a moment or after a crash:
   * the highest sequence counts.
   */
  readonly current: boolean;
  readonly status: CallStatus;
  readonly final: boolean;
  readonly retryAt: Date | null;
  readonly decidedAt: Date;
  /** Order of insertion, for histories over several calls. */
  readonly order: ObjectId;
  /** The record as JSON text. */
  readonly record: string;
}

export interface LeaseDocument {
  /** `documentKey(event, epoch)`. */
  readonly _id: string;
  readonly event: string;
  readonly epoch: number;
  readonly holder: string;
  readonly counter: number;
  readonly released: boolean;
}

export interface LogDocument {
  /** `documentKey(account, n)`. */
  readonly _id: string;
  readonly account: string;
  readonly n: number;
  /** False on insert; true some time after the outcome was inserted. */
  readonly resolved: boolean;
  /** The entry as JSON text. */
  readonly entry: string;
}

export interface OutcomeDocument {
  /** `documentKey(account, n)`, so that the first outcome stays. */
  readonly _id: string;
  readonly outcome: string;
}

export interface RefusedDocument {
  /** Fingerprint of the body. */
  readonly _id: string;
  readonly order: ObjectId;
  readonly body: string;
  readonly unknown: string;
  readonly provider: string;
  readonly received: Date;
  readonly count: number;
}

export interface UnknownNameDocument {
  /** `documentKey(kind, name, sport, eventGroup)`. */
  readonly _id: string;
  readonly order: ObjectId;
  readonly kind: UnknownName['kind'];
  readonly name: string;
  readonly sport?: string;
  readonly eventGroup?: string;
  readonly outOfSeason?: string;
  readonly providers: readonly string[];
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
}

export interface PresenceDocument {
  readonly _id: string;
  readonly at: Date;
  /** The heartbeat as JSON text. */
  readonly heartbeat: string;
}

export interface SwitchDocument {
  readonly _id: string;
  readonly value: boolean;
}

/** Rewritten to find out whether the server takes a write. */
export interface ProbeDocument {
  readonly _id: string;
  readonly at: Date;
}

/** The collections that the store works on. */
export interface Collections {
  readonly incidents: Collection<IncidentDocument>;
  /** Event documents are only ever patched and read as strangers' JSON. */
  readonly events: Collection;
  readonly sightings: Collection<SightingDocument>;
  readonly incidentFeed: Collection<FeedDocument<ObjectId>>;
  readonly decisionFeed: Collection<FeedDocument<string>>;
  readonly requests: Collection<RequestDocument>;
  readonly decisions: Collection<DecisionDocument>;
  readonly leases: Collection<LeaseDocument>;
  readonly log: Collection<LogDocument>;
  readonly outcomes: Collection<OutcomeDocument>;
  readonly refused: Collection<RefusedDocument>;
  readonly unknownNames: Collection<UnknownNameDocument>;
  readonly presence: Collection<PresenceDocument>;
  readonly switches: Collection<SwitchDocument>;
  readonly probe: Collection<ProbeDocument>;
}

/**
 * The collections of a database; nothing is created yet.
 * @throws BosError `configuration` for names that MongoDB refuses, that are ours, or that are the same
 */
export function collectionsOf(db: Db, names: MongoNames): Collections {
  checkNames(names);
  return {
    incidents: db.collection(names.incident),
    events: db.collection(names.event),
    sightings: db.collection(`${PREFIX}sighting`),
    incidentFeed: db.collection(`${PREFIX}incident_feed`),
    decisionFeed: db.collection(`${PREFIX}decision_feed`),
    requests: db.collection(`${PREFIX}request`),
    decisions: db.collection(`${PREFIX}decision`),
    leases: db.collection(`${PREFIX}lease`),
    log: db.collection(`${PREFIX}account_log`),
    outcomes: db.collection(`${PREFIX}outcome`),
    refused: db.collection(`${PREFIX}refused_body`),
    unknownNames: db.collection(`${PREFIX}unknown_name`),
    presence: db.collection(`${PREFIX}presence`),
    switches: db.collection(`${PREFIX}switch`),
    probe: db.collection(`${PREFIX}probe`),
  };
}

function checkNames({ incident, event }: MongoNames): void {
  for (const [key, name] of Object.entries({ incident, event })) {
    if (name !== '' && !/[$\0]|^\.|\.$|\.\.|^system\.|^bos_/.test(name)) continue;
    throw new BosError(
      'configuration',
      `expected a name for a collection of MongoDB that does not begin with "system." or "bos_" in "collections.${key}", got "${name}": correct it there, or where config.yaml names the collections of the Python suite`,
      { key: `collections.${key}` },
    );
  }
  if (incident !== event) return;
  throw new BosError(
    'configuration',
    `expected two collections in "collections.incident" and "collections.event", got "${incident}" for both: correct one of them`,
  );
}

/** One text out of the parts of a unique key, for `_id`. */
export function documentKey(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}
