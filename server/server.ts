import type { Clock } from '../core/clock.ts';
import type { Context } from '../core/context.ts';
import { BosError } from '../core/errors.ts';
import { isOpenHost, makeAccess } from './auth/access.ts';
import { makeBearerCheck } from './auth/bearer.ts';
import { RefusedAddresses } from './auth/refused-addresses.ts';
import { AddressSet, isLoopback, openWhitelist, parseAddress, type Resolve } from './auth/whitelist.ts';
import { makeRpc } from './edge/rpc.ts';
import { makeFront } from './http/front.ts';
import { DEFAULT_TIMEOUTS, listen, type Timeouts } from './listener.ts';
import { insteadOf, registerServices } from './services/index.ts';
import { Bell } from './services/watch/bell.ts';
import { makeWatching } from './services/watch/watching.ts';
import type { ReportContext } from './use-cases/report-incident.ts';

/** What a server needs besides the Context. */
export interface ServerOptions {
  /** Opens every call; see `ensureAdminToken`. */
  readonly adminToken: string;
  /** Used instead of the Context's. */
  readonly clock?: Clock;
  /** Used instead of the defaults, one by one. */
  readonly timeouts?: Partial<Timeouts>;
  /** Used instead of the system's resolver for host names of the whitelist. */
  readonly resolve?: Resolve;
}

/** A running server. */
export interface Server extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `http://HOST:PORT` */
  readonly url: string;
  /** Stops accepting, ends streams, lets requests finish; cuts connections after five seconds. Repeatable. */
  close(): Promise<void>;
}

/**
 * Serves the API on `api.host` and `api.port`, until `close` is called or the Context's signal aborts: Connect, gRPC,
 * gRPC-web and the plain paths of old clients on one plain port for HTTP/1.1 and HTTP/2.
 * @throws BosError configuration for a bad whitelist or trusted_proxies, or when the port cannot be had
 */
export async function startServer(context: Context, options: ServerOptions): Promise<Server> {
  const log = context.log.child({ part: 'server' });
  const bell = new Bell();
  const ctx: Context & ReportContext = {
    ...context,
    log,
    clock: options.clock ?? context.clock,
    onStored: () => bell.ring(),
  };
  const { host, port, bodyLimit, whitelist: entries } = ctx.config.api;
  const stopping = new AbortController();
  const { signal } = stopping;

  const trustedProxies = new AddressSet(ctx.config.api.trustedProxies);
  const [unreadable] = trustedProxies.others;
  if (unreadable !== undefined) {
    throw new BosError(
      'configuration',
      `expected addresses and CIDRs in trusted_proxies, got "${unreadable}": correct or remove it`,
      { key: 'trusted_proxies', got: unreadable },
    );
  }
  const { clock } = ctx;
  const whitelist = await openWhitelist({
    entries,
    clock,
    log,
    signal,
    ...(options.resolve && { resolve: options.resolve }),
  });
  if (isOpenHost(host)) warnAboutWhitelist(ctx);

  const refused = new RefusedAddresses(clock);
  const bearer = makeBearerCheck(options.adminToken);
  const access = makeAccess({ bearer, whitelist, trustedProxies, refused });
  const watching = makeWatching(ctx, bell, signal);
  const sources = { refused, startedAt: clock.now(), watching, shutdown: signal };
  const rpc = makeRpc({
    access,
    log,
    bodyLimit,
    shutdown: signal,
    insteadOf,
    routes: (register) => registerServices(register, ctx, sources),
  });
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const listener = await listen({ host, port, timeouts, handle: makeFront(ctx, access, rpc) }).catch(
    (error) => {
      stopping.abort();
      throw listenError(error, host, port);
    },
  );

  const close = (): Promise<void> => {
    context.signal.removeEventListener('abort', onAbort);
    stopping.abort();
    return listener.close();
  };
  const onAbort = (): void => {
    close().catch((error: unknown) => log.error({ err: error }, 'could not stop the server cleanly'));
  };
  context.signal.addEventListener('abort', onAbort, { once: true });
  if (context.signal.aborted) onAbort();

  const shown = listener.host.includes(':') ? `[${listener.host}]` : listener.host;
  const url = `http://${shown}:${listener.port}`;
  log.info({ url }, 'listening');
  return { host: listener.host, port: listener.port, url, close, [Symbol.asyncDispose]: close };
}

/** Listening for others while admitting nobody, or everybody, is rarely what was meant. */
function warnAboutWhitelist({ config, log }: Pick<Context, 'config' | 'log'>): void {
  const { host, whitelist } = config.api;
  if (whitelist.includes('0.0.0.0')) {
    log.warn({ host }, 'ANYONE who reaches this port may report incidents: api_whitelist has 0.0.0.0');
  } else if (whitelist.every(isLocal)) {
    log.warn(
      { host },
      'listening for other machines, but api_whitelist only has this one: ALL DATA PROXIES ARE REFUSED until their addresses are in api_whitelist',
    );
  }
}

function isLocal(entry: string): boolean {
  const address = parseAddress(entry);
  return address ? isLoopback(address) : entry === 'localhost';
}

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new BosError(
      'configuration',
      `port ${port} on ${host} is taken: set api.port (--port) to another one`,
      { host, port },
    );
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new BosError(
      'configuration',
      `cannot listen on ${host} port ${port} (${code}): set api.host and api.port`,
      { host, port },
    );
  }
  return error;
}
