import type { Clock } from '../../clock.ts';
import { BosError } from '../../errors.ts';
import type { Incident, StoredIncident } from '../../incidents/types.ts';
import type { Log } from '../../log.ts';
import type { IncidentStore, Store } from '../store.ts';
import type { Spool, Spooled } from './spool.ts';

/** What a store with a spool needs besides both. */
export interface SpooledOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each incident that was drained, so that its event is worked on at once. */
  readonly onDrained: (incident: Incident) => void;
}

/** How long the store may take to answer before the spool does; data proxies wait for one second in all. */
const PATIENCE_MS = 400;
/** Pause before a store that was away is tried again. */
const RETRY_MS = 1000;
/** How often somebody looks for what a dead server left in its spool. */
const ADOPT_MS = 30_000;

/**
 * The store, with a spool in front of the insertion of incidents: while the store is away they are answered from the
 * spool, and drained in their order when it is back. What comes while the spool holds something goes into the spool as
 * well, so that the order stays. Closing ends the draining and leaves the rest in the spool; store and spool stay open.
 */
export function spooledStore(store: Store, spool: Spool, options: SpooledOptions): Store {
  const { clock, log, onDrained } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  /** Insertions whose answers are late; what they may store is not drained before it is known whether they did. */
  const underWay = new Set<Promise<void>>();
  /** Wakes the drain. */
  let bell = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => bell.resolve(), { once: true });

  const toSpool = async (incident: Incident): Promise<{ incident: StoredIncident; spooled: Spooled }> => {
    const spooled = await spool.append(incident);
    bell.resolve();
    return { spooled, incident: asIfStored(incident) };
  };

  const behindOthers: IncidentStore['insert'] = async (incident) => {
    let problem: unknown;
    try {
      return { outcome: 'new', incident: (await toSpool(incident)).incident };
    } catch (error) {
      problem = error;
    }
    try {
      return await store.incidents.insert(incident);
    } catch (error) {
      throw isAway(error) ? both(error, problem) : error;
    }
  };
  const insert: IncidentStore['insert'] = async (incident) => {
    if (!spool.isEmpty) return behindOthers(incident);
    const answer = store.incidents.insert(incident);
    let problem: BosError | undefined;
    try {
      const inTime = await inPatience(clock, answer);
      if (inTime) return inTime;
    } catch (error) {
      if (!isAway(error)) throw error;
      problem = error;
    }
    const appended = toSpool(incident);
    const late = forgetIfStored(answer, appended).finally(() => underWay.delete(late));
    underWay.add(late);
    try {
      return { outcome: 'new', incident: (await appended).incident };
    } catch (error) {
      // Neither works, unless the late answer says that it is stored after all.
      if (problem === undefined) return answer;
      throw both(problem, error);
    }
  };

  const drained = async (incident: Incident): Promise<void> => {
    await store.incidents.insert(incident);
    if (!signal.aborted) onDrained(incident);
  };
  const drain = async (): Promise<void> => {
    let isAwayAt: number | undefined;
    while (!signal.aborted) {
      if (spool.isEmpty) {
        await bell.promise;
        bell = Promise.withResolvers();
        if (signal.aborted) return;
      }
      const { count } = spool;
      try {
        await Promise.all(underWay);
        await spool.drain(drained);
        log.info({ incidents: count }, 'the spool is drained');
        isAwayAt = undefined;
      } catch (error) {
        if (isAwayAt === undefined) {
          log.warn({ err: error, incidents: count }, 'the store is away; incidents are kept in the spool');
        }
        isAwayAt ??= clock.monotonicMs();
        await clock.sleep(RETRY_MS, signal);
      }
    }
  };
  const adopt = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(ADOPT_MS, signal);
      if (signal.aborted) return;
      try {
        await spool.adopt();
        if (!spool.isEmpty) bell.resolve();
      } catch (error) {
        log.warn({ err: error }, "could not look for other servers' spools");
      }
    }
  };
  const working = Promise.all([drain(), adopt()]);

  return {
    ...store,
    incidents: {
      insert,
      find: (...args) => store.incidents.find(...args),
      list: (...args) => store.incidents.list(...args),
      ofEvent: (...args) => store.incidents.ofEvent(...args),
      markSeen: (...args) => store.incidents.markSeen(...args),
      providers: () => store.incidents.providers(),
      count: () => store.incidents.count(),
    },
    async check() {
      if (spool.isEmpty) {
        const isThere = await inPatience(
          clock,
          store.check().then(() => true),
        ).catch(() => false);
        if (isThere) return;
      }
      await spool.check();
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await working;
    },
  };
}

/** An answer may be late, but come: then the spool need not bring the incident a second time. */
async function forgetIfStored(
  answer: Promise<unknown>,
  appended: Promise<{ readonly spooled: Spooled }>,
): Promise<void> {
  const [stored, kept] = await Promise.allSettled([answer, appended]);
  if (stored.status === 'fulfilled' && kept.status === 'fulfilled') kept.value.spooled.forget();
}

/** The answer if it comes in time. A failure in time is thrown; one that comes later is nobody's. */
async function inPatience<T>(clock: Clock, answer: Promise<T>): Promise<T | undefined> {
  const done = new AbortController();
  try {
    answer.catch(() => {});
    return await Promise.race([answer, clock.sleep(PATIENCE_MS, done.signal).then(() => undefined)]);
  } finally {
    done.abort();
  }
}

function isAway(error: unknown): error is BosError {
  return error instanceof BosError && error.kind === 'unavailable';
}

function both(store: BosError, spool: unknown): BosError {
  const reason = spool instanceof Error ? spool.message : String(spool);
  return new BosError('unavailable', `${store.message}; ${reason}`, {}, { cause: spool });
}

/** What the store will say of it, but for its position, which only the store gives. */
function asIfStored(incident: Incident): StoredIncident {
  const { receivedAt, pushed, sentAt, sentUniqueString } = incident;
  const sighting = {
    receivedAt,
    ...(pushed === undefined ? {} : { pushed }),
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(sentUniqueString === undefined ? {} : { sentUniqueString }),
  };
  return {
    ...incident,
    sightings: [sighting],
    sentUniqueStrings: sentUniqueString === undefined ? [] : [sentUniqueString],
    seen: false,
    position: 0,
  };
}
