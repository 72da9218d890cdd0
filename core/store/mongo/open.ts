import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../store.ts';
import { mongoAccountLog } from './account-log.ts';
import { mongoChanges, repairDecisionFeed } from './changes.ts';
import { collectionsOf, LEGACY_NAMES, type MongoNames } from './collections.ts';
import { connectMongo } from './connection.ts';
import { mongoDecisions } from './decisions.ts';
import { rebuildEventDocuments } from './event-documents.ts';
import { mongoEvents } from './events.ts';
import { makeFeed } from './feed.ts';
import { mongoIncidents } from './incidents.ts';
import { ensureIndexes } from './indexes.ts';
import { upsert } from './inserting.ts';
import { mongoLeases } from './leases.ts';
import { forgetTheDead, mongoPresence, mongoSwitches } from './presence.ts';
import { mongoRefused } from './refused.ts';
import { takeOver } from './takeover.ts';
import { mongoWork } from './work.ts';

/** The store in a MongoDB that any number of processes share: the one of the Python suite, or a new one. */
export interface MongoStore extends Store {
  readonly kind: 'mongodb';
  rebuildEvents(signal?: AbortSignal): Promise<number>;
}

/**
 * Connects, creates the indexes that are missing and takes over what the Python suite left, which may take a minute
 * the first time.
 * @param url `mongodb://...` or `mongodb+srv://...`; a database named in it is used
 * @param names database and collections where the configuration of the Python suite has other names than usual
 * @param signal stops the opening
 * @throws BosError `configuration` for a refused user, missing rights, doubles under a unique key, names that cannot be,
 * or a server older than 4.4; `unavailable` when there is no server; the reason of the signal when it aborts
 */
export async function openMongoStore(options: {
  readonly url: string;
  readonly names?: Partial<MongoNames>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal?: AbortSignal;
}): Promise<MongoStore> {
  const { url, names, clock, log, signal } = options;
  const connection = await connectMongo(url, names?.database, LEGACY_NAMES.database);
  const collections = await connection.starting(async () =>
    collectionsOf(connection.db, { ...LEGACY_NAMES, ...names }),
  );
  const incidentFeed = makeFeed(collections.incidentFeed);
  const decisionFeed = makeFeed(collections.decisionFeed);
  const prepare = async (): Promise<boolean> => {
    signal?.throwIfAborted();
    await ensureIndexes(collections);
    await forgetTheDead(collections, clock.now());
    await repairDecisionFeed(collections, decisionFeed);
    return takeOver({ collections, incidentFeed, decisionFeed, clock, log, signal });
  };
  // A server that gives no answer must not hold up who wants to stop.
  const giveUp = () => void connection.close();
  signal?.addEventListener('abort', giveUp, { once: true });
  const hasLegacy = await connection.starting(prepare).finally(() => {
    signal?.removeEventListener('abort', giveUp);
    signal?.throwIfAborted();
  });
  const { check, rebuildEvents } = connection.guard({
    async check() {
      const at = clock.now();
      await upsert(() => collections.probe.replaceOne({ _id: 'probe' }, { at }, { upsert: true }));
    },
    rebuildEvents: (stop?: AbortSignal) => rebuildEventDocuments(collections, stop),
  });
  return {
    kind: 'mongodb',
    incidents: connection.guard(mongoIncidents(collections, incidentFeed, hasLegacy)),
    refused: connection.guard(mongoRefused(collections, clock)),
    work: connection.guard(mongoWork(collections)),
    decisions: connection.guard(mongoDecisions(collections, decisionFeed, log)),
    events: connection.guard(mongoEvents(collections, incidentFeed)),
    leases: connection.guard(mongoLeases(collections)),
    accountLog: connection.guard(mongoAccountLog(collections)),
    presence: connection.guard(mongoPresence(collections)),
    switches: connection.guard(mongoSwitches(collections)),
    changes: connection.guard(mongoChanges(collections, incidentFeed, decisionFeed)),
    check,
    rebuildEvents,
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
