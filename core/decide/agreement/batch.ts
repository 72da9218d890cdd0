import { encodeOperation } from '../../chain/codec.ts';
import type { ChainView, Operation } from '../../chain/types.ts';
import { layOut } from '../objects/operations.ts';
import type { Standing } from '../objects/standing.ts';

/** What one proposal may hold. */
export interface Bounds {
  readonly operations: number;
  /** Of all operations as the chain packs them. */
  readonly bytes: number;
}

/**
 * The first of these standings that fit into one proposal; at least one. A market group is not parted from its markets
 * unless it alone is too large, so that no group is open for bets without some of its markets for longer than need be.
 * Equal standings give an equal batch, so witnesses split alike.
 * @param standings parents before their children
 */
export function nextBatch(
  view: ChainView,
  standings: readonly Standing[],
  bounds: Bounds,
): readonly Standing[] {
  const fitting = countFitting(layOut(view, standings), bounds);
  if (fitting >= standings.length) return standings;
  for (let end = fitting; end >= 1; end -= 1) {
    if (standings[end]?.kind.name !== 'betting_market') return standings.slice(0, end);
  }
  return standings.slice(0, fitting);
}

function countFitting(operations: readonly Operation[], bounds: Bounds): number {
  const within = Math.max(1, Math.min(operations.length, bounds.operations));
  // Packing costs more than all the rest of a decision, and JSON is never shorter than the packed form.
  const upperBound = operations.slice(0, within).reduce((sum, operation) => sum + jsonBytes(operation), 0);
  if (upperBound <= bounds.bytes) return within;
  let bytes = 0;
  for (let count = 0; count < within; count += 1) {
    const operation = operations[count];
    bytes += operation ? encodeOperation(operation).length : 0;
    if (bytes > bounds.bytes) return Math.max(1, count);
  }
  return within;
}

function jsonBytes(operation: Operation): number {
  return Buffer.byteLength(JSON.stringify(operation));
}
