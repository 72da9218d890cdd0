import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Context } from '../../../core/context.ts';
import type { ChainStatusSchema } from '../../../gen/bos/v1/status_pb.js';
import { timestamp } from '../../map/time.ts';

/** The chain as this process sees it. */
export function chainStatus(
  ctx: Pick<Context, 'chain' | 'config'>,
  now: Date,
): MessageInitShape<typeof ChainStatusSchema> {
  const state = ctx.chain.state();
  const view = ctx.chain.view();
  const nodes = ctx.config.node.map((url) => {
    const connected = state.connected && url === state.url;
    return {
      url: withoutCredentials(url),
      connected,
      ...(url === state.url && { since: timestamp(state.since) }),
    };
  });
  const problem = state.problem ?? '';
  if (!view) return { chainId: state.chainId ?? '', nodes, synced: state.synced, problem };
  const { head, authority } = view;
  return {
    chainId: view.chainId,
    nodes,
    synced: state.synced,
    problem,
    headBlockNumber: head.number,
    headBlockTime: timestamp(head.time),
    lagSeconds: (now.getTime() - head.time.getTime()) / 1000,
    lastIrreversibleBlockNumber: view.irreversible,
    activeWitnessCount: authority.weights.size,
    threshold: authority.threshold,
  };
}

/** The address without user, password and query. */
function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return '';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
