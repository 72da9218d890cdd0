import { Code, ConnectError } from '@connectrpc/connect';
import type { Clock } from '../../core/clock.ts';
import { withoutCode } from './failure.ts';

/** Servers give a sign of life every 15 s; three that are missing mean that nobody is there any more. */
const QUIET_MS = 45_000;
/** Pauses before the next try: the first, doubled each time, and at most. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Answers that another try would give again. */
const FINAL: readonly Code[] = [
  Code.InvalidArgument,
  Code.NotFound,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.Unimplemented,
  Code.Unauthenticated,
];

/**
 * Reads a stream that can be resumed, over any number of breaks, until the signal aborts. Until something came, a
 * failure is one; afterwards it calls again behind the last cursor.
 * @param options.call calls the stream behind a cursor; empty = from now on
 * @param options.timeoutMs until the first message of a call
 * @param options.onBreak told why, and that another try follows in `pauseMs`
 * @param options.onOpen told that a call stands
 */
export async function* resumed<Message extends { readonly cursor: string }>(options: {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly cursor: string;
  readonly timeoutMs: number;
  call(cursor: string, signal: AbortSignal): AsyncIterable<Message>;
  onOpen(): void;
  onBreak(why: string, pauseMs: number): void;
}): AsyncGenerator<Message> {
  const { clock, signal } = options;
  let { cursor } = options;
  let pauseMs = FIRST_PAUSE_MS;
  let hasBegun = false;
  while (!signal.aborted) {
    let why = 'the server has ended the stream';
    try {
      let isOpen = false;
      for await (const message of watched(options, cursor)) {
        if (!isOpen) options.onOpen();
        isOpen = true;
        hasBegun = true;
        pauseMs = FIRST_PAUSE_MS;
        cursor = message.cursor;
        yield message;
      }
    } catch (error) {
      if (signal.aborted) return;
      const { code, message } = ConnectError.from(error);
      if (!hasBegun || FINAL.includes(code)) throw error;
      why = withoutCode(message);
    }
    if (signal.aborted) return;
    options.onBreak(why, pauseMs);
    await clock.sleep(pauseMs, signal);
    pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
  }
}

/** One call, which fails when nothing comes for too long. */
async function* watched<Message>(
  { call, clock, signal, timeoutMs }: Parameters<typeof resumed<Message & { cursor: string }>>[0],
  cursor: string,
): AsyncGenerator<Message & { cursor: string }> {
  const ended = new AbortController();
  const end = () => ended.abort();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  let lastMs = clock.monotonicMs();
  let limitMs = timeoutMs;
  let late: ConnectError | undefined;
  const guard = async () => {
    while (!ended.signal.aborted) {
      const leftMs = limitMs - (clock.monotonicMs() - lastMs);
      if (leftMs > 0) await clock.sleep(leftMs, ended.signal);
      else {
        late = new ConnectError(`no answer within ${limitMs / 1000} s`, Code.DeadlineExceeded);
        end();
      }
    }
  };
  void guard();
  try {
    for await (const message of call(cursor, ended.signal)) {
      limitMs = QUIET_MS;
      // Not while the message is being printed: a terminal may be held.
      lastMs = Number.POSITIVE_INFINITY;
      yield message;
      lastMs = clock.monotonicMs();
    }
  } catch (error) {
    throw late ?? error;
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}
