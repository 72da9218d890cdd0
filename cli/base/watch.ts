import { Flags } from '@oclif/core';
import type { BosClient } from '../../client/index.ts';
import { systemClock } from '../../core/clock.ts';
import { RemoteCommand, type RemoteFlags } from './remote.ts';
import { resumed } from './resumed.ts';

/** Flags of every command that watches. */
export const WATCH_FLAGS = {
  cursor: Flags.string({
    description: 'Go on where a former watch ended; not given = from now on.',
    helpValue: 'CURSOR',
  }),
};

/** What `WATCH_FLAGS` and the common flags parse to. */
export interface WatchFlags extends RemoteFlags {
  readonly cursor?: string | undefined;
  readonly json: boolean;
}

/** A command that shows what happens until Ctrl-C, each time in a line of its own. */
export abstract class WatchCommand extends RemoteCommand {
  /**
   * Reads the stream and prints, over any number of breaks. Ends without an error on Ctrl-C, SIGTERM, and when nobody
   * reads the output any more.
   * @param call calls the stream
   * @param line a message for people and, with `data`, as JSON; undefined for a sign of life
   */
  protected async watch<Message extends { readonly cursor: string }>(
    flags: WatchFlags,
    call: (
      client: BosClient,
      cursor: string,
      options: { readonly signal: AbortSignal },
    ) => AsyncIterable<Message>,
    line: (message: Message) => { readonly text: string; readonly data: unknown } | undefined,
  ): Promise<void> {
    const stop = new AbortController();
    const end = () => stop.abort();
    // A second Ctrl-C ends the process at once.
    process.once('SIGINT', end).once('SIGTERM', end);
    let isRead = true;
    const leave = () => {
      isRead = false;
      end();
    };
    process.stdout.once('error', leave);
    using client = await this.client(flags);
    const messages = resumed({
      clock: systemClock,
      signal: stop.signal,
      cursor: flags.cursor ?? '',
      timeoutMs: flags.timeout * 1000,
      call: (cursor, signal) => call(client, cursor, { signal }),
      onOpen: () => this.logToStderr(`watching ${flags.server}, Ctrl-C ends it`),
      onBreak: (why, pauseMs) => this.logToStderr(`interrupted: ${why}; trying again in ${pauseMs / 1000} s`),
    });
    let last = '';
    try {
      for await (const message of messages) {
        const { cursor } = message;
        last = cursor;
        const shown = line(message);
        if (shown === undefined) continue;
        this.log(flags.json ? JSON.stringify({ data: shown.data, cursor }) : shown.text);
      }
    } finally {
      process.off('SIGINT', end).off('SIGTERM', end);
      process.stdout.off('error', leave);
    }
    // Nobody is left to wait for until all is written.
    if (!isRead) this.exit(0);
    if (last !== '') this.logToStderr(`to go on here: --cursor ${last}`);
  }
}
