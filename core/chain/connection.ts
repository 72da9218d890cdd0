import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { NodeClient } from './rpc.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export interface ConnectionOptions {
  /** Addresses in the order they are tried; after the last comes the first. */
  readonly nodes: readonly string[];
  /** 64 hex digits, or `*` for any chain. */
  readonly expectedChainId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onRequest: (method: string) => void;
  /** An address is being tried. */
  onTrying(url: string): void;
  /** The connection or the attempt at it has ended; another follows. */
  onDown(problem: string): void;
  /**
   * Uses a connection to a node on the right chain until it throws. Calls `worked` once the connection has proved
   * useful, so that the next attempt comes at once.
   */
  use(client: NodeClient, chainId: string, worked: () => void): Promise<void>;
}

/** Connects, and connects again with growing pauses (up to 10 s) to the next address, until the signal aborts. */
export async function keepConnected(options: ConnectionOptions): Promise<void> {
  const { nodes, clock, log, signal } = options;
  let failures = 0;
  for (let turn = 0; !signal.aborted; turn += 1) {
    const url = nodes[turn % nodes.length] ?? '';
    options.onTrying(url);
    try {
      await useOnce(url, options, () => {
        failures = 0;
      });
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof Error ? error.message : String(error);
      log.warn({ url, problem }, 'no connection to the node');
      options.onDown(problem);
    }
    if (failures > 0 || nodes.length === 1) {
      await clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS), signal);
    }
    failures += 1;
  }
}

async function useOnce(url: string, options: ConnectionOptions, worked: () => void): Promise<void> {
  const { clock, signal, onRequest, expectedChainId } = options;
  await using client = await NodeClient.connect(url, { clock, signal, onRequest });
  const chainId = String(await client.call('database', 'get_chain_id', []));
  if (expectedChainId !== '*' && chainId !== expectedChainId) {
    throw new Error(
      `expected chain ${expectedChainId}, node ${url} is on chain ${chainId}: set "network" or "node"`,
    );
  }
  await options.use(client, chainId, worked);
}
