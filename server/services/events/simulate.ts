import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Context } from '../../../core/context.ts';
import { BosError } from '../../../core/errors.ts';
import { acceptIncident } from '../../../core/incidents/accept.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import type { Incident } from '../../../core/incidents/types.ts';
import type { EventService, SimulatedRefusalSchema } from '../../../gen/bos/v1/event_service_pb.js';
import { errorDetail, failureOf } from '../../edge/errors.ts';
import type { Implementation } from '../../edge/rpc.ts';
import { decisionMessage } from '../../map/decision.ts';
import { incidentJson } from '../../map/incident-in.ts';
import type { OurAccounts } from '../../use-cases/our-accounts.ts';
import { type SimulateContext, simulate } from '../../use-cases/simulate.ts';

/** SimulateIncidents: what the given incidents would lead to, without leading to it. */
export function simulateIncidents(
  ctx: SimulateContext & Pick<Context, 'log' | 'store'>,
  accounts: OurAccounts,
): Implementation<typeof EventService> {
  return {
    async simulateIncidents({ incidents: sent, eventId, withoutStored }) {
      if (sent.length === 0 && eventId === '') {
        throw new BosError('invalid', 'expected incidents or an event_id, got neither', {
          field: 'incidents',
        });
      }
      if (eventId !== '' && !(await ctx.store.events.get(eventId))) {
        throw new BosError('not_found', `no event has the id "${eventId}": see ListEvents`);
      }
      const { normalizer } = ctx.sports.current();
      const incidents: Incident[] = [];
      const refusals: MessageInitShape<typeof SimulatedRefusalSchema>[] = [];
      for (const [index, incident] of sent.entries()) {
        try {
          const parsed = parseIncident(incidentJson(incident), ctx.clock.now());
          incidents.push(acceptIncident(parsed, normalizer));
        } catch (error) {
          refusals.push({ index, error: errorDetail(failureOf(error, ctx.log)) });
        }
      }
      const decisions = await simulate(ctx, accounts, {
        incidents,
        withoutStored,
        ...(eventId === '' ? {} : { eventId }),
      });
      return { decisions: decisions.map((decision) => decisionMessage(decision, [])), refusals };
    },
  };
}
