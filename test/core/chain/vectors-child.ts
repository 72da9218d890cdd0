import { readFileSync } from 'node:fs';
import { canonicalOperation, decodeOperation, encodeOperation } from '../../../core/chain/codec.ts';

// Run in other time zones by codec.test.ts: prints how many vectors hold.
const vectors: { operation_id: number; operation: Record<string, unknown>; hex: string }[] = JSON.parse(
  readFileSync(new URL('../../fixtures/chain/op-vectors.json', import.meta.url), 'utf8'),
);
const holding = vectors.filter(({ operation_id, operation, hex }) => {
  const again = JSON.stringify(decodeOperation(Buffer.from(hex, 'hex')));
  const isEncoded = Buffer.from(encodeOperation([operation_id, operation])).toString('hex') === hex;
  return isEncoded && again === JSON.stringify(canonicalOperation([operation_id, operation]));
});
console.log(`${holding.length} of ${vectors.length}`);
