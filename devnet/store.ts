import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { BosError } from '../core/errors.ts';
import type { Block } from './block.ts';
import type { JsonObject } from './json.ts';
import type { Ledger } from './ledger.ts';
import { type Snapshot, State } from './state/state.ts';

/** Blocks that a state file keeps; transactions may refer to any of them. */
const SAVED_BLOCKS = 2000;

/** Marks a bigint in JSON. */
const BIGINT = '$bigint';

const fileSchema = z.object({
  version: z.literal(1),
  chainId: z.string(),
  // Written by this module only, from values of these types.
  state: z.custom<Snapshot>((value) => typeof value === 'object'),
  blocks: z.custom<readonly Block[]>(Array.isArray),
  copies: z.custom<readonly (readonly [string, JsonObject])[]>(Array.isArray),
});

/** What a state file holds. */
export interface SavedLedger {
  readonly state: State;
  readonly blocks: readonly Block[];
  readonly copies: readonly (readonly [string, JsonObject])[];
}

/**
 * Reads a chain; undefined when the file is not there.
 * @throws BosError `configuration` when it is no state file, or of another chain.
 */
export async function loadLedger(path: string, chainId: string): Promise<SavedLedger | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const saved = fileSchema.safeParse(parse(text));
  if (!saved.success) {
    throw new BosError(
      'configuration',
      `expected a devnet's state in ${path}, got something else: remove the file`,
    );
  }
  if (saved.data.chainId !== chainId) {
    throw new BosError(
      'configuration',
      `expected chain ${chainId} in ${path}, got ${saved.data.chainId}: use another file, or remove it`,
    );
  }
  const { state, blocks, copies } = saved.data;
  return { state: new State(state), blocks, copies };
}

/** Writes the chain as its last block left it; what is pending is lost, as in a node that restarts. Replaces the file whole. */
export async function saveLedger(path: string, ledger: Ledger): Promise<void> {
  const saved = {
    version: 1,
    chainId: ledger.chainId,
    state: ledger.appliedState(),
    blocks: ledger.blocks.slice(-SAVED_BLOCKS),
    copies: [...ledger.copies],
  };
  const text = JSON.stringify(saved, (_, value: unknown) =>
    typeof value === 'bigint' ? { [BIGINT]: value.toString() } : value,
  );
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, BIGINT)) return value;
      // Only bigints are written under this name.
      return BigInt((value as Record<string, string>)[BIGINT] ?? 0);
    });
  } catch {
    return undefined;
  }
}
