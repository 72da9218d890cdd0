import type { Config } from '../core/config/types.ts';
import type { Context } from '../core/context.ts';
import { ensureAdminToken } from '../server/auth/token-file.ts';
import { startServer } from '../server/server.ts';
import { startScheduler } from '../worker/scheduler.ts';
import { startWorker } from '../worker/worker.ts';
import { startApiHeartbeat } from './api-heartbeat.ts';
import { startChain } from './chain-check.ts';
import { type ContextOverrides, makeContext } from './context.ts';

/** What a process does. */
export interface Roles {
  readonly api: boolean;
  readonly worker: boolean;
  readonly scheduler: boolean;
}

/** A process that runs. */
export interface RunningProcess extends AsyncDisposable {
  readonly ctx: Context;
  /** `http://HOST:PORT` of the API; absent without that role. */
  readonly url: string | undefined;
  /**
   * Takes no more requests and work, lets what is in hand end (5 s at most), closes everything. What it did not come to
   * stays due. Repeatable.
   */
  close(): Promise<void>;
}

/**
 * Starts the roles of a process on one context, in the order in which they need each other; resolves when it can be
 * used. A node that cannot be reached is no obstacle: status and health report it, and it goes on when it is back.
 * @throws BosError `configuration` for settings that contradict each other or a node on another chain than the network
 *   names, `conflict` when another process has the data folder
 */
export async function startProcess(
  config: Config,
  { roles }: { readonly roles: Roles },
  overrides: ContextOverrides = {},
): Promise<RunningProcess> {
  await using owned = new AsyncDisposableStack();
  const opened = owned.use(
    await makeContext(config, { mustSign: roles.worker, isServer: roles.api }, overrides),
  );
  const { ctx } = opened;
  await startChain(ctx.chain, ctx.sports.current().data, ctx.clock, ctx.signal);

  // Closed side by side, since each may take seconds; everything below them comes after.
  const parts: AsyncDisposable[] = [];
  owned.defer(async () => {
    await Promise.all(parts.map((part) => part[Symbol.asyncDispose]()));
  });
  if (roles.worker) parts.push(await startWorker(ctx));
  if (roles.scheduler && config.scheduler.enabled) parts.push(await startScheduler(ctx));
  const server = roles.api
    ? await startServer(ctx, { adminToken: await ensureAdminToken(config.dataDir) })
    : undefined;
  if (server !== undefined) {
    parts.push(server);
    parts.push(await startApiHeartbeat(ctx, server.url));
  }
  ctx.log.info({ url: server?.url, network: config.network, roles }, 'started');

  const kept = owned.move();
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      ctx.log.info({}, 'stopping');
      await kept.disposeAsync();
    })();
    return closing;
  };
  return { ctx, url: server?.url, close, [Symbol.asyncDispose]: close };
}
