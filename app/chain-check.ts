import type { Chain } from '../core/chain/chain.ts';
import type { Clock } from '../core/clock.ts';
import { BosError } from '../core/errors.ts';
import type { SportsData } from '../core/sports/types.ts';

const POLL_MS = 5;
/** Nodes that say nothing are not waited for any longer. */
const PATIENCE_MS = 1000;

/** How the chain puts it when a node is on another chain than expected. */
const OTHER_CHAIN = /^expected chain \w+, node (\S+) is on chain (\w+)/;

/**
 * Starts the chain and waits for the first word about the node: resolves when it is connected, cannot be reached, or
 * has said nothing for a second (with all of which a witness can start).
 * @throws BosError `configuration` when the node is on another chain than the data set of the network names
 */
export async function startChain(
  chain: Chain,
  data: SportsData,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const before = chain.state().problem;
  const start = clock.monotonicMs();
  chain.start();
  for (;;) {
    const { connected, problem = '' } = chain.state();
    const [, url, chainId] = OTHER_CHAIN.exec(problem) ?? [];
    if (url !== undefined && chainId !== undefined) throw otherChain(data, url, chainId);
    const isKnown = connected || problem !== before;
    if (isKnown || signal.aborted || clock.monotonicMs() - start >= PATIENCE_MS) return;
    await clock.sleep(POLL_MS, signal);
  }
}

function otherChain({ network, chainId: expected }: SportsData, url: string, chainId: string): BosError {
  return new BosError(
    'configuration',
    `expected network "${network}" (chain ${expected.slice(0, 8)}...), node ${url} is on chain ${chainId.slice(0, 8)}...: set "network" or "node"`,
    { expected, got: chainId },
  );
}
