import { acceptIncident } from '../../../core/incidents/accept.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';
import { falsified } from './liar.ts';
import { deliveriesOf, isOrderCritical, repeated } from './plan-deliveries.ts';
import { tell } from './plan-fates.ts';
import { fixturesOf } from './plan-fixtures.ts';
import { type Draws, drawsFrom } from './plan-random.ts';
import { type Fixture, incidentOf, type Provider, providersOf, type Report } from './providers.ts';
import { normalizer } from './sports.ts';
import {
  type Delivery,
  type Evening,
  type EveningOptions,
  FATES,
  type Fate,
  type Match,
  rolesOf,
} from './types.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** An afternoon on which every league of the data has a season. */
const FIRST_EVENING = Date.UTC(2026, 9, 1, 15);
/** Announcements begin in this time. */
const ANNOUNCED_IN_MIN = 18;
/** For the last reports to have their effect. */
const AFTERMATH_MS = 15 * MINUTE_MS;

/** How often fates are drawn once each has been there; `stray` comes with others. */
const WEIGHTS: Readonly<Record<Fate, number>> = {
  normal: 8,
  one_liar: 3,
  corrected: 2,
  split: 2,
  half: 1,
  one_provider: 1,
  canceled_before: 2,
  canceled_in_play: 2,
  moved: 2,
  result_first: 2,
  never_started: 1,
  never_finished: 2,
  storm: 1,
  season_differs: 1,
  stray: 0,
};

/** Plans an evening; the same options give the same evening. */
export function planEvening(options: EveningOptions): Evening {
  const { seed, cast } = options;
  const draws = drawsFrom(seed);
  // Another day for each seed: the order in which witnesses propose depends on it.
  const startsAt = new Date(FIRST_EVENING + (seed % 365) * DAY_MS);
  const providers = providersOf(draws.of('providers'));
  const roles = rolesOf(cast);
  const fates = fatesOf(draws.of('fates'), options.matches);
  const matches: Match[] = [];
  const deliveries: Delivery[] = [];
  for (const [index, fixture] of fixturesOf(draws.of('fixtures'), fates.length, startsAt).entries()) {
    const fate = fates[index] ?? 'normal';
    const own = draws.of(`match ${index}`);
    const announcedAt = new Date(startsAt.getTime() + own.whole(1, ANNOUNCED_IN_MIN) * MINUTE_MS);
    const told = tell(fate, fixture, providers, announcedAt, own.of('story'));
    matches.push(
      ...told.matches.map(({ fixture: of, ...match }) => ({ ...match, eventId: eventIdOf(of, providers) })),
    );
    const sent = told.reports
      .flatMap((report, at) => repeated(report, own.of(`repeats ${at}`), fate === 'storm'))
      .map((report, at) => ({ report, incident: incidentOf(report, own.of(`spelling ${at}`)) }));
    const delays = { roles, draws: own.of('delays'), isExact: cast === 'mixed' && isOrderCritical(fate) };
    for (const { at, witness, incident } of deliveriesOf(sent, delays)) {
      const heard =
        roles[witness] === 'lying'
          ? falsified(incident, draws.of(`lie ${JSON.stringify(incident)}`))
          : incident;
      deliveries.push({ at, witness, eventId: eventIdIn(heard), incident: heard });
    }
  }
  deliveries.sort((a, b) => a.at.getTime() - b.at.getTime());
  const last = deliveries.at(-1)?.at ?? startsAt;
  // Not the lowest bit, by which those who count seeds up choose the cast.
  const nodes = Math.floor(seed / 2) % 2 === 0 ? 'one' : 'several';
  return {
    seed,
    cast,
    nodes,
    startsAt,
    endsAt: new Date(last.getTime() + AFTERMATH_MS),
    matches,
    deliveries,
  };
}

/** Each fate once in an order of the seed's, then by weight. */
function fatesOf(draws: Draws, count: number): readonly Fate[] {
  const told = FATES.filter((fate) => WEIGHTS[fate] > 0);
  const weighted = told.flatMap((fate) => Array<Fate>(WEIGHTS[fate]).fill(fate));
  return Array.from({ length: count }, (_, index) => index)
    .reduce<Fate[]>((fates) => [...fates, draws.pick(weighted)], draws.shuffled(told).slice(0, count))
    .slice(0, count);
}

/** Identity of a fixture, as a provider that makes no mistakes would tell it. */
function eventIdOf(fixture: Fixture, [provider]: readonly Provider[]): string {
  if (!provider) throw new RangeError('expected providers');
  const at = fixture.startTime;
  const plain: Provider = { ...provider, spelling: 'plain', startOffMs: 0 };
  const report: Report = {
    provider: plain,
    fixture,
    call: 'finish',
    args: {},
    at,
    pushedAt: at,
    builtAt: at,
  };
  return eventIdIn(incidentOf(report, drawsFrom(0)));
}

function eventIdIn(incident: JsonObject): string {
  return acceptIncident(parseIncident(incident, new Date(0)), normalizer).eventId;
}
