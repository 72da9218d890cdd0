import type { DescMethod } from '@bufbuild/protobuf';
import type { Context } from '../../core/context.ts';
import { AdminService } from '../../gen/bos/v1/admin_service_pb.js';
import { EventService } from '../../gen/bos/v1/event_service_pb.js';
import { IncidentService } from '../../gen/bos/v1/incident_service_pb.js';
import { ProposalService } from '../../gen/bos/v1/proposal_service_pb.js';
import { SportsService } from '../../gen/bos/v1/sports_service_pb.js';
import { StatusService } from '../../gen/bos/v1/status_service_pb.js';
import { Health } from '../../gen/grpc/health/v1/health_pb.js';
import { ServerReflection } from '../../gen/grpc/reflection/v1/reflection_pb.js';
import type { Register } from '../edge/rpc.ts';
import { makeOurAccounts } from '../use-cases/our-accounts.ts';
import type { ReportContext } from '../use-cases/report-incident.ts';
import { registerAdmin } from './admin/index.ts';
import { registerEvents } from './events/index.ts';
import { registerHealth } from './health/index.ts';
import { makeHealthSource } from './health/source.ts';
import { registerIncidents } from './incidents/index.ts';
import { registerProposals } from './proposals/index.ts';
import { registerReflection } from './reflection/index.ts';
import { registerSports } from './sports/index.ts';
import { registerStatus, type StatusSources } from './status/index.ts';
import type { Watching } from './watch/watching.ts';

/** Registers all services of the API. */
export function registerServices(
  register: Register,
  ctx: Context & ReportContext,
  sources: Omit<StatusSources, 'accounts'> & {
    readonly watching: Watching;
    readonly shutdown: AbortSignal;
  },
): void {
  const accounts = makeOurAccounts(ctx);
  const { watching, shutdown } = sources;
  registerHealth(register, ctx, makeHealthSource(ctx), shutdown);
  registerIncidents(register, ctx, watching);
  registerEvents(register, ctx, accounts, watching);
  registerProposals(register, ctx, accounts, watching);
  registerSports(register, ctx);
  registerStatus(register, ctx, { ...sources, accounts });
  registerAdmin(register, ctx);
  registerReflection(register, [
    ...[IncidentService, EventService, ProposalService, SportsService, StatusService, AdminService],
    ...[Health, ServerReflection],
  ]);
}

/** What serves the purpose of a method that is not built; methods without an entry have no stand-in. */
const INSTEAD: ReadonlyMap<DescMethod, string> = new Map<DescMethod, string>([
  [
    ProposalService.method.approveProposal,
    'the worker approves what the incidents support by itself; ExplainEvent shows why not',
  ],
  [AdminService.method.approveOwnProposals, 'the worker approves its own proposals by itself'],
  [AdminService.method.createToken, 'use the admin token in the data folder'],
  [AdminService.method.listTokens, 'use the admin token in the data folder'],
  [AdminService.method.revokeToken, 'remove the file admin-token from the data folder and restart'],
]);

/** The rest of the sentence that a method that is not built answers with. */
export function insteadOf(method: DescMethod): string {
  const stand = INSTEAD.get(method);
  return stand === undefined ? '' : `: ${stand}`;
}
