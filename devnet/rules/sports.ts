import { ensure } from '../errors.ts';
import type { State } from '../state/state.ts';
import { moveEvent } from './event-machine.ts';
import { created, type Evaluator, NOTHING, requireProposed, resolveId } from './execution.ts';

/** sport_create (52). */
export const sportCreate: Evaluator<52> = {
  evaluate(execution, op) {
    requireProposed(execution);
    return created(execution.state.create('sport', { name: op.name }));
  },
};

/** sport_update (53). */
export const sportUpdate: Evaluator<53> = {
  evaluate(execution, op) {
    requireProposed(execution);
    ensure(op.new_name !== undefined, 'op.new_name.valid()');
    execution.state.update('sport', op.sport_id, { name: op.new_name });
    return NOTHING;
  },
};

function cancelEvents(state: State, now: number, groupId: string): void {
  for (const event of state.where('event', (e) => e.group === groupId))
    moveEvent(state, now, event.id, 'canceled');
}

/** sport_delete (73): cancels every event of the sport and removes its groups with it. */
export const sportDelete: Evaluator<73> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state, now } = execution;
    const sport = state.get('sport', op.sport_id);
    for (const group of state.where('eventGroup', (g) => g.sport === sport.id)) {
      cancelEvents(state, now, group.id);
      state.remove('eventGroup', group.id);
    }
    state.remove('sport', sport.id);
    return NOTHING;
  },
};

/** event_group_create (54). */
export const eventGroupCreate: Evaluator<54> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const sport = resolveId(execution, 'sport_id', 'sport', op.sport_id);
    ensure(
      execution.state.find('sport', sport) !== undefined,
      'db().find_object(sport_id)',
      'Invalid sport specified',
    );
    return created(execution.state.create('eventGroup', { name: op.name, sport }));
  },
};

/** event_group_update (55). */
export const eventGroupUpdate: Evaluator<55> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state } = execution;
    ensure(
      op.new_sport_id !== undefined || op.new_name !== undefined,
      'op.new_sport_id.valid() || op.new_name.valid()',
      'nothing to change',
    );
    const sport =
      op.new_sport_id === undefined ? undefined : resolveId(execution, 'sport_id', 'sport', op.new_sport_id);
    ensure(
      sport === undefined || state.find('sport', sport) !== undefined,
      'db().find_object(sport_id)',
      'invalid sport specified',
    );
    state.update('eventGroup', op.event_group_id, {
      ...(op.new_name === undefined ? {} : { name: op.new_name }),
      ...(sport === undefined ? {} : { sport }),
    });
    return NOTHING;
  },
};

/** event_group_delete (74): cancels the group's events and removes it. */
export const eventGroupDelete: Evaluator<74> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state, now } = execution;
    const group = state.get('eventGroup', op.event_group_id);
    cancelEvents(state, now, group.id);
    state.remove('eventGroup', group.id);
    return NOTHING;
  },
};

/** betting_market_rules_create (58). */
export const rulesCreate: Evaluator<58> = {
  evaluate(execution, op) {
    requireProposed(execution);
    return created(execution.state.create('rules', { name: op.name, description: op.description }));
  },
};

/** betting_market_rules_update (59). */
export const rulesUpdate: Evaluator<59> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const rules = execution.state.get('rules', op.betting_market_rules_id);
    ensure(
      op.new_name !== undefined || op.new_description !== undefined,
      'op.new_name.valid() || op.new_description.valid()',
      'nothing to update',
    );
    execution.state.update('rules', rules.id, {
      name: op.new_name ?? rules.name,
      description: op.new_description ?? rules.description,
    });
    return NOTHING;
  },
};
