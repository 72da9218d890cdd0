import type { StoredIncident } from '../../../core/incidents/types.ts';
import { dynamicGroup, type ExpectedGroup, staticGroups } from './support-markets.ts';
import type { NamedMatch } from './support-names.ts';
import type { TrueScore } from './types.ts';

/*
 * What incidents support, written down once more and apart from core/decide: by the rules of oracle reference 6, 15
 * and 17, for the numbers of providers that are the defaults. Each function answers why something is not supported, or
 * undefined when it is.
 */

const CREATE_PROVIDERS = 2;
const RESULT_PROVIDERS = 2;
const FUZZY = 1;

/** Whether the match may be created: two providers announce it, or each of its parts that belong to the creation. */
export function whyNotCreated(incidents: readonly StoredIncident[]): string | undefined {
  const providers = providersOf(incidents, 'create');
  if (providers.length >= CREATE_PROVIDERS) return undefined;
  return `${providers.length} of ${CREATE_PROVIDERS} providers had announced it`;
}

/** Whether anything but a cancel may still be done about the match (agreement rule N). */
export function whyOver(incidents: readonly StoredIncident[]): string | undefined {
  const providers = providersOf(incidents, 'canceled');
  return providers.length > 0 ? `${providers.length} providers had reported that it is canceled` : undefined;
}

/** Whether an event may get a status; `scores` as in the operation. */
export function whyNoStatus(
  incidents: readonly StoredIncident[],
  status: unknown,
  scores: readonly string[],
): string | undefined {
  const over = status === 'canceled' ? undefined : whyOver(incidents);
  if (over !== undefined) return over;
  switch (status) {
    case 'in_progress':
    case 'canceled':
      return providersOf(incidents, status).length > 0 ? undefined : `no provider had reported ${status}`;
    case 'finished':
      if (scores.length > 0) return whyNotScore(incidents, scores.map(Number));
      // Empty scores would wipe those of the result (agreement rule N).
      if (agreedScore(incidents)) return `the providers agreed on a result: ${saidScores(incidents)}`;
      return providersOf(incidents, 'finish').length > 0 ? undefined : 'no provider had reported finish';
    default:
      return `no incident asks for the status ${JSON.stringify(status)}`;
  }
}

/** Whether the providers agree on these scores, home first. */
export function whyNotScore(
  incidents: readonly StoredIncident[],
  [home, away]: readonly number[],
): string | undefined {
  const agreed = agreedScore(incidents);
  if (agreed && agreed.home === home && agreed.away === away) return undefined;
  const found = agreed ? `agreed on ${agreed.home}:${agreed.away}` : 'did not agree';
  return `the providers ${found}, not on ${home}:${away} (${saidScores(incidents) || 'nobody said anything'})`;
}

/** The score that at least two providers and more than half of them gave last. */
export function agreedScore(incidents: readonly StoredIncident[]): TrueScore | undefined {
  const last = [...lastScores(incidents).values()];
  return last.find(({ home, away }) => {
    const same = last.filter((other) => other.home === home && other.away === away).length;
    return same >= RESULT_PROVIDERS && 2 * same > last.length;
  });
}

/** What each provider said last, by provider, in words. */
export function saidScores(incidents: readonly StoredIncident[]): string {
  return [...lastScores(incidents)]
    .map(([provider, { home, away }]) => `${provider} ${home}:${away}`)
    .sort()
    .join(', ');
}

/** The last score of each provider: by when it was pushed, as it says. */
export function lastScores(incidents: readonly StoredIncident[]): ReadonlyMap<string, TrueScore> {
  const last = new Map<string, { readonly pushedMs: number; readonly score: TrueScore }>();
  for (const { call, provider, body, sightings } of incidents) {
    if (call !== 'result') continue;
    const pushedMs = Math.max(...sightings.map(({ pushed }) => pushed?.getTime() ?? 0));
    const score = { home: Number(body.arguments.home_score), away: Number(body.arguments.away_score) };
    if (pushedMs >= (last.get(provider)?.pushedMs ?? 0)) last.set(provider, { pushedMs, score });
  }
  return new Map([...last].map(([provider, { score }]) => [provider, score]));
}

/** A market group as a proposal or the chain has it. */
export interface FoundGroup {
  readonly texts: ReadonlyMap<string, string>;
  readonly asset: string | undefined;
}

/** The market group of the data that this one is; a reason in words when it is none that incidents support. */
export function groupMeant(
  incidents: readonly StoredIncident[],
  match: NamedMatch,
  { texts, asset }: FoundGroup,
): ExpectedGroup | string {
  const text = texts.get('en') ?? '';
  const type = texts.get('_dynamic');
  const isAsset = (group: ExpectedGroup) => asset !== undefined && group.assets.includes(asset);
  if (type === undefined) {
    const group = staticGroups(match).find((each) => each.text === text && isAsset(each));
    return whyNotCreated(incidents) ?? group ?? `"${text}" in ${asset} is no market group of the data`;
  }
  if (type !== 'hc' && type !== 'ou') return `"${type}" is no type of dynamic market groups`;
  const value = Number(texts.get(type === 'hc' ? '_hch' : '_ou'));
  if (type === 'hc' && Number(texts.get('_hca')) !== -value)
    return `the handicaps of "${text}" do not fit each other`;
  const own = dynamicValue(incidents, match, type);
  if (own === undefined) return `no incident gave a value for "${type}"`;
  if (!(Math.abs(own - value) <= FUZZY)) return `the incidents gave ${own} for "${type}", not ${value}`;
  const group = dynamicGroup(match, type, value);
  if (!group || group.text !== text || !isAsset(group))
    return `"${text}" in ${asset} is no market group of the data`;
  return group;
}

/** The value that all stated ones come to: their median, made a half; a handicap is home's. */
export function dynamicValue(
  incidents: readonly StoredIncident[],
  { home }: NamedMatch,
  type: 'hc' | 'ou',
): number | undefined {
  const stated = incidents
    .filter(({ call }) => call === 'dynamic_bmgs')
    // The plan makes lists of objects.
    .flatMap(
      ({ body }) => body.arguments.types as readonly { type: string; value: string; participant?: string }[],
    )
    .filter((entry) => entry.type === type)
    .map(({ value, participant }) => (type === 'ou' || participant === home ? Number(value) : -Number(value)))
    .sort((a, b) => a - b);
  const [low, high] = [stated[Math.floor((stated.length - 1) / 2)], stated[Math.floor(stated.length / 2)]];
  if (low === undefined || high === undefined) return undefined;
  const median = (low + high) / 2;
  if (type === 'ou') return Math.floor(median) + 0.5;
  const isHalf = Math.abs(median % 1) === 0.5;
  const whole = isHalf ? 2 * Math.round(median / 2) : Math.round(median);
  return whole < 0 ? whole - 0.5 : whole + 0.5;
}

function providersOf(incidents: readonly StoredIncident[], call: string): readonly string[] {
  return [...new Set(incidents.filter((each) => each.call === call).map(({ provider }) => provider))];
}
