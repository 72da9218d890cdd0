import type { Call, Incident, Sighting, StoredIncident } from '../../incidents/types.ts';
import type { Sql } from './sql.ts';

/** A new incident in the columns of its table. */
export type NewIncidentRow = {
  readonly uniqueString: string;
  readonly provider: string;
  readonly eventId: string;
  readonly call: Call;
  readonly startAt: number;
  readonly receivedAt: number;
  readonly pushedAt: number | null;
  readonly sentAt: number | null;
  readonly sentUniqueString: string | null;
  readonly body: string;
  readonly originalId: string;
};

/** A stored incident; `repeats` is a JSON list of [received, pushed, sent unique_string, sent], oldest first. */
export interface IncidentRow extends NewIncidentRow {
  readonly position: number;
  readonly seen: 0 | 1;
  readonly repeats: string;
}

/** Select list and table of an `IncidentRow`. */
export const SELECT_INCIDENT = `
  SELECT i.position, i.unique_string AS uniqueString, i.provider, i.event_id AS eventId, i.call,
    i.start_at AS startAt, i.received_at AS receivedAt, i.pushed_at AS pushedAt, i.sent_at AS sentAt,
    i.sent_unique_string AS sentUniqueString, i.body, i.original_id AS originalId, i.seen,
    (SELECT json_group_array(json_array(s.received_at, s.pushed_at, s.sent_unique_string, s.sent_at) ORDER BY s.n)
      FROM sighting s WHERE s.incident = i.position) AS repeats
  FROM incident i`;

const INSERT = `
  INSERT INTO incident (unique_string, provider, event_id, call, start_at, received_at, pushed_at, sent_at,
    sent_unique_string, body, original_id)
  VALUES (:uniqueString, :provider, :eventId, :call, :startAt, :receivedAt, :pushedAt, :sentAt,
    :sentUniqueString, :body, :originalId)
  ON CONFLICT (unique_string, provider) DO NOTHING
  RETURNING position`;

/** Inserts the incident, or adds a sighting to the one that is there and asks for another run of its call. */
export function insertIncident(
  sql: Sql,
  row: NewIncidentRow,
): { readonly position: number } | { readonly there: IncidentRow } {
  const inserted = sql.get<{ position: number }>(INSERT, row);
  if (inserted) {
    sql.run('INSERT INTO event (event_id, start_at) VALUES (:eventId, :startAt) ON CONFLICT DO NOTHING', {
      eventId: row.eventId,
      startAt: row.startAt,
    });
    return { position: inserted.position };
  }
  const there = () =>
    sql.get<IncidentRow>(`${SELECT_INCIDENT} WHERE unique_string = :uniqueString AND provider = :provider`, {
      uniqueString: row.uniqueString,
      provider: row.provider,
    });
  const first = there();
  if (!first) throw new Error(`incident ${row.uniqueString} conflicts with one that cannot be found`);
  sql.run(
    `INSERT INTO sighting (incident, received_at, pushed_at, sent_at, sent_unique_string)
     VALUES (:incident, :receivedAt, :pushedAt, :sentAt, :sentUniqueString)`,
    {
      incident: first.position,
      receivedAt: row.receivedAt,
      pushedAt: row.pushedAt,
      sentAt: row.sentAt,
      sentUniqueString: row.sentUniqueString,
    },
  );
  // A call named `unknown` never runs, so nothing would ever answer the request.
  if (first.call !== 'unknown') {
    sql.run(
      `INSERT INTO request (event_id, call, cause, at) VALUES (:eventId, :call, 'duplicate', :receivedAt)`,
      { eventId: first.eventId, call: first.call, receivedAt: row.receivedAt },
    );
  }
  return { there: there() ?? first };
}

export function toIncidentRow(incident: Incident): NewIncidentRow {
  return {
    uniqueString: incident.uniqueString,
    provider: incident.provider,
    eventId: incident.eventId,
    call: incident.call,
    startAt: incident.startTime.getTime(),
    receivedAt: incident.receivedAt.getTime(),
    pushedAt: incident.pushed?.getTime() ?? null,
    sentAt: incident.sentAt?.getTime() ?? null,
    sentUniqueString: incident.sentUniqueString ?? null,
    body: JSON.stringify(incident.body),
    originalId: JSON.stringify(incident.originalId),
  };
}

/** What a new incident reads as once it is stored. */
export function asStored(incident: Incident, position: number): StoredIncident {
  return {
    ...incident,
    sightings: [
      {
        ...(incident.pushed && { pushed: incident.pushed }),
        ...(incident.sentAt && { sentAt: incident.sentAt }),
        receivedAt: incident.receivedAt,
        ...(incident.sentUniqueString !== undefined && { sentUniqueString: incident.sentUniqueString }),
      },
    ],
    sentUniqueStrings: incident.sentUniqueString === undefined ? [] : [incident.sentUniqueString],
    seen: false,
    position,
  };
}

export function fromIncidentRow(row: IncidentRow): StoredIncident {
  const first = toSighting([row.receivedAt, row.pushedAt, row.sentUniqueString, row.sentAt]);
  const sightings = [first, ...(JSON.parse(row.repeats) as RawSighting[]).map(toSighting)];
  const sent = sightings.flatMap((sighting) => sighting.sentUniqueString ?? []);
  return {
    body: JSON.parse(row.body),
    eventId: row.eventId,
    call: row.call,
    provider: row.provider,
    startTime: new Date(row.startAt),
    uniqueString: row.uniqueString,
    originalId: JSON.parse(row.originalId),
    ...first,
    sightings,
    sentUniqueStrings: [...new Set(sent)],
    seen: row.seen === 1,
    position: row.position,
  };
}

type RawSighting = readonly [
  receivedAt: number,
  pushedAt: number | null,
  sentUniqueString: string | null,
  sentAt: number | null,
];

function toSighting([receivedAt, pushedAt, sentUniqueString, sentAt]: RawSighting): Sighting {
  return {
    ...(pushedAt !== null && { pushed: new Date(pushedAt) }),
    ...(sentAt !== null && { sentAt: new Date(sentAt) }),
    receivedAt: new Date(receivedAt),
    ...(sentUniqueString !== null && { sentUniqueString }),
  };
}
