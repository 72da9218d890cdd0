import type { DescMethod } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { IncidentService } from '../../gen/bos/v1/incident_service_pb.js';
import { Health } from '../../gen/grpc/health/v1/health_pb.js';
import { ServerReflection } from '../../gen/grpc/reflection/v1/reflection_pb.js';

/**
 * What a call needs.
 * - `open`: nothing.
 * - `address`: a whitelisted address or a token.
 * - `token`: the admin token, from everywhere.
 */
export type Credential = 'open' | 'address' | 'token';

/** Methods that change something and are still open to whitelisted addresses: what data proxies call. */
const REPORTS: readonly DescMethod[] = [
  IncidentService.method.reportIncident,
  IncidentService.method.reportIncidents,
];

/** What a method needs; one that nobody thought of needs a token. */
export function credentialOf(method: DescMethod): Credential {
  if (method.parent === Health) return 'open';
  // Its file, as gRPC publishes it, does not say that it changes nothing.
  const changesNothing =
    method.idempotency === Idempotency.NO_SIDE_EFFECTS || method.parent === ServerReflection;
  return changesNothing || REPORTS.includes(method) ? 'address' : 'token';
}
