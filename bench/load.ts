import * as http2 from 'node:http2';
import { connect } from 'node:net';
import { percentile } from './results.ts';

/** What a burst of requests came to. */
export interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Answers with status 200 (gRPC: status 0). */
  readonly accepted: number;
  readonly failed: number;
}

/**
 * Posts `amount` bodies over HTTP/1.1 keep-alive connections, one request at a time on each. Requests are encoded
 * beforehand and answers only looked at as far as needed, so that the server is what is measured on a machine of two
 * cores (a general load generator reached its own limit first).
 */
export async function postAll(options: {
  readonly url: string;
  readonly path: string;
  readonly connections: number;
  readonly amount: number;
  readonly body: (i: number) => string;
}): Promise<Load> {
  const { hostname, port, host } = new URL(options.url);
  const requests = Array.from({ length: options.amount }, (_, i) => {
    const body = Buffer.from(options.body(i));
    const head = `POST ${options.path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  });
  const latencies: number[] = [];
  let accepted = 0;
  let failed = 0;
  let next = 0;
  const connection = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.setNoDelay(true);
      let begin = 0;
      let waiting: Buffer = Buffer.alloc(0);
      const send = () => {
        const request = requests[next++];
        if (!request) {
          socket.end();
          resolve();
          return;
        }
        begin = performance.now();
        socket.write(request);
      };
      socket.on('connect', send);
      socket.on('error', reject);
      socket.on('data', (chunk: Buffer) => {
        waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
        const status = statusOf(waiting);
        if (status === undefined) return;
        latencies.push(performance.now() - begin);
        if (status === 200) accepted += 1;
        else failed += 1;
        waiting = Buffer.alloc(0);
        send();
      });
    });
  const begin = performance.now();
  await Promise.all(Array.from({ length: options.connections }, connection));
  const seconds = (performance.now() - begin) / 1000;
  return { perSecond: accepted / seconds, p99Ms: percentile(latencies, 0.99), accepted, failed };
}

/** Status of a complete answer; undefined while parts of it are missing. */
function statusOf(answer: Buffer): number | undefined {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = answer.toString('latin1', 0, end);
  const length = /content-length: *(\d+)/i.exec(head)?.[1];
  const complete =
    length === undefined
      ? answer.subarray(-5).toString('latin1') === '0\r\n\r\n'
      : answer.length >= end + 4 + Number(length);
  return complete ? Number(head.slice(9, 12)) : undefined;
}

/** Sends `amount` unary gRPC messages over one h2c session, `parallel` at a time. */
export async function grpcAll(options: {
  readonly url: string;
  readonly path: string;
  readonly parallel: number;
  readonly amount: number;
  readonly message: (i: number) => Uint8Array;
}): Promise<Load> {
  const session = http2.connect(options.url);
  const latencies: number[] = [];
  let accepted = 0;
  let failed = 0;
  let next = 0;
  const one = (i: number) =>
    new Promise<void>((resolve) => {
      const begin = performance.now();
      const stream = session.request({
        ':method': 'POST',
        ':path': options.path,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      let status: unknown;
      stream.on('response', (headers) => {
        status = headers['grpc-status'];
      });
      stream.on('trailers', (trailers) => {
        status = trailers['grpc-status'];
      });
      stream.on('close', () => {
        latencies.push(performance.now() - begin);
        if (status === '0') accepted += 1;
        else failed += 1;
        resolve();
      });
      stream.on('error', () => {});
      stream.resume();
      const message = options.message(i);
      const frame = Buffer.alloc(5 + message.length);
      frame.writeUInt32BE(message.length, 1);
      frame.set(message, 5);
      stream.end(frame);
    });
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: options.parallel }, async () => {
      while (next < options.amount) await one(next++);
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  session.close();
  return { perSecond: accepted / seconds, p99Ms: percentile(latencies, 0.99), accepted, failed };
}
