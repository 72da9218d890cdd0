import type { Request } from './answer.ts';

/**
 * Whether the request names a host that URLs can hold. HTTP/1.0 may leave it out and HTTP/1.1 may leave it empty;
 * both are filled in. The RPC adapter builds URLs from it and would end the process on a malformed one.
 */
export function hasUsableHost(request: Request): boolean {
  const name = 'stream' in request && request.headers.host === undefined ? ':authority' : 'host';
  const host = request.headers[name];
  if (typeof host !== 'string' || host.trim() === '') {
    request.headers[name] = 'localhost';
    return host === undefined || typeof host === 'string';
  }
  return /^[^\s/?#@\\]+$/.test(host) && URL.canParse(`http://${host}`);
}
