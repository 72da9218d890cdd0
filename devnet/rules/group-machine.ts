import type { GroupStatus, ObjectId, Resolution } from '../../core/chain/types.ts';
import { type NodeError, nodeError } from '../errors.ts';
import type { GroupState, MarketState, Objects } from '../state/objects.ts';
import type { State } from '../state/state.ts';

/*
 * A market group and its markets (chain reference 8.2, 8.3). A group begins `upcoming`, whatever its event is, and may
 * go to in_play (not when never_in_play), to frozen (which remembers from where) and to closed; from closed it is
 * graded by a resolution and settles by time; it may be canceled from anywhere. Markets follow their group; one that
 * was created after its group closed is still unresolved and cannot be graded. Settled and canceled groups are removed
 * with their markets at the end of the block in which their settling time has come.
 */

/** What can happen to a group. */
export type GroupInput = 'upcoming' | 'in_play' | 'frozen' | 'closed' | 'canceled' | 'graded' | 'settled';

/** Is told when a group was closed, settled or canceled. */
export type Told = (
  state: State,
  now: number,
  group: Objects['marketGroup'],
  what: 'closed' | 'settled' | 'canceled',
) => void;

/** The error of every transition that the tables do not have. */
export function noTransition(): NodeError {
  return nodeError('transition', 'No transition', {}, ['database.hpp', 1, 'no_transition']);
}

const LIVE: readonly GroupState[] = ['upcoming', 'frozen_upcoming', 'in_play', 'frozen_in_play'];

function next(group: Objects['marketGroup'], input: GroupInput): GroupState | undefined {
  const from = group.state;
  switch (input) {
    case 'upcoming':
      return from === 'frozen_upcoming' ? 'upcoming' : undefined;
    case 'in_play':
      if (from === 'frozen_in_play') return 'in_play';
      if (from !== 'upcoming' && from !== 'frozen_upcoming') return undefined;
      return group.neverInPlay ? 'upcoming' : 'in_play';
    case 'frozen':
      if (from === 'upcoming') return 'frozen_upcoming';
      return from === 'in_play' ? 'frozen_in_play' : undefined;
    case 'closed':
      return LIVE.includes(from) ? 'closed' : undefined;
    case 'graded':
      return from === 'closed' ? 'graded' : undefined;
    case 'settled':
      return from === 'graded' ? 'settled' : undefined;
    case 'canceled':
      return from === 'settled' ? from : 'canceled';
  }
}

const MARKET_MOVES: Readonly<Record<GroupInput, { from: readonly MarketState[]; to: MarketState }>> = {
  upcoming: { from: ['frozen'], to: 'unresolved' },
  in_play: { from: ['frozen'], to: 'unresolved' },
  frozen: { from: ['unresolved'], to: 'frozen' },
  closed: { from: ['unresolved', 'frozen'], to: 'closed' },
  graded: { from: ['closed'], to: 'graded' },
  settled: { from: ['graded'], to: 'settled' },
  canceled: { from: ['unresolved', 'frozen', 'closed', 'graded'], to: 'canceled' },
};

function moveMarkets(
  state: State,
  groupId: ObjectId,
  input: GroupInput,
  resolutions: ReadonlyMap<ObjectId, Resolution>,
): void {
  const { from, to } = MARKET_MOVES[input];
  for (const market of state.where('market', (m) => m.group === groupId)) {
    if (!from.includes(market.state)) {
      if (input === 'graded') throw noTransition();
      continue;
    }
    const resolution = input === 'canceled' ? 'cancel' : (resolutions.get(market.id) ?? market.resolution);
    state.update('market', market.id, { state: to, resolution });
  }
}

/**
 * Makes something happen to a group and its markets. `cause` says who started it: what the event started is not told
 * back to it.
 * @throws NodeError `No transition` where the table has none.
 */
export function moveGroup(
  state: State,
  now: number,
  id: ObjectId,
  input: GroupInput,
  cause: 'event' | 'group',
  tell: Told,
  resolutions: ReadonlyMap<ObjectId, Resolution> = new Map(),
): void {
  const group = state.get('marketGroup', id);
  const to = next(group, input);
  if (to === undefined) throw noTransition();
  if (to === group.state) return;
  moveMarkets(state, id, input, resolutions);
  const moved = state.update('marketGroup', id, {
    state: to,
    ...(to === 'graded' ? { settlingTime: now + group.delay } : {}),
    ...(to === 'canceled' ? { settlingTime: now } : {}),
  });
  if (cause === 'group' && (to === 'closed' || to === 'settled' || to === 'canceled'))
    tell(state, now, moved, to);
}

const SETTABLE: readonly GroupStatus[] = ['upcoming', 'in_play', 'frozen', 'closed', 'canceled'];

/** @throws NodeError for a status that only the chain itself gives. */
export function settableGroupStatus(status: GroupStatus): GroupInput {
  if (!SETTABLE.includes(status)) {
    throw nodeError('unspecified', 'The status {new_status} cannot be set directly', { new_status: status });
  }
  // The settable ones are inputs of the same name.
  return status as GroupInput;
}
