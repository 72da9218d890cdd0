import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A request over HTTP/1.1 or h2c. */
export type Request = IncomingMessage | Http2ServerRequest;
/** Its response. */
export type Response = ServerResponse | Http2ServerResponse;

/** Header that tells in words why a plain request was refused; its body is fixed by old clients. */
const REASON_HEADER = 'x-bos-reason';

/** Answers with a status alone. */
export function sendEmpty(response: Response, status: number, headers: Record<string, string> = {}): void {
  send(response, status, undefined, '', headers);
}

/** Answers with plain text. */
export function sendText(response: Response, status: number, text: string, reason?: string): void {
  const headers = reason === undefined ? undefined : { [REASON_HEADER]: asciiOf(reason) };
  send(response, status, 'text/plain; charset=utf-8', text, headers);
}

/** Answers with JSON. */
export function sendJson(response: Response, status: number, value: unknown): void {
  send(response, status, 'application/json', JSON.stringify(value));
}

function send(
  response: Response,
  status: number,
  contentType: string | undefined,
  body: string,
  headers: Record<string, string> | undefined = undefined,
): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  if (contentType !== undefined) response.setHeader('content-type', contentType);
  response.setHeader('content-length', Buffer.byteLength(body));
  for (const name in headers) response.setHeader(name, headers[name] ?? '');
  response.end(body);
}

/** Text that fits into a header: other than printable ASCII becomes an escape, and it ends after 1000 characters. */
export function asciiOf(text: string): string {
  const escaped = text.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.length > 1000 ? `${escaped.slice(0, 997)}...` : escaped;
}
