import type { HandlerContext } from '@connectrpc/connect';
import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '../../../gen/grpc/health/v1/health_pb.js';
import type { Register } from '../../edge/rpc.ts';
import { HEALTH_SERVICES, type HealthSource, isHealthService } from './source.ts';

/** How often watchers look whether something has changed. */
const WATCH_EVERY_MS = 1_000;

/** Registers `grpc.health.v1.Health`; both methods are open to everybody. */
export function registerHealth(
  register: Register,
  ctx: Pick<Context, 'clock'>,
  source: HealthSource,
  shutdown: AbortSignal,
): void {
  const statusOf = async (service: string): Promise<ServingStatus> => {
    if (!isHealthService(service)) return ServingStatus.SERVICE_UNKNOWN;
    return (await source.isServing(service)) ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  };

  register(Health, {
    async check({ service }) {
      const status = await statusOf(service);
      if (status === ServingStatus.SERVICE_UNKNOWN) {
        const known = HEALTH_SERVICES.map((name) => `"${name}"`).join(', ');
        throw new BosError('not_found', `expected one of the services ${known}, got "${service}"`);
      }
      return { status };
    },
    async *watch({ service }, { signal }: HandlerContext) {
      const ended = AbortSignal.any([signal, shutdown]);
      let told: ServingStatus | undefined;
      while (!ended.aborted) {
        const status = await statusOf(service);
        if (status !== told) yield { status };
        told = status;
        await ctx.clock.sleep(WATCH_EVERY_MS, ended);
      }
    },
  });
}
