import type { ObjectId } from '../../core/chain/types.ts';
import type { JsonObject } from '../json.ts';
import type { Kind } from '../state/objects.ts';
import type { State } from '../state/state.ts';
import { tellEvent } from './event-machine.ts';
import { moveGroup } from './group-machine.ts';

/** Takes the last form of objects that are removed, for those who keep copies. */
export type Retire = (object: JsonObject) => void;

/**
 * The end of every block: groups whose settling time has come settle and go with their markets, then events that are
 * canceled or settled go (chain reference 8.5). `time` is the block's, in seconds.
 */
export function settle(state: State, time: number, retire: Retire): void {
  const remove = (kind: Kind, id: ObjectId): void => {
    const last = state.present(id);
    if (last) retire(last);
    state.remove(kind, id);
  };
  for (const group of state.where('marketGroup', (g) => g.settlingTime !== null && g.settlingTime <= time)) {
    if (group.state === 'graded') moveGroup(state, time, group.id, 'settled', 'group', tellEvent);
    for (const market of state.where('market', (m) => m.group === group.id)) remove('market', market.id);
    remove('marketGroup', group.id);
  }
  for (const event of state.where('event', (e) => e.state === 'canceled' || e.state === 'settled')) {
    remove('event', event.id);
  }
}
