import * as http2 from 'node:http2';
import autocannon from 'autocannon';
import { percentile } from './results.ts';

/** What a burst of requests came to. */
export interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Answers with status 200 (gRPC: status 0). */
  readonly accepted: number;
  readonly failed: number;
}

/** Posts `amount` bodies over HTTP/1.1 keep-alive connections. */
export async function postAll(options: {
  readonly url: string;
  readonly path: string;
  readonly connections: number;
  readonly amount: number;
  readonly body: (i: number) => string;
}): Promise<Load> {
  let i = 0;
  const result = await autocannon({
    url: options.url,
    connections: options.connections,
    amount: options.amount,
    requests: [
      {
        method: 'POST',
        path: options.path,
        headers: { 'content-type': 'application/json' },
        setupRequest: (request) => ({ ...request, body: options.body(i++) }),
      },
    ],
  });
  return {
    perSecond: result['2xx'] / result.duration,
    p99Ms: result.latency.p99,
    accepted: result['2xx'],
    failed: result.non2xx + result.errors,
  };
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
