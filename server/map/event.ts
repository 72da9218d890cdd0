import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  ChainEvent,
  ChainMarket,
  ChainMarketGroup,
  ChainView,
  I18n,
  ObjectId,
} from '../../core/chain/types.ts';
import { legacyStatusText } from '../../core/decide/types.ts';
import type { EventRecord } from '../../core/store/store.ts';
import { CallAction } from '../../gen/bos/v1/call_pb.js';
import type { ChainEventSchema, EventCallSchema, EventSchema } from '../../gen/bos/v1/event_pb.js';
import { callOf, statusOf } from './calls.ts';
import { incidentKey } from './decision.ts';
import { optionalTimestamp, timestamp, timestampFromText } from './time.ts';

const ACTIONS = { proposal: CallAction.PROPOSAL, approval: CallAction.APPROVAL } as const;

/** What the API tells of an event besides what is stored. */
export interface EventSurroundings {
  readonly chain?: MessageInitShape<typeof ChainEventSchema> | undefined;
  readonly nearMissEventIds: readonly string[];
}

/** An event for the API. */
export function eventMessage(
  event: EventRecord,
  { chain, nearMissEventIds }: EventSurroundings,
): MessageInitShape<typeof EventSchema> {
  const { id } = event;
  return {
    id: event.eventId,
    incidentId: {
      sport: id.sport,
      eventGroupName: id.event_group_name,
      startTime: timestamp(event.startTime),
      home: id.home,
      away: id.away,
    },
    startTime: timestamp(event.startTime),
    calls: event.calls.map(eventCallMessage),
    chain,
    nearMissEventIds: [...nearMissEventIds],
  };
}

/** One call of an event for the API. */
export function eventCallMessage({
  call,
  incidents,
  decision,
}: EventRecord['calls'][number]): MessageInitShape<typeof EventCallSchema> {
  const status = decision?.status ?? 'unknown';
  const counted = decision?.counted.map((ref) => ref.provider) ?? [];
  return {
    call: callOf(call),
    status: statusOf(status),
    statusText: legacyStatusText(status),
    retryAt: optionalTimestamp(decision?.retryAt),
    reasons: decision?.reasons.map(({ code, text }) => ({ code, text })) ?? [],
    details: status.startsWith('unhandled_exception')
      ? (decision?.reasons.map(({ text }) => text).join('; ') ?? '')
      : '',
    proposalIds: [...(decision?.memory.proposals ?? [])],
    actions: (decision?.memory.actions ?? []).map((action) => ACTIONS[action]),
    providers: [...new Set(counted)].sort(),
    threshold: decision?.threshold ?? 0,
    incidents: incidents.map(incidentKey),
    decisionSequence: decision?.sequence ?? 0,
    decisionEpoch: decision?.epoch ?? 0,
    decidedAt: optionalTimestamp(decision?.decidedAt),
    final: decision?.final ?? false,
    alert: decision?.alert ?? '',
  };
}

/** An event on chain with all that hangs below it. */
export function chainEventMessage(
  view: ChainView,
  event: ChainEvent,
  sportId: ObjectId,
): MessageInitShape<typeof ChainEventSchema> {
  return {
    id: event.id,
    eventGroupId: event.event_group_id,
    sportId,
    name: texts(event.name),
    season: texts(event.season),
    // The chain writes UTC without saying so.
    startTime: timestampFromText(event.start_time && `${event.start_time}Z`),
    status: event.status,
    scores: [...event.scores],
    marketGroups: view.marketGroups(event.id).map((group) => marketGroupMessage(view, group)),
  };
}

function marketGroupMessage(view: ChainView, group: ChainMarketGroup) {
  return {
    id: group.id,
    description: texts(group.description),
    rulesId: group.rules_id,
    assetId: group.asset_id,
    assetSymbol: view.assetSymbol(group.asset_id) ?? '',
    status: group.status,
    markets: view.markets(group.id).map(marketMessage),
  };
}

function marketMessage(market: ChainMarket) {
  const { id, status, resolution } = market;
  return { id, description: texts(market.description), status, resolution: resolution ?? '' };
}

function texts(pairs: I18n): Record<string, string> {
  return Object.fromEntries(pairs);
}
