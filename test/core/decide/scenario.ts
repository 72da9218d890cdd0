import type { AccountRef, ChainView, ObjectId, Operation } from '../../../core/chain/types.ts';
import { decide } from '../../../core/decide/decide.ts';
import { rankOf } from '../../../core/decide/rank.ts';
import { DEFAULT_THRESHOLDS } from '../../../core/decide/settings.ts';
import type {
  DecideInput,
  DecideSettings,
  Decision,
  DecisionCall,
  DecisionMemory,
} from '../../../core/decide/types.ts';
import { acceptIncident } from '../../../core/incidents/accept.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import type { Call, StoredIncident } from '../../../core/incidents/types.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';
import type { Normalizer, SportsData } from '../../../core/sports/types.ts';
import { sampleSports } from '../../support/sample-sports.ts';
import { makeWorld, type World } from '../../support/view-builder.ts';

export const START = '2026-01-20T19:00:00Z';

/** What a test says of a report; the rest is the same everywhere. */
export interface Report {
  readonly provider: string;
  readonly call?: Call;
  readonly arguments?: Record<string, string | boolean>;
  readonly pushed?: string;
  readonly timestamp?: string;
  readonly receivedAt?: string;
  readonly start?: string;
  readonly home?: string;
  readonly away?: string;
}

/** A stored incident as the entrance would have made it. */
export function stored(report: Report, sports: SportsData = sampleSports()): StoredIncident {
  const parsed = parseIncident(
    {
      id: {
        sport: 'Hockey',
        event_group_name: 'Sample League',
        start_time: report.start ?? START,
        home: report.home ?? 'Blue Whales',
        away: report.away ?? 'Red Foxes',
      },
      call: report.call ?? 'create',
      arguments: report.arguments ?? { season: '2026' },
      provider_info: {
        name: report.provider,
        ...(report.pushed ? { pushed: report.pushed } : {}),
      },
      timestamp: report.timestamp ?? '2026-01-15T10:00:00Z',
    },
    new Date(report.receivedAt ?? '2026-01-15T10:00:01Z'),
  );
  const incident = acceptIncident(parsed, normalizerOf(sports));
  return {
    ...incident,
    sightings: [
      {
        receivedAt: incident.receivedAt,
        ...(incident.pushed ? { pushed: incident.pushed } : {}),
        ...(incident.sentAt ? { sentAt: incident.sentAt } : {}),
      },
    ],
    sentUniqueStrings: [],
    seen: false,
    position: 1,
  };
}

/** Creates of two providers: enough for the default threshold. */
export function twoCreates(): readonly StoredIncident[] {
  return [stored({ provider: 'p1' }), stored({ provider: 'p2' })];
}

export const SETTINGS: DecideSettings = {
  threshold: (call) => DEFAULT_THRESHOLDS[call],
  proposalLifetimeMs: 6 * 3_600_000,
  cannotOpenRetryMs: 43_200_000,
  maxPokes: 3,
  dynamicMinAgeMs: 3_600_000,
  postponedRetryMs: 3_600_000,
  fuzzy: { hc: 1, ou: 1 },
  maxProposalOperations: 100,
  maxProposalBytes: 24 * 1024,
};

/** Normalizers are built once for a data set, as in a process. */
const normalizers = new WeakMap<SportsData, Normalizer>();

function normalizerOf(sports: SportsData): Normalizer {
  const known = normalizers.get(sports) ?? makeNormalizer(sports);
  normalizers.set(sports, known);
  return known;
}

const SAMPLE = sampleSports();

/** A decision input where a test sets only what it is about. */
export function inputOf(
  view: ChainView,
  rest: Partial<DecideInput> & { readonly witness?: AccountRef } = {},
): DecideInput {
  const { witness, ...parts } = rest;
  const sports = parts.sports ?? SAMPLE;
  const incidents = parts.incidents ?? twoCreates();
  return {
    eventId: incidents[0]?.eventId ?? 'nothing',
    call: 'create',
    sports,
    normalizer: normalizerOf(sports),
    view,
    settings: SETTINGS,
    proposer: witness,
    approver: witness,
    memory: {},
    ...parts,
    incidents,
  };
}

/** Puts the sample's sports, leagues and rules on chain. */
export function syncedWorld(sports: SportsData = sampleSports(), options = {}): World {
  const world = makeWorld(options);
  const sync = decide(
    inputOf(world.view(), { call: 'sync', sports, incidents: [], witness: firstInRank(world, 'sync') }),
  );
  world.execute(sync.propose?.operations ?? []);
  world.block(5);
  return world;
}

/** The witnesses in the order in which they propose the sample's event, or its sync. */
export function inRankOrder(world: World, call: 'create' | 'sync' = 'create'): readonly AccountRef[] {
  const subject =
    call === 'create' ? { sport: 'Hockey', call, day: START.slice(0, 10) } : { sport: '', call, day: '' };
  const ids = world.witnesses.map(({ id }) => id);
  return [...world.witnesses].sort(
    (a, b) => (rankOf(subject, a.id, ids) ?? 0) - (rankOf(subject, b.id, ids) ?? 0),
  );
}

/** The witness that proposes at once. */
export function firstInRank(world: World, call: 'create' | 'sync' = 'create'): AccountRef {
  return inRankOrder(world, call)[0]!;
}

/** A witness of ours: decides with its own memory and carries out what it decided. */
export interface Actor {
  readonly account: AccountRef;
  memory: DecisionMemory;
  /** Every operation it proposed so far, by proposal. */
  readonly proposed: Map<ObjectId, readonly Operation[]>;
  incidents: readonly StoredIncident[];
  /** Decides on the world as it is, or on an older view, as it would while a block is under way. */
  run(view?: ChainView): Decision;
}

export function makeActor(
  world: World,
  account: AccountRef,
  rest: {
    readonly incidents?: readonly StoredIncident[];
    readonly sports?: SportsData;
    readonly call?: DecisionCall;
    readonly settings?: DecideSettings;
  } = {},
): Actor {
  const actor: Actor = {
    account,
    memory: {},
    proposed: new Map(),
    incidents: rest.incidents ?? twoCreates(),
    run(view = world.view()) {
      const decision = decide(
        inputOf(view, {
          witness: account,
          incidents: actor.incidents,
          memory: actor.memory,
          ...(rest.sports ? { sports: rest.sports } : {}),
          ...(rest.call ? { call: rest.call } : {}),
          ...(rest.settings ? { settings: rest.settings } : {}),
        }),
      );
      actor.memory = decision.memory;
      const sends = decision.approvals.filter(({ action }) => action !== 'keep');
      // One transaction: it fails whole when one of its proposals is gone, or an approval to withdraw is.
      const isPossible = sends.every(({ proposal, action }) => {
        const open = world.view().proposal(proposal);
        return open && (action !== 'withdraw' || open.available_active_approvals.includes(account.id));
      });
      if (isPossible) {
        for (const { proposal, action } of sends) {
          if (action === 'withdraw') world.withdraw(proposal, account);
          else world.approve(proposal, account);
        }
      }
      if (decision.propose) {
        const id = world.propose(account, decision.propose.operations);
        actor.proposed.set(id, decision.propose.operations);
      }
      return decision;
    },
  };
  return actor;
}

/** The complete proposal of a create on this world, as the first in rank makes it. */
export function fullProposal(world: World, incidents: readonly StoredIncident[] = twoCreates()) {
  const decision = decide(inputOf(world.view(), { witness: firstInRank(world), incidents }));
  if (!decision.propose) throw new Error(`nothing to propose: ${decision.status}`);
  return decision.propose.operations;
}

/** Everything below the sample league, as texts, to see whether anything is there twice. */
export function treeOf(view: ChainView): readonly string[] {
  const english = (texts: readonly (readonly [string, string])[]) => new Map(texts).get('en') ?? '?';
  return view
    .sports()
    .flatMap((sport) =>
      view
        .eventGroups(sport.id)
        .flatMap((group) =>
          view
            .events(group.id)
            .flatMap((event) => [
              `event ${english(event.name)} ${event.start_time}`,
              ...view
                .marketGroups(event.id)
                .flatMap((markets) => [
                  `group ${english(markets.description)} ${view.assetSymbol(markets.asset_id)}`,
                  ...view
                    .markets(markets.id)
                    .map((market) => `market ${english(markets.description)} ${english(market.description)}`),
                ]),
            ]),
        ),
    );
}

/** The tree that the sample wants, in the order of the data. */
export const FULL_TREE = [
  'event Red Foxes @ Blue Whales 2026-01-20T19:00:00',
  'group Moneyline_PPY PPY',
  'market Moneyline_PPY Blue Whales',
  'market Moneyline_PPY Red Foxes',
  'group Moneyline_BTC BTC',
  'market Moneyline_BTC Blue Whales',
  'market Moneyline_BTC Red Foxes',
  'group Goes into overtime PPY',
  'market Goes into overtime Yes',
  'market Goes into overtime No',
];

/** Tags of operations. */
export function tagsOf(operations: readonly Operation[]): readonly number[] {
  return operations.map(([tag]) => tag);
}

/** A copy of an operation with some fields changed. */
export function changed([tag, fields]: Operation, changes: Record<string, unknown>): Operation {
  return [tag, { ...fields, ...changes }];
}

/** Codes of a decision's reasons. */
export function codesOf(decision: Decision): readonly string[] {
  return decision.reasons.map(({ code }) => code);
}

/** The decision of one witness on the world as it is. */
export function decideAs(world: World, place: number, memory: DecisionMemory = {}) {
  return decide(inputOf(world.view(), { witness: inRankOrder(world)[place]!, memory }));
}

/** What a decision does with approvals, e.g. `add 1.10.3`. */
export function actionsOf(decision: Decision): readonly string[] {
  return decision.approvals.map(({ proposal, action }) => `${action} ${proposal}`);
}
