import type { ChainView } from '../core/chain/types.ts';
import { World as Mirror } from '../core/chain/world.ts';
import { defaultSportsFolder, loadSportsData } from '../core/sports/load.ts';
import type { MarketGroupTemplate, Rules, Sport, SportsData, Texts } from '../core/sports/types.ts';

/** Assets that every market group is opened in. */
export const ASSETS = ['PPY', 'BTF'];
/** Market groups of a soccer match, each in every asset. */
const SOCCER_GROUPS = 17;

/** The data of the devnet with every market group in two assets, and as many groups in soccer as it has in practice. */
export async function benchSports(): Promise<SportsData> {
  const data = await loadSportsData(defaultSportsFolder(), 'devnet');
  const sports = data.sports.map((sport) => (sport.identifier === 'Soccer' ? manyTotals(sport) : sport));
  return { ...data, sports: sports.map(inAllAssets) };
}

function inAllAssets(sport: Sport): Sport {
  const marketGroups = [...sport.marketGroups].map(
    ([key, template]) => [key, { ...template, assets: ASSETS }] as const,
  );
  return { ...sport, marketGroups: new Map(marketGroups) };
}

/** Copies a total with its rules for one number of goals after the other. */
function manyTotals(sport: Sport): Sport {
  const total = sport.marketGroups.get('Soccer_Total_1.5');
  const totalRules = sport.rules.get('Soccer_Total_1.5');
  if (!total || !totalRules) throw new Error('expected totals of soccer in the data of the devnet');
  const rules = new Map<string, Rules>(sport.rules);
  const marketGroups = new Map<string, MarketGroupTemplate>(sport.marketGroups);
  for (let goals = 7; marketGroups.size < SOCCER_GROUPS; goals += 1) {
    const key = `Soccer_Total_${goals}.5`;
    const texts = (all: Texts): Texts =>
      Object.fromEntries(
        Object.entries(all).map(([language, text]) => [language, text.replaceAll('1.5', `${goals}.5`)]),
      );
    const grading = { ...totalRules.grading, resolutions: totalRules.grading.resolutions.map(texts) };
    rules.set(key, { ...totalRules, identifier: key, name: texts(totalRules.name), grading });
    marketGroups.set(key, {
      ...total,
      key,
      rules: key,
      description: texts(total.description),
      markets: total.markets.map(({ description }) => ({ description: texts(description) })),
    });
  }
  const eventGroups = sport.eventGroups.map((group) => ({
    ...group,
    marketGroups: [...marketGroups.keys()],
  }));
  return { ...sport, rules, marketGroups, eventGroups };
}

/** Takes what a view shows into the mirror that witnesses have, whose views are those to measure with. */
export function mirrorOf(view: ChainView): Mirror {
  const assets = ASSETS.map((symbol) => [view.assetId(symbol) ?? '', symbol] as const);
  const mirror = new Mirror({ chainId: view.chainId, assets: new Map(assets) });
  for (const value of view.rules()) mirror.put({ kind: 'rules', parent: '', value });
  for (const sport of view.sports()) {
    mirror.put({ kind: 'sports', parent: '', value: sport });
    for (const league of view.eventGroups(sport.id)) {
      mirror.put({ kind: 'eventGroups', parent: sport.id, value: league });
      for (const event of view.events(league.id)) {
        mirror.put({ kind: 'events', parent: league.id, value: event });
        for (const group of view.marketGroups(event.id)) {
          mirror.put({ kind: 'marketGroups', parent: event.id, value: group });
          for (const market of view.markets(group.id)) {
            mirror.put({ kind: 'markets', parent: group.id, value: market });
          }
        }
      }
    }
  }
  const { threshold, weights } = view.authority;
  mirror.putWitnessAccount({ active: { weight_threshold: threshold, account_auths: [...weights] } });
  mirror.settle(view.head.number, []);
  return mirror;
}
