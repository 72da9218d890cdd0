import type { DatabaseSync } from 'node:sqlite';
import { BosError } from '../../errors.ts';

/**
 * One step per version of the schema; step n brings `user_version` from n to n + 1. Never change a step that was
 * released, append one. Times are milliseconds since 1970, JSON is text, booleans are 0 and 1.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE incident (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    unique_string TEXT NOT NULL,
    provider TEXT NOT NULL,
    event_id TEXT NOT NULL,
    call TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    pushed_at INTEGER,
    sent_at INTEGER,
    sent_unique_string TEXT,
    body TEXT NOT NULL,
    original_id TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0,
    UNIQUE (unique_string, provider)
  ) STRICT;
  CREATE INDEX incident_event ON incident (event_id, call);
  CREATE INDEX incident_call ON incident (call);
  CREATE INDEX incident_provider ON incident (provider, received_at);
  CREATE INDEX incident_start ON incident (start_at);
  CREATE INDEX incident_received ON incident (received_at);
  CREATE INDEX incident_sent ON incident (sent_unique_string) WHERE sent_unique_string IS NOT NULL;
  CREATE INDEX incident_unseen ON incident (event_id, call, received_at) WHERE seen = 0;

  -- Reports of an incident after the first one.
  CREATE TABLE sighting (
    n INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL REFERENCES incident (position) ON DELETE CASCADE,
    received_at INTEGER NOT NULL,
    pushed_at INTEGER,
    sent_at INTEGER,
    sent_unique_string TEXT
  ) STRICT;
  CREATE INDEX sighting_incident ON sighting (incident);
  CREATE INDEX sighting_sent ON sighting (sent_unique_string) WHERE sent_unique_string IS NOT NULL;

  -- The matches that incidents speak of, for lists in order of their start.
  CREATE TABLE event (
    event_id TEXT PRIMARY KEY,
    start_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX event_start ON event (start_at, event_id);

  CREATE TABLE refused_body (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    unknown TEXT NOT NULL,
    provider TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    count INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX refused_body_received ON refused_body (received_at);

  -- Empty text stands for a sport or league that is not named.
  CREATE TABLE unknown_name (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    sport TEXT NOT NULL,
    event_group TEXT NOT NULL,
    out_of_season TEXT,
    providers TEXT NOT NULL,
    count INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    UNIQUE (kind, name, sport, event_group)
  ) STRICT;
  CREATE INDEX unknown_name_last ON unknown_name (last_at);

  CREATE TABLE request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    call TEXT NOT NULL,
    cause TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX request_event ON request (event_id, call, at);

  CREATE TABLE decision (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    call TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    record TEXT NOT NULL,
    UNIQUE (event_id, call, sequence)
  ) STRICT;
  CREATE INDEX decision_event ON decision (event_id, n);

  -- The decision with the highest sequence of each call, in what it is looked for by.
  CREATE TABLE latest_decision (
    event_id TEXT NOT NULL,
    call TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    status TEXT NOT NULL,
    final INTEGER NOT NULL,
    retry_at INTEGER,
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, call)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX latest_decision_status ON latest_decision (status, call);
  CREATE INDEX latest_decision_retry ON latest_decision (retry_at) WHERE retry_at IS NOT NULL;
  CREATE INDEX latest_decision_unfinished ON latest_decision (event_id, call) WHERE final = 0;

  CREATE TABLE lease (
    event_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    holder TEXT NOT NULL,
    counter INTEGER NOT NULL DEFAULT 0,
    released INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (event_id, epoch)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE account_log (
    account TEXT NOT NULL,
    n INTEGER NOT NULL,
    entry TEXT NOT NULL,
    outcome TEXT,
    PRIMARY KEY (account, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX account_log_unresolved ON account_log (account, n) WHERE outcome IS NULL;

  CREATE TABLE presence (id TEXT PRIMARY KEY, heartbeat TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE switch (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  -- One row, rewritten to find out whether the disk takes a write.
  CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL) STRICT;
  INSERT INTO probe VALUES (1, 0);
  `,
];

/** Version of the schema that this software writes, kept in the database's `user_version`. */
export const SCHEMA_VERSION = STEPS.length;

/**
 * Brings the database to `SCHEMA_VERSION`, each step in a transaction of its own.
 *
 * @throws BosError `configuration` when the database was written by newer software.
 */
export function migrate(db: DatabaseSync, path: string): void {
  const found = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (found > SCHEMA_VERSION) {
    throw new BosError(
      'configuration',
      `expected a database of version ${SCHEMA_VERSION} or older, ${path} has version ${found}: it was written by newer software; install that, or set data_dir (--data-dir) to another folder`,
      { path, found, supported: SCHEMA_VERSION },
    );
  }
  for (const [version, step] of STEPS.entries()) {
    if (version < found) continue;
    db.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${version + 1}; COMMIT`);
  }
}
