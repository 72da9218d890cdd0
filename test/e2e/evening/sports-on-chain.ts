import type { Operation } from '../../../core/chain/types.ts';
import { decide } from '../../../core/decide/decide.ts';
import { decideSettings } from '../../../core/decide/settings.ts';
import type { DevnetAccount } from '../../../devnet/devnet.ts';
import { testConfig } from '../../support/witness-config.ts';
import type { SharedNode } from './node.ts';
import { makeSender } from './sender.ts';
import { normalizer, sports } from './sports.ts';

/** Proposals that it takes at most. */
const MOST_STEPS = 10;

/**
 * Puts the sports data on chain: the first of the accounts proposes what a witness of ours would, all of them approve.
 * Nobody else has to be there.
 * @param block makes one
 */
export async function putSportsOnChain(
  node: SharedNode,
  accounts: readonly DevnetAccount[],
  block: () => Promise<unknown>,
): Promise<void> {
  const senders = accounts.map((account) => makeSender(node.mirror, account, false));
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const operations = missing(node);
    if (operations.length === 0) return;
    await senders[0]?.propose(operations);
    await block();
    for (const { id } of node.mirror.view()?.proposals() ?? []) {
      for (const sender of senders) await sender.approve(id);
    }
    await block();
  }
  throw new Error(`expected the sports data to be on chain after ${MOST_STEPS} proposals`);
}

/** What the only witness there is would propose now. */
function missing({ mirror }: SharedNode): readonly Operation[] {
  const view = mirror.view();
  if (!view) throw new Error('expected a view');
  const [id = ''] = view.authority.weights.keys();
  const alone = { name: 'alone', id };
  const decision = decide({
    eventId: `sports:${sports.network}`,
    call: 'sync',
    incidents: [],
    sports,
    normalizer,
    view: { ...view, authority: { threshold: 1, weights: new Map([[id, 1]]) } },
    settings: decideSettings(testConfig({})),
    proposer: alone,
    approver: alone,
    memory: {},
  });
  return decision.propose?.operations ?? [];
}
