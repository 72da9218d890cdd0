import { templateOf } from '../make-sport.ts';
import type { SportFiles } from '../sport-files.ts';
import type { SportsProblem } from '../yaml-file.ts';

/** Names of events that do not tell matches apart, and market groups that incidents cannot tell apart or never create. */
export function schemeWarnings({ eventGroups, marketGroups }: SportFiles): readonly SportsProblem[] {
  const found: SportsProblem[] = [];
  for (const [key, file] of marketGroups) {
    if (!file || templateOf(key, file.data).dynamic !== 'other') continue;
    const text =
      'expected "hc", "ou" or false: no incident speaks of another kind, so that it is never created';
    found.push(file.problem(['dynamic'], text));
  }
  for (const league of eventGroups.values()) {
    if (!league) continue;
    const { eventscheme, bettingmarketgroups } = league.data;
    for (const [language, scheme] of Object.entries(eventscheme.name)) {
      if (scheme.includes('{teams.home}') && scheme.includes('{teams.away}')) continue;
      const text = 'expected both teams in the name of an event, or two matches at one time look the same';
      found.push(league.problem(['eventscheme', 'name', language], text));
    }
    const kinds = new Map<string, string>();
    for (const [at, key] of bettingmarketgroups.entries()) {
      const { dynamic } = marketGroups.get(key)?.data ?? {};
      if (typeof dynamic !== 'string') continue;
      const first = kinds.get(dynamic);
      if (first === undefined) kinds.set(dynamic, key);
      else {
        const text = `expected one market group of kind "${dynamic}", got ${key} besides ${first}: on chain they are found by their kind`;
        found.push(league.problem(['bettingmarketgroups', at], text));
      }
    }
  }
  return found;
}
