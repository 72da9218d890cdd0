import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Heartbeat, PresenceStore } from './store.ts';

/** How often signs of life are looked at; they come every ten seconds. */
const LOOK_MS = 10_000;
/** Times further apart than this are told by clocks that differ. */
const TOLERANCE_MS = 15_000;

/**
 * Heartbeats on this process's own clock: whoever keeps giving signs is seen to live, and whoever stops is seen to have
 * stopped, however wrong its clock is. Where the clocks differ, `at` is when this process saw the last sign, and the
 * details say by how much the other clock is off (`clock_off_seconds`). Looks at the store every ten seconds until
 * disposed; a process that was not seen to move yet has the time that it told itself.
 */
export function watchPresence(
  presence: PresenceStore,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): PresenceStore & AsyncDisposable {
  /** By id: what it told, and when that was seen to be new. */
  let seen = new Map<string, { readonly toldMs: number; readonly seenAt: Date | undefined }>();
  const stopping = new AbortController();

  const look = async (): Promise<readonly Heartbeat[]> => {
    const beats = await presence.list();
    const now = clock.now();
    const before = seen;
    seen = new Map(
      beats.map(({ id, at }) => {
        const last = before.get(id);
        const toldMs = at.getTime();
        if (last?.toldMs === toldMs) return [id, last];
        return [id, { toldMs, seenAt: last && now }];
      }),
    );
    return beats.map((beat) => onOwnClock(beat, seen.get(beat.id)?.seenAt));
  };
  const looking = (async () => {
    for (;;) {
      try {
        await look();
      } catch (error) {
        log.debug({ err: error }, 'could not look at signs of life');
      }
      await clock.sleep(LOOK_MS, stopping.signal);
      if (stopping.signal.aborted) return;
    }
  })();
  return {
    beat: (heartbeat) => presence.beat(heartbeat),
    leave: (id) => presence.leave(id),
    list: look,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await looking;
    },
  };
}

function onOwnClock(beat: Heartbeat, seenAt: Date | undefined): Heartbeat {
  if (seenAt === undefined) return beat;
  const offMs = beat.at.getTime() - seenAt.getTime();
  if (Math.abs(offMs) <= TOLERANCE_MS) return beat;
  const details = { ...beat.details, clock_off_seconds: Math.round(offMs / 1000) };
  return { ...beat, at: seenAt, details };
}
