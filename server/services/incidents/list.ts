import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import type { IncidentService } from '../../../gen/bos/v1/incident_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import { incidentFilter } from '../../map/incident-filter.ts';
import { pageRequest } from '../../map/page.ts';
import { timestamp } from '../../map/time.ts';
import { incidentMessages } from './messages.ts';

/** ListIncidents, GetIncident and ListProviders. */
export function listIncidents(ctx: Pick<Context, 'store'>): Implementation<typeof IncidentService> {
  const { incidents } = ctx.store;
  const messages = incidentMessages(ctx);

  return {
    async listIncidents(request) {
      const page = await incidents.list(incidentFilter(request.filter), pageRequest(request));
      return { incidents: await messages(page.items), nextPageToken: page.nextPageToken ?? '' };
    },
    async getIncident({ uniqueString, provider }) {
      if (uniqueString === '') {
        throw new BosError('invalid', 'expected a unique_string, got none', { field: 'unique_string' });
      }
      const found = await incidents.find(uniqueString, provider);
      if (found.length === 0) {
        const of = provider === undefined ? '' : ` of provider ${provider}`;
        throw new BosError(
          'not_found',
          `no incident${of} has the unique_string "${uniqueString}": see ListIncidents`,
        );
      }
      const byProvider = [...found].sort((a, b) => (a.provider < b.provider ? -1 : 1));
      return { incidents: await messages(byProvider) };
    },
    async listProviders() {
      const providers = await incidents.providers();
      return {
        providers: providers
          .map(({ provider, count, first, last }) => ({
            name: provider,
            incidentCount: count,
            firstReceivedAt: timestamp(first),
            lastReceivedAt: timestamp(last),
          }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      };
    },
  };
}
