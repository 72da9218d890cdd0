import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Code, ConnectError } from '@connectrpc/connect';
import { resumed } from '../../../cli/base/resumed.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

type Message = { readonly cursor: string };
type Call = (cursor: string, signal: AbortSignal) => AsyncIterable<Message>;

/** Reads with a clock that runs as fast as it is waited for, each call answered by the next of `calls`. */
function read(...calls: Call[]) {
  const clock = manualClock();
  const stop = new AbortController();
  const cursors: string[] = [];
  const breaks: string[] = [];
  const got: string[] = [];
  const ended = (async () => {
    const messages = resumed({
      clock,
      signal: stop.signal,
      cursor: 'start',
      timeoutMs: 10_000,
      call: (cursor, signal) => {
        cursors.push(cursor);
        const call = calls.shift() ?? (() => silence(signal));
        return call(cursor, signal);
      },
      onOpen: () => breaks.push('open'),
      onBreak: (why, pauseMs) => breaks.push(`${why} ${pauseMs}`),
    });
    for await (const { cursor } of messages) got.push(cursor);
  })();
  return { clock, stop, cursors, breaks, got, ended };
}

/** Lets time pass until it has ended. */
async function passing(clock: ManualClock, ended: Promise<void>): Promise<void> {
  let isOver = false;
  const settled = ended.finally(() => {
    isOver = true;
  });
  settled.catch(() => {});
  await until('the end', async () => {
    await clock.advance(1_000);
    return isOver;
  });
  await settled;
}

async function* silence(signal: AbortSignal): AsyncGenerator<Message> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  throw new ConnectError('canceled', Code.Canceled);
}
async function* telling(...cursors: string[]): AsyncGenerator<Message> {
  for (const cursor of cursors) yield { cursor };
}
async function* failing(code: Code, ...cursors: string[]): AsyncGenerator<Message> {
  yield* telling(...cursors);
  throw new ConnectError('broken', code);
}

describe('a stream that is resumed', () => {
  it('goes on behind the last cursor after an end and after an error', async () => {
    const { clock, cursors, breaks, got, stop, ended } = read(
      () => telling('a', 'b'),
      () => failing(Code.Aborted, 'c'),
      () => telling('d'),
    );
    await until('all came', async () => {
      await clock.advance(100);
      return got.length === 4;
    });
    stop.abort();
    await ended;
    assert.deepEqual(got, ['a', 'b', 'c', 'd']);
    assert.deepEqual(cursors.slice(0, 3), ['start', 'b', 'c']);
    assert.deepEqual(breaks.slice(0, 4), [
      'open',
      'the server has ended the stream 500',
      'open',
      'broken 500',
    ]);
    assert.equal(clock.sleepers, 0);
  });

  it('pauses longer each time, up to 30 s, and short again after something came', async () => {
    const down = () => failing(Code.Unavailable);
    const { clock, breaks, stop, ended } = read(
      () => telling('a'),
      ...Array.from({ length: 8 }, () => down),
      () => telling('b'),
    );
    await until('it came back', async () => {
      await clock.advance(1_000);
      return breaks.length > 11;
    });
    stop.abort();
    await ended;
    const pauses = breaks.flatMap((text) => / (\d+)$/.exec(text)?.[1] ?? []).map(Number);
    assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 500]);
  });

  it('fails with the first call, and with what another try would answer again', async () => {
    await assert.rejects(read(() => failing(Code.Unavailable)).ended, /broken/);
    const { ended, clock } = read(
      () => telling('a'),
      () => failing(Code.PermissionDenied),
    );
    await assert.rejects(passing(clock, ended), /broken/);
  });

  it('fails when the first message takes longer than the timeout', async () => {
    const { ended, clock } = read((_, signal) => silence(signal));
    await assert.rejects(passing(clock, ended), /no answer within 10 s/);
  });

  it('takes a silence of 45 s for the death of the server', async () => {
    const { clock, cursors, breaks, stop, ended } = read(async function* (_, signal) {
      yield { cursor: 'a' };
      yield* silence(signal);
    });
    await until('the first message', () => breaks.length > 0);
    await clock.advance(44_000);
    assert.equal(cursors.length, 1);
    await until('another call', async () => {
      await clock.advance(1_000);
      return cursors.length > 1;
    });
    assert.deepEqual(cursors, ['start', 'a']);
    assert.deepEqual(breaks, ['open', 'no answer within 45 s 500']);
    stop.abort();
    await ended;
  });
});
