import { ensure } from '../errors.ts';
import { eventStatusOf } from '../state/present.ts';
import { moveEvent } from './event-machine.ts';
import { created, type Evaluator, NOTHING, requireProposed, resolveId } from './execution.ts';

/** event_create (56). Whether the event group exists is not checked, as on the chain. */
export const eventCreate: Evaluator<56> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state } = execution;
    const group = resolveId(execution, 'event_group_id', 'eventGroup', op.event_group_id);
    const statistics = state.get('bettingStatistics', '2.21.0');
    state.update('bettingStatistics', statistics.id, { events: statistics.events + 1 });
    return created(
      state.create('event', {
        name: op.name,
        season: op.season,
        start: op.start_time ?? null,
        group,
        scores: [],
        state: 'upcoming',
        someSettled: false,
      }),
    );
  },
};

/** event_update (57). A status equal to the present one is passed on too, and fails then. */
export const eventUpdate: Evaluator<57> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state, now } = execution;
    const changes = [op.new_event_group_id, op.new_name, op.new_season, op.new_start_time, op.new_status];
    ensure(
      changes.some((change) => change !== undefined),
      'op.new_event_group_id || op.new_name || op.new_season || op.new_start_time || op.new_status',
      'nothing to change',
    );
    const group =
      op.new_event_group_id === undefined
        ? undefined
        : resolveId(execution, 'event_group_id', 'eventGroup', op.new_event_group_id);
    const event = state.get('event', op.event_id);
    state.update('event', event.id, {
      name: op.new_name ?? event.name,
      season: op.new_season ?? event.season,
      start: op.new_start_time ?? event.start,
      group: group ?? event.group,
    });
    if (op.new_status !== undefined) moveEvent(state, now, event.id, op.new_status);
    return NOTHING;
  },
};

/** event_update_status (72). The status is only passed on when it differs from the one shown; the scores are replaced always. */
export const eventUpdateStatus: Evaluator<72> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state, now } = execution;
    const event = state.get('event', op.event_id);
    state.update('event', event.id, { scores: op.scores });
    if (eventStatusOf(event.state) !== op.status) moveEvent(state, now, event.id, op.status);
    return NOTHING;
  },
};
