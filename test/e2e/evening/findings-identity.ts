import type { ChainView, ObjectId } from '../../../core/chain/types.ts';
import type { EveningRecord } from './record.ts';
import { textIn } from './support-names.ts';

/** At no block two live objects had one identity. */
export function doubles({ blocks }: EveningRecord): readonly string[] {
  const found = new Map<string, string>();
  for (const { number, view, changed } of blocks) {
    if (!changed) continue;
    for (const [identity, ids] of identitiesIn(view)) {
      if (ids.length < 2 || found.has(identity)) continue;
      found.set(identity, `${identity} is on chain as ${ids.join(' and ')} from block ${number} on`);
    }
  }
  return [...found.values()];
}

/** Ids of everything that is on chain, by what nothing else may share. */
function identitiesIn(view: ChainView): ReadonlyMap<string, readonly ObjectId[]> {
  const byIdentity = new Map<string, ObjectId[]>();
  const note = (id: ObjectId, ...identity: readonly (string | null | undefined)[]): void => {
    const key = identity.join(' / ');
    const ids = byIdentity.get(key);
    if (ids) ids.push(id);
    else byIdentity.set(key, [id]);
  };
  for (const rules of view.rules()) note(rules.id, 'rules', textIn(rules.name, 'en'));
  for (const sport of view.sports()) {
    note(sport.id, 'sport', textIn(sport.name, 'identifier'));
    for (const league of view.eventGroups(sport.id)) {
      note(league.id, 'league', sport.id, textIn(league.name, 'identifier'));
      for (const event of view.events(league.id)) {
        note(event.id, 'event', league.id, textIn(event.name, 'en'), event.start_time);
        for (const group of view.marketGroups(event.id)) {
          // A type of dynamic groups has one value only, so the value is no part of it.
          const type = textIn(group.description, '_dynamic');
          note(group.id, 'group', event.id, type ?? textIn(group.description, 'en'), group.asset_id);
          for (const market of view.markets(group.id)) {
            note(market.id, 'market', group.id, textIn(market.description, 'en'));
          }
        }
      }
    }
  }
  return byIdentity;
}
