import assert from 'node:assert/strict';
import type { ChainView, Operation } from '../../../core/chain/types.ts';
import { decide } from '../../../core/decide/decide.ts';
import { decideSettings } from '../../../core/decide/settings.ts';
import type { DecisionCall } from '../../../core/decide/types.ts';
import { acceptIncident } from '../../../core/incidents/accept.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import type { Call, Incident, JsonObject } from '../../../core/incidents/types.ts';
import { defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import type { SportsData } from '../../../core/sports/types.ts';
import { testConfig } from '../../support/witness-config.ts';

/** The package's data, with the money line in two assets: an event has two groups and four markets. */
export const sports: SportsData = await twoAssets();
export const normalizer = makeNormalizer(sports);

async function twoAssets(): Promise<SportsData> {
  const data = await loadSportsData(defaultSportsFolder(), 'devnet');
  return {
    ...data,
    sports: data.sports.map((sport) => ({
      ...sport,
      marketGroups: new Map(
        [...sport.marketGroups].map(([key, group]) => [key, { ...group, assets: ['PPY', 'BTF'] }]),
      ),
    })),
  };
}

/** What somebody with these incidents would propose now if nobody else had proposed anything. */
export function operationsOf(
  view: ChainView,
  eventId: string,
  call: DecisionCall,
  incidents: readonly Incident[],
): readonly Operation[] {
  const [id = ''] = view.authority.weights.keys();
  const alone = {
    name: 'alone',
    id,
  };
  const decision = decide({
    eventId,
    call,
    incidents: incidents.map((incident, position) => ({
      ...incident,
      sightings: [],
      sentUniqueStrings: [],
      seen: false,
      position,
    })),
    sports,
    normalizer,
    view: {
      ...view,
      // The only witness there is, so its rank is 0.
      authority: { threshold: 1, weights: new Map([[id, 1]]) },
      proposals: () => [],
      proposal: () => undefined,
    },
    settings: decideSettings(testConfig({})),
    proposer: alone,
    approver: alone,
    memory: {},
  });
  return decision.propose?.operations ?? [];
}

/** What providers report of a match whose creates are given; as if they had said it two hours ago. */
export function reportsOf(
  [first]: readonly Incident[],
  call: Call,
  reports: Readonly<Record<string, JsonObject>>,
): readonly Incident[] {
  assert.ok(first);
  const at = new Date(Date.now() - 2 * 3_600_000).toISOString();
  return Object.entries(reports).map(([name, args]) => {
    const json = {
      id: first.body.id,
      call,
      arguments: args,
      provider_info: { name, pushed: at },
      timestamp: at,
    };
    return acceptIncident(parseIncident(json, new Date()), normalizer);
  });
}

/** A match in two days, and the creates of two providers for it. */
export function aMatch(home = 'Washington Capitals', away = 'New York Islanders'): readonly Incident[] {
  const start = new Date(Math.ceil((Date.now() + 2 * 86_400_000) / 3_600_000) * 3_600_000);
  return ['provider-a', 'provider-b'].map((provider) => {
    const json = {
      id: {
        sport: 'Ice Hockey',
        event_group_name: 'NHL Regular Season',
        start_time: start.toISOString(),
        home,
        away,
      },
      call: 'create',
      arguments: { season: '2026' },
      provider_info: { name: provider, pushed: new Date().toISOString() },
    };
    return acceptIncident(parseIncident(json, new Date()), normalizer);
  });
}

/** The event of a match. */
export function eventIdOf([first]: readonly Incident[]): string {
  assert.ok(first);
  return first.eventId;
}
