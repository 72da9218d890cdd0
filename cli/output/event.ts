import type { ChainEvent, Event, EventCall } from '../../gen/bos/v1/event_pb.js';
import type { StoredIncident } from '../../gen/bos/v1/incident_pb.js';
import { aligned, callText, englishOf, fields, standing, statusText, when } from './text.ts';

/** `create: done, result: undecided` */
export function callsSummary(event: Event): string {
  return event.calls.map((call) => `${callText(call.call)}: ${statusText(call.status)}`).join(', ');
}

function callBlock(call: EventCall): string {
  return fields([
    ['call', callText(call.call)],
    ['status', standing(call)],
    ['reasons', call.reasons.map((reason) => reason.text).join('\n')],
    ['details', call.details],
    ['alert', call.alert],
    ['providers', call.threshold === 0 ? '' : `${call.providers.length} of ${call.threshold} needed`],
    ['proposals', call.proposalIds.join(', ')],
    ['again at', when(call.retryAt)],
    [
      'decided',
      call.decisionSequence === 0 ? '' : `${when(call.decidedAt)} (decision ${call.decisionSequence})`,
    ],
  ]);
}

/** Event, market groups and markets on chain as an indented tree. */
function chainTree(chain: ChainEvent): string {
  const lines = [`${chain.id}  ${englishOf(chain.name)}  (${chain.status})`];
  for (const group of chain.marketGroups) {
    lines.push(`  ${group.id}  ${englishOf(group.description)}  (${group.assetSymbol}, ${group.status})`);
    for (const market of group.markets) {
      const resolution = market.resolution === '' ? '' : `, ${market.resolution}`;
      lines.push(`    ${market.id}  ${englishOf(market.description)}  (${market.status}${resolution})`);
    }
  }
  return lines.join('\n');
}

/** One event for people: the match, each call with why it stands as it does, its incidents, what is on chain. */
export function eventText(event: Event, incidents: readonly StoredIncident[]): string {
  const id = event.incidentId;
  const rows = incidents.map((stored) => [
    callText(stored.call),
    stored.incident?.providerInfo?.name ?? '',
    when(stored.receivedAt),
    stored.seen ? 'yes' : 'no',
    stored.uniqueString,
  ]);
  const blocks = [
    fields([
      ['event', event.id],
      ['match', `${id?.home ?? ''} v ${id?.away ?? ''}`],
      ['league', `${id?.sport ?? ''} / ${id?.eventGroupName ?? ''}`],
      ['start', when(event.startTime)],
      ['probably the same match', event.nearMissEventIds.join('\n')],
    ]),
    ...event.calls.map(callBlock),
    aligned(['call', 'provider', 'received', 'read', 'unique_string'], rows),
    event.chain === undefined
      ? 'not on chain, or the chain is not known now'
      : `on chain:\n${chainTree(event.chain)}`,
  ];
  return blocks.join('\n\n');
}
