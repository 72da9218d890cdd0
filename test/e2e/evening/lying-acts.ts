import type { NodeChain } from '../../../core/chain/node-chain.ts';
import { CORE_ASSET, type ObjectId, OP, type Operation } from '../../../core/chain/types.ts';
import type { Draws } from './plan-random.ts';
import type { Sender } from './sender.ts';

/** How often it approves a proposal that it has not seen before, and proposes something after a report. */
const APPROVES = 0.3;
const PROPOSES = 0.05;

/**
 * What the lying witness does by hand, beside what its falsified incidents make it do: now and then it approves what
 * comes up, whatever it is, and proposes that a match is canceled or over.
 */
export interface WrongActs {
  /** After it was shown a block. */
  afterBlock(): Promise<void>;
  /** After it was told something. */
  afterReport(): Promise<void>;
}

/** Makes the acts of one witness. */
export function makeWrongActs(chain: Pick<NodeChain, 'view'>, sender: Sender, draws: Draws): WrongActs {
  const considered = new Set<ObjectId>();
  return {
    async afterBlock() {
      for (const { id } of chain.view()?.proposals() ?? []) {
        if (considered.has(id)) continue;
        considered.add(id);
        if (draws.of(id).chance(APPROVES)) await sender.approve(id);
      }
    },
    async afterReport() {
      const view = chain.view();
      const events = (view?.sports() ?? [])
        .flatMap(({ id }) => view?.eventGroups(id) ?? [])
        .flatMap(({ id }) => view?.events(id) ?? []);
      if (!view || events.length === 0 || !draws.chance(PROPOSES)) return;
      const wrong: Operation = [
        OP.event_update_status,
        {
          fee: { amount: view.bookieFee(OP.event_update_status), asset_id: CORE_ASSET },
          event_id: draws.pick(events).id,
          status: draws.pick(['canceled', 'finished', 'in_progress']),
          scores: [],
          extensions: [],
        },
      ];
      await sender.propose([wrong]);
    },
  };
}
