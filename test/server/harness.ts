import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BosClient, type BosClientOptions, createBosClient } from '../../client/index.ts';
import { systemClock } from '../../core/clock.ts';
import { loadConfig } from '../../core/config/load.ts';
import type { Config } from '../../core/config/types.ts';
import type { Context } from '../../core/context.ts';
import { silentLog } from '../../core/log.ts';
import { makeMemoryQueue } from '../../core/queue/memory.ts';
import { defaultSportsFolder, loadSportsData } from '../../core/sports/load.ts';
import { makeNormalizer } from '../../core/sports/normalizer.ts';
import { openSqliteStore } from '../../core/store/sqlite/open.ts';
import { type Server, type ServerOptions, startServer } from '../../server/server.ts';
import { type FakeChain, makeFakeChain } from '../support/fake-chain.ts';

/** The admin token of every server under test. */
export const TOKEN = 'test-token-of-32-characters-0000';

const data = await loadSportsData(defaultSportsFolder(), 'devnet');
const inUse = { data, normalizer: makeNormalizer(data) };

/** What a test changes in the setting. */
export interface HarnessOptions {
  readonly api?: Partial<Config['api']>;
  readonly config?: Partial<Config>;
  readonly context?: Partial<Context>;
  readonly server?: Partial<ServerOptions>;
}

/** A real server on a free port with a real store in a folder of its own, and a chain that the test sets. */
export interface Harness extends AsyncDisposable {
  readonly ctx: Context;
  readonly chain: FakeChain;
  readonly server: Server;
  /** A client that is closed with the harness; with the admin token unless the options say otherwise. */
  client(options?: Partial<BosClientOptions>): BosClient;
  /** `fetch` from the server's own address; the connection ends with the answer. */
  get(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
}

/** Starts one. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bos-server-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { config: base } = loadConfig({ env: {}, flags: { data_dir: folder, 'api.port': 0 } });
  const config = { ...base, ...options.config, api: { ...base.api, ...options.api } };
  const log = silentLog;
  const clock = options.context?.clock ?? systemClock;
  const store = stack.use(await openSqliteStore({ path: join(folder, 'bos.db'), clock, log }));
  const queue = stack.use(makeMemoryQueue({ clock, log }));
  const accounts = Array.from({ length: 5 }, (_, at) => ({ name: `witness${at + 1}`, id: `1.2.${at + 11}` }));
  const chain = makeFakeChain({ accounts });
  const stopping = new AbortController();
  const ctx: Context = {
    config,
    clock,
    log,
    store,
    queue,
    sports: { current: () => inUse },
    chain,
    versions: { 'bookie-oracle-suite': '0.1.0', 'bos-auto': '0.1.0', peerplays: '0.8.9' },
    processId: 'test',
    signal: stopping.signal,
    ...options.context,
  };
  const server = stack.use(await startServer(ctx, { adminToken: TOKEN, ...options.server }));
  const kept = stack.move();
  const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);
  return {
    ctx,
    chain,
    server,
    client: (clientOptions = {}) =>
      kept.adopt(createBosClient({ baseUrl: server.url, token: TOKEN, ...clientOptions }), (client) =>
        client.close(),
      ),
    get,
    post: (path, body, init = {}) =>
      get(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), ...init }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** The JSON of one incident, valid as it is. */
export function incidentJson(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: {
      sport: 'Ice Hockey',
      event_group_name: 'NHL',
      start_time: '2030-03-16T23:02:00Z',
      home: 'Washington Capitals',
      away: 'New York Islanders',
    },
    call: 'create',
    arguments: { season: '2030' },
    provider_info: { name: 'provider-a', pushed: '2030-03-01T10:00:00Z', match_id: '77' },
    timestamp: '2030-03-01T10:00:01Z',
    unique_string: 'as-sent-1',
    ...changes,
  };
}

/** Identity of the event that `incidentJson` speaks of. */
export const EVENT_ID =
  '2030-03-16t230000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders';
