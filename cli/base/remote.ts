import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Flags } from '@oclif/core';
import type { BosClient } from '../../client/index.ts';
import { CommandFailure, withoutCode } from './failure.ts';

/** What flags and environment say about the server and how to answer. */
export interface RemoteFlags {
  readonly server: string;
  readonly 'token-file'?: string | undefined;
  readonly timeout: number;
}

/** What was given, with `http://` where it has no scheme. */
function withScheme(given: string): string {
  return /^[a-z]+:\/\//i.test(given) ? given : `http://${given}`;
}

/** `http://HOST:PORT` of what was given: the scheme may be left out, a path (`/trigger`) is dropped. */
export function serverAddress(given: string): string {
  const text = withScheme(given);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new CommandFailure(
      2,
      `expected an address like http://127.0.0.1:8010, got "${given}": set --server or BOS_SERVER`,
    );
  }
  return url.origin;
}

/** Whether the server is on this machine, so that the token in the data folder here may be its. */
function isLocal(server: string): boolean {
  const { hostname } = new URL(server);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/** The data folder as the settings have it; a configuration that cannot be read says nothing about it. */
async function dataFolder(): Promise<string> {
  const { loadConfig } = await import('../../core/config/load.ts');
  try {
    return loadConfig({ env: process.env, flags: { store: 'sqlite:', queue: 'memory:' } }).config.dataDir;
  } catch {
    return './data';
  }
}

async function readToken(path: string): Promise<string> {
  const text = (await readFile(path, 'utf8')).trim();
  if (text !== '' && /^[\x21-\x7e]+$/.test(text)) return text;
  throw new CommandFailure(
    2,
    `expected one token in ${path}, got ${text === '' ? 'an empty file' : 'something else'}: name another file by --token-file`,
  );
}

/** A token, or where it was looked for in vain. */
type Token = { readonly text: string } | { readonly text: undefined; readonly lookedFor: string };

/**
 * The token to send: the named file, else `BOS_TOKEN`, else for a server on this machine the `admin-token` of the
 * data folder.
 */
async function findToken(server: string, named: string | undefined): Promise<Token> {
  if (named !== undefined) {
    try {
      return { text: await readToken(named) };
    } catch (error) {
      if (error instanceof CommandFailure) throw error;
      const { code } = error as NodeJS.ErrnoException;
      throw new CommandFailure(
        2,
        `expected a token in ${named}, got ${code}: name a file that can be read by --token-file or BOS_TOKEN_FILE`,
      );
    }
  }
  const { BOS_TOKEN } = process.env;
  if (BOS_TOKEN !== undefined && BOS_TOKEN !== '') return { text: BOS_TOKEN };
  const path = join(await dataFolder(), 'admin-token');
  if (!isLocal(server)) return { text: undefined, lookedFor: 'BOS_TOKEN' };
  try {
    return { text: await readToken(path) };
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    return { text: undefined, lookedFor: path };
  }
}

/** A command that talks to a server through the client only. */
export abstract class RemoteCommand extends Command {
  static override baseFlags = {
    server: Flags.string({
      description: 'Address of the server.',
      env: 'BOS_SERVER',
      default: 'http://127.0.0.1:8010',
      helpGroup: 'GLOBAL',
      helpValue: 'URL',
    }),
    'token-file': Flags.string({
      description:
        'File with the admin token; not given: BOS_TOKEN, else admin-token in the data folder for a server on this machine.',
      env: 'BOS_TOKEN_FILE',
      helpGroup: 'GLOBAL',
      helpValue: 'FILE',
    }),
    timeout: Flags.integer({
      description: 'Seconds until the server counts as unreachable.',
      default: 10,
      min: 1,
      helpGroup: 'GLOBAL',
      helpValue: 'SECONDS',
    }),
    json: Flags.boolean({
      description: 'Print JSON: {"data": ..., "next_page_token": ...}.',
      helpGroup: 'GLOBAL',
    }),
  };

  /** Says which server it was that could not be reached; one that answered has said what is away. */
  protected override async catch(error: Error): Promise<never> {
    const { errorDetailOf, isUnavailable } = await import('../../client/index.ts');
    if (this.#server === undefined || !isUnavailable(error) || errorDetailOf(error)) throw error;
    throw new CommandFailure(
      4,
      `expected an answer of ${this.#server}, got ${withoutCode(error.message)}: see whether it runs, or name another by --server or BOS_SERVER`,
    );
  }

  /** Where incidents are posted to as data proxies do it: the named address, else `/trigger` of the server. */
  protected async plainTarget(
    flags: RemoteFlags & { readonly url?: string | undefined },
  ): Promise<{ url: string; timeoutMs: number; token?: string }> {
    const server = serverAddress(flags.url ?? flags.server);
    const { text } = await findToken(server, flags['token-file']);
    return {
      url: flags.url === undefined ? `${server}/trigger` : withScheme(flags.url),
      timeoutMs: flags.timeout * 1000,
      ...(text === undefined ? {} : { token: text }),
    };
  }

  #server: string | undefined;

  /** A client of the server; `changes` says that a token is needed, whose lack is told before anything is sent. */
  protected async client(flags: RemoteFlags, needs: 'reads' | 'changes' = 'reads'): Promise<BosClient> {
    const server = serverAddress(flags.server);
    this.#server = server;
    const token = await findToken(server, flags['token-file']);
    if (token.text === undefined && needs === 'changes') {
      throw new CommandFailure(
        3,
        `expected an admin token, got none (looked for ${token.lookedFor}): name its file by --token-file or BOS_TOKEN_FILE`,
      );
    }
    const { createBosClient } = await import('../../client/index.ts');
    return createBosClient({
      baseUrl: server,
      timeoutMs: flags.timeout * 1000,
      ...(token.text === undefined ? {} : { token: token.text }),
    });
  }

  /** Prints `{"data": ..., "next_page_token": ...}`; the token is empty where nothing follows. */
  protected printJson(data: unknown, nextPageToken = ''): void {
    this.log(JSON.stringify({ data, next_page_token: nextPageToken }, null, 2));
  }
}
