import { constants } from 'node:http2';
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type ServiceImpl,
} from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import type { Log } from '../../core/log.ts';
import type { Access, Caller } from '../auth/access.ts';
import { credentialOf } from '../auth/policy.ts';
import type { Request, Response } from '../http/answer.ts';
import { toConnectError } from './errors.ts';

/** Answers may be pages of a thousand incidents or a whole sport. */
const WRITE_MAX_BYTES = 16 * 1024 * 1024;

const callerKey = createContextKey<Caller | undefined>(undefined);
const requestKey = createContextKey<Request | undefined>(undefined);

/** What a service of ours implements; what it leaves out is not built. */
export type Implementation<S extends DescService> = Partial<ServiceImpl<S>>;

/** Registers one service: `register(IncidentService, {...})`. */
export type Register = <S extends DescService>(service: S, implementation: Implementation<S>) => void;

/**
 * Serves services over Connect, gRPC and gRPC-web. The credential is checked for every method, built or not, before
 * its message is read.
 */
export function makeRpc(options: {
  readonly access: Access;
  readonly log: Log;
  readonly bodyLimit: number;
  /** Aborts when streams are to end. */
  readonly shutdown: AbortSignal;
  /** What to use instead of a method that is not built, in a sentence. */
  readonly insteadOf: (method: DescMethod) => string;
  readonly routes: (register: Register) => void;
}): (request: Request, response: Response) => void {
  const { access, log, bodyLimit } = options;
  const credentials = new Map<DescMethod, ReturnType<typeof credentialOf>>();

  const gate = ({ method, values }: HandlerContext): void => {
    const needed = credentials.get(method) ?? credentialOf(method);
    credentials.set(method, needed);
    const caller = values.get(callerKey);
    try {
      if (!caller) throw new Error('expected the request in the context values');
      access.admit(caller, needed);
    } catch (error) {
      throw toConnectError(error, log);
    }
  };

  return connectNodeAdapter({
    readMaxBytes: bodyLimit,
    writeMaxBytes: WRITE_MAX_BYTES,
    shutdownSignal: options.shutdown,
    requestGate: gate,
    contextValues: (request) => createContextValues().set(callerKey, request).set(requestKey, request),
    routes: (router) => {
      options.routes((service, implementation) =>
        registerAtEdge(router, service, implementation, log, options.insteadOf),
      );
    },
  });
}

/**
 * Ends a call without a word, for callers that do not read and so can't be told. Over HTTP/1.1 that is the connection.
 */
export function cutOff({ values }: Pick<HandlerContext, 'values'>): void {
  const request = values.get(requestKey);
  if (!request) return;
  if ('stream' in request) request.stream.close(constants.NGHTTP2_CANCEL);
  else request.socket.destroy();
}

/** Registers a service so that its errors are mapped, and what it lacks says so. */
function registerAtEdge<S extends DescService>(
  router: ConnectRouter,
  service: S,
  implementation: Implementation<S>,
  log: Log,
  insteadOf: (method: DescMethod) => string,
): void {
  // Implementations are looked up by name; what comes in and goes out is the business of the typed implementation.
  const given = implementation as Record<string, Handler | undefined>;
  const wrapped: Record<string, Handler> = {};
  for (const method of service.methods) {
    const handler = given[method.localName]?.bind(implementation);
    if (!handler) wrapped[method.localName] = () => refuse(method, insteadOf);
    else if (method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming')
      wrapped[method.localName] = streamAtEdge(handler, log);
    else wrapped[method.localName] = unaryAtEdge(handler, log);
  }
  router.service(service, wrapped as Implementation<S>);
}

type Handler = (request: never, context: HandlerContext) => unknown;

function unaryAtEdge(handler: Handler, log: Log): Handler {
  return async (request, context) => {
    try {
      return await handler(request, context);
    } catch (error) {
      throw toConnectError(error, log);
    }
  };
}

function streamAtEdge(handler: Handler, log: Log): Handler {
  return async function* (request, context) {
    try {
      // Handlers that stream answer an async iterable.
      yield* handler(request, context) as AsyncIterable<unknown>;
    } catch (error) {
      // Nobody is left to be told, and nothing of ours is wrong.
      if (isCut(error)) throw new ConnectError('the call was cut off', Code.Canceled);
      throw toConnectError(error, log);
    }
  };
}

/** Whether what a caller sends ended before its end: it has left, or its request took longer than one may. */
function isCut(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function refuse(method: DescMethod, insteadOf: (method: DescMethod) => string): never {
  const name = `${method.parent.typeName}/${method.name}`;
  throw new ConnectError(`${name} is not built yet${insteadOf(method)}`, Code.Unimplemented);
}
