import { loadConfig } from '../core/config/load.ts';
import { decide } from '../core/decide/decide.ts';
import { diffSports } from '../core/decide/diff-sports.ts';
import { decideSettings } from '../core/decide/settings.ts';
import type { DecideInput } from '../core/decide/types.ts';
import { acceptIncident } from '../core/incidents/accept.ts';
import { parseIncident } from '../core/incidents/parse.ts';
import type { Call, StoredIncident } from '../core/incidents/types.ts';
import { makeNormalizer } from '../core/sports/normalizer.ts';
import { makeWorld } from '../test/support/view-builder.ts';
import { ASSETS, benchSports, mirrorOf } from './decision-data.ts';

const START = '2026-11-05T19:00:00Z';
const NOW = '2026-11-03T12:00:00Z';
/** Matches of an evening in one league. */
const MATCHES = 12;

const NHL = { sport: 'Ice Hockey', event_group_name: 'NHL Regular Season' };
const SOCCER = { sport: 'Soccer', event_group_name: 'EPL' };
type League = typeof NHL;

const CREATE = { call: 'create', arguments: { season: '2026' } } as const;
const RESULT = { call: 'result', arguments: { home_score: '2', away_score: '1' } } as const;
interface Said {
  readonly call: Call;
  readonly arguments: Readonly<Record<string, string>>;
}

/** Something that is decided again and again, in each run of another match of the evening. */
export interface DecisionCase {
  readonly name: string;
  /** Incidents that a decision is about. */
  readonly incidents: number;
  /** What a run decides on: another block than the run before, and incidents read anew. */
  input(run: number): DecideInput;
}

/** The typical decisions; the sports data stay, everything else is new in each run. */
export async function decisionCases(): Promise<readonly DecisionCase[]> {
  const sports = await benchSports();
  const normalizer = makeNormalizer(sports);
  const settings = decideSettings(loadConfig({ file: '/dev/null', env: {}, flags: {} }).config);
  const world = makeWorld({ time: NOW, assets: ASSETS, witnesses: 1 });
  const [us] = world.witnesses;
  world.execute(diffSports(world.view(), sports).map(({ operation }) => operation));
  const teams = (league: League) => {
    const sport = sports.sports.find(({ identifier }) => identifier === league.sport);
    const group = sport?.eventGroups.find(({ identifier }) => identifier === league.event_group_name);
    const list = sport?.participants.get(group?.participants ?? '');
    if (!list) throw new Error(`expected ${league.event_group_name} in the data`);
    return list.map(({ identifier }) => identifier);
  };
  const teamsOf = new Map([NHL, SOCCER].map((league) => [league, teams(league)]));

  /** Reports for a match, one of each provider, as the store gives them: new values each time. */
  const report = (league: League, match: number, said: Said, providers: number): StoredIncident[] => {
    const all = teamsOf.get(league) ?? [];
    const id = {
      ...league,
      start_time: START,
      home: all[match % all.length],
      away: all[(match + 7) % all.length],
    };
    return Array.from({ length: providers }, (_, at) => {
      const body = { id, ...said, provider_info: { name: `p${at}`, pushed: NOW }, timestamp: NOW };
      const incident = acceptIncident(parseIncident(body, new Date(NOW)), normalizer);
      return { ...incident, sightings: [], sentUniqueStrings: [], seen: false, position: at };
    });
  };
  const common = { sports, normalizer, settings, proposer: us, approver: us, memory: {} };
  const execute = (incidents: readonly StoredIncident[]) => {
    const wide = { ...settings, maxProposalOperations: 1000, maxProposalBytes: 1_000_000 };
    const eventId = incidents[0]?.eventId ?? '';
    const input = {
      ...common,
      settings: wide,
      view: world.view(),
      call: 'create' as const,
      incidents,
      eventId,
    };
    world.execute(decide(input).propose?.operations ?? []);
  };

  // Of each league one half of the evening is on chain already.
  for (const league of [NHL, SOCCER]) {
    for (let match = 0; match < MATCHES / 2; match += 1) execute(report(league, match, CREATE, 2));
  }
  const view = world.view();
  const mirror = mirrorOf(view);
  const makeCase = (
    name: string,
    on: 'open' | 'missing',
    league: League,
    said: Said,
    providers: number,
  ): DecisionCase => ({
    name,
    incidents: providers,
    input(run) {
      const match = (run % (MATCHES / 2)) + (on === 'open' ? 0 : MATCHES / 2);
      // What came before on the match is there too, but for its first call.
      const before = said.call === 'create' ? [] : report(league, match, CREATE, 2);
      const incidents = [...before, ...report(league, match, said, providers)];
      const head = { ...view.head, number: view.head.number + run };
      return {
        ...common,
        view: mirror.view(head, head.number),
        call: said.call,
        incidents,
        eventId: incidents[0]?.eventId ?? '',
      };
    },
  });
  return [
    makeCase('create of 2 groups', 'missing', NHL, CREATE, 2),
    makeCase('create of 34 groups', 'missing', SOCCER, CREATE, 2),
    makeCase('create of 34 groups that are on chain', 'open', SOCCER, CREATE, 2),
    makeCase(
      'in_progress',
      'open',
      SOCCER,
      { call: 'in_progress', arguments: { whistle_start_time: START } },
      1,
    ),
    makeCase('finish', 'open', SOCCER, { call: 'finish', arguments: { whistle_end_time: START } }, 1),
    makeCase('result of 34 groups', 'open', SOCCER, RESULT, 2),
    makeCase('canceled', 'open', SOCCER, { call: 'canceled', arguments: {} }, 1),
  ];
}
