import type { Context } from '../../core/context.ts';
import type { Access } from '../auth/access.ts';
import { failureOf } from '../edge/errors.ts';
import { type Request, type Response, sendEmpty, sendText } from './answer.ts';
import { countIncidents, showEvent } from './events.ts';
import { hasUsableHost } from './host-guard.ts';
import { isalive } from './isalive.ts';
import { trigger } from './trigger.ts';

/** Spellings of the endpoint that data proxies are configured with. */
const TRIGGER_PATHS = new Set(['/trigger', '/trigger/', '/trigger/trigger', '/trigger/trigger/']);

/**
 * Takes every request of the port: what old clients know by plain paths, all else by the RPC handler. Never redirects,
 * because a redirected POST comes back as a GET. Whatever goes wrong ends one request, never the process.
 */
export function makeFront(
  ctx: Context,
  access: Access,
  rpc: (request: Request, response: Response) => void,
): (request: Request, response: Response) => void {
  const { bodyLimit } = ctx.config.api;

  const route = (request: Request, response: Response): Promise<void> | void => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (TRIGGER_PATHS.has(path)) return trigger(ctx, access, bodyLimit, request, response);
    if (path === '/isalive') return reading(request, response, 'open', () => isalive(ctx, response));
    if (path === '/events' || path === '/events/') {
      return reading(request, response, 'address', () => countIncidents(ctx, response));
    }
    if (path.startsWith('/events/')) {
      const eventId = decoded(path.slice('/events/'.length));
      if (eventId === undefined) return sendEmpty(response, 404);
      return reading(request, response, 'address', () => showEvent(ctx, eventId, response));
    }
    return rpc(request, response);
  };

  const reading = (
    request: Request,
    response: Response,
    needed: 'open' | 'address',
    answer: () => Promise<void>,
  ): Promise<void> | void => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendEmpty(response, 405, { allow: 'GET, HEAD' });
    access.admit(request, needed);
    return answer();
  };

  const fail = (error: unknown, response: Response): void => {
    const { status, message } = failureOf(error, ctx.log);
    sendText(response, status, message, message);
  };

  return (request, response) => {
    logWhenDone(ctx, request, response);
    if (!hasUsableHost(request)) return sendText(response, 400, 'malformed Host header');
    try {
      route(request, response)?.catch((error: unknown) => fail(error, response));
    } catch (error) {
      fail(error, response);
    }
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * One line a request: what could not be taken at warn, refused ones at info, all others at debug (defects have a line
 * of their own). Never headers or bodies.
 */
function logWhenDone(
  { log, clock }: Pick<Context, 'log' | 'clock'>,
  request: Request,
  response: Response,
): void {
  const startedMs = clock.monotonicMs();
  const from = request.socket.remoteAddress;
  response.once('close', () => {
    const { statusCode: status } = response;
    const path = (request.url ?? '').split('?', 1)[0];
    const ms = Math.round(clock.monotonicMs() - startedMs);
    const details = { method: request.method, path, status, ms, from };
    if (status >= 500 && request.method === 'POST') log.warn(details, 'request failed');
    else if (status >= 400) log.info(details, 'request refused');
    else log.debug(details, 'request');
  });
}
