import { Agent } from 'node:http';
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  type Interceptor,
  type Transport,
} from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from '@connectrpc/connect-node';
import { AdminService } from '../gen/bos/v1/admin_service_pb.js';
import { type ErrorDetail, ErrorDetailSchema } from '../gen/bos/v1/common_pb.js';
import { EventService } from '../gen/bos/v1/event_service_pb.js';
import { IncidentService } from '../gen/bos/v1/incident_service_pb.js';
import { ProposalService } from '../gen/bos/v1/proposal_service_pb.js';
import { SportsService } from '../gen/bos/v1/sports_service_pb.js';
import { StatusService } from '../gen/bos/v1/status_service_pb.js';
import { Health } from '../gen/grpc/health/v1/health_pb.js';

/** How to reach a witness. */
export interface BosClientOptions {
  /** e.g. `http://127.0.0.1:8010` */
  readonly baseUrl: string;
  /** Admin token; needed for calls that change something, and from addresses that are not whitelisted. */
  readonly token?: string;
  /** `connect` (JSON over HTTP/1.1) unless said otherwise; all serve every call. */
  readonly transport?: 'connect' | 'grpc' | 'grpc-web';
  /** How long a call may take; 10 s. Streams are only bounded when their call says so. */
  readonly timeoutMs?: number;
}

/** Typed clients of all services of one witness, over one kind of connection. */
export interface BosClient extends Disposable {
  readonly incidents: Client<typeof IncidentService>;
  readonly events: Client<typeof EventService>;
  readonly proposals: Client<typeof ProposalService>;
  readonly sports: Client<typeof SportsService>;
  readonly status: Client<typeof StatusService>;
  readonly admin: Client<typeof AdminService>;
  readonly health: Client<typeof Health>;
  /** Closes connections; running calls fail. */
  close(): void;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** Makes the clients. Connects with the first call. */
export function createBosClient(options: BosClientOptions): BosClient {
  const { transport, close } = openTransport(options);
  return {
    incidents: createClient(IncidentService, transport),
    events: createClient(EventService, transport),
    proposals: createClient(ProposalService, transport),
    sports: createClient(SportsService, transport),
    status: createClient(StatusService, transport),
    admin: createClient(AdminService, transport),
    health: createClient(Health, transport),
    close,
    [Symbol.dispose]: close,
  };
}

/** What the server says of a refusal; undefined when the error is of another kind, e.g. nobody answered. */
export function errorDetailOf(error: unknown): ErrorDetail | undefined {
  return error instanceof ConnectError ? error.findDetails(ErrorDetailSchema)[0] : undefined;
}

/** Whether the witness could not be reached or cannot take the call now; the same call may work later. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof ConnectError && [Code.Unavailable, Code.DeadlineExceeded].includes(error.code);
}

function openTransport(options: BosClientOptions): { transport: Transport; close: () => void } {
  const { baseUrl, token } = options;
  const common = {
    baseUrl,
    interceptors: [
      timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
      ...(token === undefined ? [] : [bearer(token)]),
    ],
  };
  if (options.transport === 'grpc') {
    const sessionManager = new Http2SessionManager(baseUrl);
    return {
      transport: createGrpcTransport({ ...common, sessionManager }),
      close: () => sessionManager.abort(),
    };
  }
  const agent = new Agent({ keepAlive: true });
  const http1 = { ...common, httpVersion: '1.1', nodeOptions: { agent } } as const;
  const transport =
    options.transport === 'grpc-web' ? createGrpcWebTransport(http1) : createConnectTransport(http1);
  return { transport, close: () => agent.destroy() };
}

function bearer(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`);
    return next(request);
  };
}

/** Bounds unary calls; the transports' own default would end streams too. */
function timeout(timeoutMs: number): Interceptor {
  return (next) => async (request) => {
    if (request.stream) return next(request);
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new ConnectError(`no answer within ${timeoutMs} ms`, Code.DeadlineExceeded)),
      timeoutMs,
    );
    try {
      return await next({ ...request, signal: AbortSignal.any([request.signal, late.signal]) });
    } catch (error) {
      throw late.signal.aborted ? late.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  };
}
