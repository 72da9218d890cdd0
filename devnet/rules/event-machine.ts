import type { EventStatus, ObjectId } from '../../core/chain/types.ts';
import { NodeError, nodeError } from '../errors.ts';
import type { EventState } from '../state/objects.ts';
import type { State } from '../state/state.ts';
import { type GroupInput, moveGroup, noTransition, type Told } from './group-machine.ts';

/*
 * A match on the chain (chain reference 8.1). It begins `upcoming` and may go to in_progress, to frozen (which
 * remembers from where), to finished, and from everywhere to canceled. Statuses come from proposals. Two moves happen
 * by themselves: the last open market group being closed by an operation finishes the event, and when the last group
 * of a finished event is settled or canceled, the event becomes settled (some group was settled) or canceled. What an
 * event becomes is passed on to its groups; a group that cannot follow stays as it is. Canceled and settled events are
 * removed at the end of the block.
 */

type Input = Exclude<EventStatus, 'settled'>;

const LIVE: readonly EventState[] = ['upcoming', 'frozen_upcoming', 'in_progress', 'frozen_in_progress'];

function next(from: EventState, input: Input): EventState | undefined {
  switch (input) {
    case 'upcoming':
      return from === 'frozen_upcoming' ? 'upcoming' : undefined;
    case 'in_progress':
      return LIVE.includes(from) && from !== 'in_progress' ? 'in_progress' : undefined;
    case 'frozen':
      if (from === 'upcoming') return 'frozen_upcoming';
      return from === 'in_progress' ? 'frozen_in_progress' : undefined;
    case 'finished':
      return LIVE.includes(from) ? 'finished' : undefined;
    case 'canceled':
      return from === 'settled' ? from : 'canceled';
  }
}

const PASSED_ON: Readonly<Record<Input, GroupInput>> = {
  upcoming: 'upcoming',
  in_progress: 'in_play',
  frozen: 'frozen',
  finished: 'closed',
  canceled: 'canceled',
};

/**
 * Gives an event a status.
 * @throws NodeError `No transition` where the table has none, and for `settled`, which cannot be set.
 */
export function moveEvent(state: State, now: number, id: ObjectId, status: EventStatus): void {
  if (status === 'settled') {
    throw nodeError('unspecified', 'Status {new_status} cannot be explicitly set', { new_status: status });
  }
  const from = state.get('event', id).state;
  const to = next(from, status);
  if (to === undefined) throw noTransition();
  if (to === from) return;
  state.update('event', id, { state: to });
  for (const group of state.where('marketGroup', (g) => g.event === id)) {
    try {
      state.attempt(() => moveGroup(state, now, group.id, PASSED_ON[status], 'event', () => {}));
    } catch (error) {
      // A group that cannot follow stays as it is.
      if (!(error instanceof NodeError)) throw error;
    }
  }
}

/** What an event does when one of its groups was closed, settled or canceled, other than by the event itself. */
export const tellEvent: Told = (state, now, group, what) => {
  const event = state.find('event', group.event);
  if (!event) return;
  const others = state.where('marketGroup', (g) => g.event === event.id && g.id !== group.id);
  if (what === 'closed') {
    if (event.state === 'finished') throw noTransition();
    const allClosed = others.every((g) => ['closed', 'graded', 'settled', 'canceled'].includes(g.state));
    if (LIVE.includes(event.state) && allClosed) moveEvent(state, now, event.id, 'finished');
    return;
  }
  const someSettled = event.someSettled || what === 'settled';
  if (someSettled !== event.someSettled) state.update('event', event.id, { someSettled });
  const allDone = others.every((g) => g.state === 'settled' || g.state === 'canceled');
  if (event.state === 'finished' && allDone) {
    state.update('event', event.id, { state: someSettled ? 'settled' : 'canceled' });
  }
};
