import type { ChainView } from '../../chain/types.ts';
import type { Standing } from '../objects/standing.ts';
import { textOf } from '../objects/texts.ts';
import type { DecisionMemory, Reason } from '../types.ts';
import { blockOf } from './conclude.ts';

/** What is left to want of an event once market groups that were done away with are taken out. */
export interface Remaining {
  readonly standings: readonly Standing[];
  readonly notes: readonly Reason[];
  readonly memory: Pick<DecisionMemory, 'opened'>;
}

/**
 * Takes out market groups that were on chain irreversibly and are gone, with their markets: somebody canceled them, and
 * a repeated report must not open them again. They are known by their English text and asset, so that a dynamic group
 * with another value is another one. Remembers the groups that are there.
 * @param event as it stands; nothing is known of the groups of another event of the same match
 */
export function withoutGone(
  view: ChainView,
  event: Standing,
  standings: readonly Standing[],
  { opened }: DecisionMemory,
): Remaining {
  if (event.id === undefined) return { standings, notes: [], memory: opened ? { opened } : {} };
  const known = opened?.event === event.id ? opened.groups : {};
  const groups = standings.filter(({ kind }) => kind.name === 'betting_market_group');
  const gone = new Set(groups.filter((group) => group.id === undefined && known[keyOf(group)] !== undefined));
  const present = groups.flatMap((group) =>
    group.id !== undefined && blockOf(view, group) <= view.irreversible
      ? [[keyOf(group), group.id] as const]
      : [],
  );
  const all = { ...known, ...Object.fromEntries(present) };
  return {
    standings: standings.filter(
      (standing) => !gone.has(standing) && !(standing.parent && gone.has(standing.parent)),
    ),
    notes: [...gone].map((group) => ({
      code: 'group_gone',
      text: `${group.object.label} was on chain as ${known[keyOf(group)]} and is gone: it is not opened again`,
    })),
    memory: Object.keys(all).length > 0 ? { opened: { event: event.id, groups: all } } : {},
  };
}

function keyOf({ object: { fields } }: Standing): string {
  return JSON.stringify([textOf(fields.description, 'en') ?? '', String(fields.asset_id)]);
}
