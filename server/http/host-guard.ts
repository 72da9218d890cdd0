import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from './answer.ts';

/**
 * Whether the request names a host that URLs can hold. HTTP/1.0 may leave it out and HTTP/1.1 may leave it empty;
 * both are filled in. HTTP/2 may name it twice. The RPC adapter builds URLs from it and would end the process on a
 * malformed one.
 */
export function hasUsableHost(request: Request): boolean {
  const { headers } = request;
  const names = (['host', ':authority'] as const).filter((name) => headers[name] !== undefined);
  if (names.length > 0) return names.every((name) => isUsable(headers, name));
  return isUsable(headers, 'stream' in request ? ':authority' : 'host');
}

function isUsable(headers: IncomingHttpHeaders, name: 'host' | ':authority'): boolean {
  const host = headers[name];
  if (typeof host !== 'string' || host.trim() === '') {
    headers[name] = 'localhost';
    return host === undefined || typeof host === 'string';
  }
  return /^[^\s/?#@\\]+$/.test(host) && URL.canParse(`http://${host}`);
}
