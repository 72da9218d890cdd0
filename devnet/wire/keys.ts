import { createHash } from 'node:crypto';
import { parsePublicKey, publicKeyText, recoverPublicKey } from '../../core/chain/keys.ts';
import { BosError } from '../../core/errors.ts';
import { ensure, type Where } from '../errors.ts';

/** Prefix of public keys on a devnet, as on the main network. */
const PREFIX = 'PPY';

/** SHA-256 of all parts together. */
export function sha256(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Text of a compressed public key. */
export function keyText(bytes: Uint8Array): string {
  return publicKeyText(bytes, PREFIX);
}

/** The 33 bytes behind a public key's text, or undefined when it is none of this chain. */
export function keyBytes(text: string): Uint8Array | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  return orUndefined(() => parsePublicKey(text));
}

const RECOVERY =
  'secp256k1_ecdsa_recover_compact( detail::_get_context(), (unsigned char*) digest.data(), (unsigned char*) c.begin() + 1, (unsigned char*) my->_key.begin(), (int*) &pk_len, 1, (*c.begin() - 27) & 3 )';

/**
 * Text of the public key that made a signature.
 * @throws NodeError for a signature that the node does not take.
 */
export function recoverKey(digest: Uint8Array, signature: Uint8Array): string {
  const where: Where = ['elliptic_secp256k1.cpp', 166, 'public_key'];
  ensure(isCanonical(signature), 'is_canonical( c )', 'signature is not canonical', {}, where);
  const key = orUndefined(() => recoverPublicKey(digest, signature));
  ensure(key !== undefined, RECOVERY, '', {}, where);
  return keyText(key);
}

/** Neither r nor s is negative or begins with a superfluous zero (chain reference 9.2). */
function isCanonical(signature: Uint8Array): boolean {
  const half = (first = 0, second = 0): boolean => first < 0x80 && !(first === 0 && second < 0x80);
  return half(signature[1], signature[2]) && half(signature[33], signature[34]);
}

function orUndefined<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof BosError) return undefined;
    throw error;
  }
}
