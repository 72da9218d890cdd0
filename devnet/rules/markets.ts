import type { Resolution } from '../../core/chain/types.ts';
import { ensure } from '../errors.ts';
import { groupStatusOf } from '../state/present.ts';
import { tellEvent } from './event-machine.ts';
import { created, type Evaluator, NOTHING, requireProposed, resolveId } from './execution.ts';
import { moveGroup, settableGroupStatus } from './group-machine.ts';

/** betting_market_group_create (60). A group always begins `upcoming`, whatever its event's status is. */
export const marketGroupCreate: Evaluator<60> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state } = execution;
    const event = resolveId(execution, 'event_id', 'event', op.event_id);
    ensure(state.find('event', event) !== undefined, 'd.find_object(_event_id)', 'Invalid event specified');
    ensure(
      state.find('asset', op.asset_id) !== undefined,
      'd.find_object(op.asset_id)',
      'Invalid asset specified',
    );
    const rules = resolveId(execution, 'rules_id', 'rules', op.rules_id);
    ensure(state.find('rules', rules) !== undefined, 'd.find_object(_rules_id)', 'Invalid rules specified');
    return created(
      state.create('marketGroup', {
        description: op.description,
        event,
        rules,
        asset: op.asset_id,
        neverInPlay: op.never_in_play,
        delay: op.delay_before_settling,
        settlingTime: null,
        state: 'upcoming',
      }),
    );
  },
};

/** betting_market_group_update (70). */
export const marketGroupUpdate: Evaluator<70> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state, now } = execution;
    const group = state.get('marketGroup', op.betting_market_group_id);
    ensure(
      op.new_description !== undefined || op.new_rules_id !== undefined || op.status !== undefined,
      'op.new_description || op.new_rules_id || op.status',
      'nothing to change',
    );
    const rules =
      op.new_rules_id === undefined
        ? group.rules
        : resolveId(execution, 'rules_id', 'rules', op.new_rules_id);
    if (op.new_rules_id !== undefined) {
      ensure(state.find('rules', rules) !== undefined, 'd.find_object(_rules_id)', 'invalid rules specified');
    }
    ensure(
      op.status !== groupStatusOf(group.state),
      '_betting_market_group->get_status() != *op.status',
      'status would not change the state of the betting market group',
    );
    state.update('marketGroup', group.id, { description: op.new_description ?? group.description, rules });
    if (op.status !== undefined) {
      moveGroup(state, now, group.id, settableGroupStatus(op.status), 'group', tellEvent);
    }
    return NOTHING;
  },
};

/** betting_market_create (61). */
export const marketCreate: Evaluator<61> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state } = execution;
    const group = resolveId(execution, 'betting_market_group_id', 'marketGroup', op.group_id);
    ensure(
      state.find('marketGroup', group) !== undefined,
      'db().find_object(_group_id)',
      'Invalid betting_market_group specified',
    );
    return created(
      state.create('market', {
        group,
        description: op.description,
        payout: op.payout_condition,
        resolution: null,
        state: 'unresolved',
      }),
    );
  },
};

/** betting_market_update (71). */
export const marketUpdate: Evaluator<71> = {
  evaluate(execution, op) {
    requireProposed(execution);
    const { state } = execution;
    const market = state.get('market', op.betting_market_id);
    ensure(
      op.new_group_id !== undefined ||
        op.new_description !== undefined ||
        op.new_payout_condition !== undefined,
      'op.new_group_id.valid() || op.new_description.valid() || op.new_payout_condition.valid()',
      'nothing to change',
    );
    const group =
      op.new_group_id === undefined
        ? market.group
        : resolveId(execution, 'betting_market_group_id', 'marketGroup', op.new_group_id);
    ensure(
      op.new_group_id === undefined || state.find('marketGroup', group) !== undefined,
      'd.find_object(_group_id)',
      'invalid betting_market_group specified',
    );
    state.update('market', market.id, {
      group,
      description: op.new_description ?? market.description,
      payout: op.new_payout_condition ?? market.payout,
    });
    return NOTHING;
  },
};

/** betting_market_group_resolve (63): grades the group, or cancels it when every market is to be canceled. May be sent outside a proposal (chain reference 8.4). */
export const marketGroupResolve: Evaluator<63> = {
  evaluate({ state, now }, op) {
    const group = state.get('marketGroup', op.betting_market_group_id);
    const markets = state.where('market', (m) => m.group === group.id);
    const resolutions = new Map<string, Resolution>(op.resolutions);
    ensure(
      resolutions.size === markets.length,
      'resolutions.size() == number_of_betting_markets',
      'You must publish resolutions for all {size} markets in the group, you published {published}',
      { size: markets.length, published: resolutions.size },
    );
    for (const { id } of markets) {
      ensure(
        resolutions.has(id),
        'resolution_iter != resolutions.end()',
        'Missing resolution for betting market {id}',
        {
          id,
        },
      );
    }
    const count = (wanted: Resolution): number =>
      [...resolutions.values()].filter((r) => r === wanted).length;
    ensure(
      count('cancel') === 0 || count('cancel') === markets.length,
      'number_of_cancels == 0 || number_of_cancels == resolutions.size()',
      'You must cancel all betting markets or none of the betting markets in the group',
    );
    if (count('cancel') > 0) {
      moveGroup(state, now, group.id, 'canceled', 'group', tellEvent);
      return NOTHING;
    }
    ensure(count('win') === 1, 'number_of_wins == 1', 'There must be exactly one winning market');
    moveGroup(state, now, group.id, 'graded', 'group', tellEvent, resolutions);
    return NOTHING;
  },
};

/** betting_market_group_cancel_unmatched_bets (66): there are no bets on a devnet, so nothing has to be refunded. */
export const cancelUnmatchedBets: Evaluator<66> = {
  evaluate({ state }, op) {
    state.get('marketGroup', op.betting_market_group_id);
    return NOTHING;
  },
};
