import type { Clock } from '../../clock.ts';
import { BosError } from '../../errors.ts';
import type { Incident, StoredIncident } from '../../incidents/types.ts';
import type { Log } from '../../log.ts';
import { within } from '../../within.ts';
import type { Store } from '../store.ts';
import { isIncident, type Report } from './record.ts';
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
/** How long an answer is waited for before it counts as none; a driver gives up on a dead connection earlier. */
const LATE_MS = 60_000;
/** How often somebody looks for what a dead server left in its spool. */
const ADOPT_MS = 30_000;

/**
 * The store, with a spool in front of the insertion of incidents, and of bodies that are refused for their names: while
 * the store is away they are answered from the spool, and drained in their order when it is back. What comes while the
 * spool holds something goes into the spool as well, so that the order stays; an incident counts as a duplicate there
 * when the spool itself holds the same one. Closing ends the draining and leaves the rest in the spool; store and spool
 * stay open.
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

  const toSpool = async (report: Report): Promise<Spooled> => {
    const spooled = await spool.append(report);
    bell.resolve();
    return spooled;
  };

  /** The spool first, the store only where that fails. */
  const behindOthers = async <T>(report: Report, insert: () => Promise<T>, asIf: (it: Spooled) => T) => {
    let problem: unknown;
    try {
      return asIf(await toSpool(report));
    } catch (error) {
      problem = error;
    }
    try {
      return await insert();
    } catch (error) {
      throw isAway(error) ? both(error, problem) : error;
    }
  };
  /** The answer of the store, or that which `asIf` makes of the report in the spool. */
  const keep = async <T>(report: Report, insert: () => Promise<T>, asIf: (it: Spooled) => T): Promise<T> => {
    if (!spool.isEmpty) return behindOthers(report, insert, asIf);
    const answer = insert();
    let problem: BosError | undefined;
    try {
      const inTime = await within(clock, PATIENCE_MS, answer);
      if (inTime) return inTime.value;
    } catch (error) {
      if (!isAway(error)) throw error;
      problem = error;
    }
    const appended = toSpool(report);
    const late = forgetIfStored(answer, appended).finally(() => underWay.delete(late));
    underWay.add(late);
    try {
      return asIf(await appended);
    } catch (error) {
      // Neither works, unless the late answer says that it is stored after all.
      if (problem === undefined) return answer;
      throw both(problem, error);
    }
  };

  const drained = async (report: Report): Promise<void> => {
    const answer = isIncident(report) ? store.incidents.insert(report) : store.refused.insert(report);
    const inTime = await within<unknown>(clock, LATE_MS, answer);
    if (!inTime) throw new BosError('unavailable', `the store gave no answer within ${LATE_MS / 1000} s`);
    if (!signal.aborted && isIncident(report)) onDrained(report);
  };
  /** Waits for late answers; what those store that do not come comes to the store as a repeated report. */
  const settled = async (): Promise<void> => {
    const waitedFor = [...underWay];
    const inTime = await within(clock, LATE_MS, Promise.all(waitedFor), signal);
    if (inTime || signal.aborted) return;
    for (const late of waitedFor) underWay.delete(late);
    log.warn({ answers: waitedFor.length }, 'the store owes answers; the spool is drained without them');
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
        await settled();
        if (signal.aborted) return;
        await spool.drain(drained);
        log.info({ incidents: count }, 'the spool is drained');
        isAwayAt = undefined;
      } catch (error) {
        if (isAwayAt === undefined) {
          log.warn({ err: error, incidents: count }, 'the store is away; reports are kept in the spool');
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
      insert: (incident) =>
        keep(
          incident,
          () => store.incidents.insert(incident),
          ({ isRepeat }) => ({ outcome: isRepeat ? 'duplicate' : 'new', incident: asIfStored(incident) }),
        ),
      find: (...args) => store.incidents.find(...args),
      list: (...args) => store.incidents.list(...args),
      ofEvent: (...args) => store.incidents.ofEvent(...args),
      markSeen: (...args) => store.incidents.markSeen(...args),
      providers: () => store.incidents.providers(),
      count: () => store.incidents.count(),
    },
    refused: {
      insert: (body) =>
        keep(
          body,
          () => store.refused.insert(body),
          () => {},
        ),
      list: (...args) => store.refused.list(...args),
      unknownNames: (...args) => store.refused.unknownNames(...args),
      remove: (...args) => store.refused.remove(...args),
      forget: (...args) => store.refused.forget(...args),
    },
    async check() {
      if (spool.isEmpty) {
        const isThere = await within(clock, PATIENCE_MS, store.check()).catch(() => undefined);
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
async function forgetIfStored(answer: Promise<unknown>, appended: Promise<Spooled>): Promise<void> {
  const [stored, kept] = await Promise.allSettled([answer, appended]);
  if (stored.status === 'fulfilled' && kept.status === 'fulfilled') kept.value.forget();
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
