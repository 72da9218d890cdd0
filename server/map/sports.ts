import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ObjectId } from '../../core/chain/types.ts';
import type { SportsRefusal } from '../../core/context.ts';
import type { SportsDifference } from '../../core/decide/diff-sports.ts';
import { rulesDescription } from '../../core/sports/texts.ts';
import type {
  EventGroup,
  MarketGroupTemplate,
  Participant,
  Rules,
  Sport,
  SportsData,
} from '../../core/sports/types.ts';
import {
  type SportSchema,
  type SportSummarySchema,
  type SportsDataInfoSchema,
  type SportsDifferenceSchema,
  SportsObjectKind,
} from '../../gen/bos/v1/sports_pb.js';
import { operationMessage } from './operation.ts';
import { optionalTimestamp } from './time.ts';

const KINDS: Readonly<Record<SportsDifference['kind'], SportsObjectKind>> = {
  sport: SportsObjectKind.SPORT,
  event_group: SportsObjectKind.EVENT_GROUP,
  rules: SportsObjectKind.RULES,
};

/** Finds the id on chain of an object of the sports data; undefined when it is not there. */
export type ChainIdOf = (
  kind: SportsDifference['kind'],
  sport: string,
  identifier: string,
) => ObjectId | undefined;

/** Which data set is in use, and why those on disk are not where they were refused. */
export function sportsInfo(
  { network, chainId, digest }: SportsData,
  refusal?: SportsRefusal,
): MessageInitShape<typeof SportsDataInfoSchema> {
  const problem = refusal?.problem ?? '';
  return { network, chainId, digest, problem, problemSince: optionalTimestamp(refusal?.since) };
}

/** A sport in short. */
export function sportSummary(sport: Sport, idOf: ChainIdOf): MessageInitShape<typeof SportSummarySchema> {
  const { identifier } = sport;
  return {
    identifier,
    name: { ...sport.name },
    chainId: idOf('sport', identifier, identifier) ?? '',
    eventGroups: sport.eventGroups.map((group) => group.identifier),
    participantCount: [...sport.participants.values()].reduce((sum, list) => sum + list.length, 0),
    rulesCount: sport.rules.size,
    marketGroupCount: sport.marketGroups.size,
  };
}

/** A sport with all below it. */
export function sportMessage(sport: Sport, idOf: ChainIdOf): MessageInitShape<typeof SportSchema> {
  const { identifier } = sport;
  return {
    identifier,
    name: { ...sport.name },
    aliases: [...sport.aliases],
    chainId: idOf('sport', identifier, identifier) ?? '',
    eventGroups: sport.eventGroups.map((group) =>
      eventGroupMessage(group, idOf('event_group', identifier, group.identifier)),
    ),
    participantLists: [...sport.participants].map(([key, list]) => ({
      key,
      participants: list.map(participantMessage),
    })),
    rules: [...sport.rules].map(([key, rules]) => rulesMessage(key, rules, idOf('rules', identifier, key))),
    marketGroups: [...sport.marketGroups.values()].map(templateMessage),
  };
}

/** What differs between data and chain, for the API. */
export function differenceMessage(
  difference: SportsDifference,
): MessageInitShape<typeof SportsDifferenceSchema> {
  return {
    kind: KINDS[difference.kind],
    sport: difference.sport,
    identifier: difference.identifier,
    chainId: difference.id ?? '',
    fields: difference.fields.map((field) => ({ ...field })),
    operation: operationMessage(difference.operation),
    proposalIds: [...difference.proposals],
  };
}

function eventGroupMessage(group: EventGroup, chainId: ObjectId | undefined) {
  return {
    identifier: group.identifier,
    name: { ...group.name },
    aliases: [...group.aliases],
    chainId: chainId ?? '',
    participants: group.participants,
    marketGroups: [...group.marketGroups],
    eventScheme: { ...group.eventScheme },
    startDate: optionalTimestamp(group.startDate),
    finishDate: optionalTimestamp(group.finishDate),
    leadTimeMaxDays: group.leadTimeMaxDays,
  };
}

function participantMessage({ identifier, name, aliases }: Participant) {
  return { identifier, name: { ...name }, aliases: [...aliases] };
}

function rulesMessage(key: string, rules: Rules, chainId: ObjectId | undefined) {
  const [, gradingJson] = rulesDescription(rules).find(([language]) => language === 'grading') ?? [];
  return {
    key,
    name: { ...rules.name },
    description: { ...rules.description },
    gradingJson: gradingJson ?? '',
    chainId: chainId ?? '',
  };
}

function templateMessage(template: MarketGroupTemplate) {
  return {
    key: template.key,
    description: { ...template.description },
    assets: [...template.assets],
    dynamic: dynamicText(template.dynamic),
    dynamicAllowFloat: template.dynamicAllowFloat,
    neverInPlay: template.neverInPlay,
    delayBeforeSettling: template.delayBeforeSettling,
    rules: template.rules,
    markets: template.markets.map(({ description }) => ({ description: { ...description } })),
  };
}

/** `hc`, `ou`, `other` for kinds that no incident speaks of, empty for static ones. */
function dynamicText(dynamic: MarketGroupTemplate['dynamic']): string {
  if (typeof dynamic === 'string') return dynamic;
  return dynamic ? 'other' : '';
}
