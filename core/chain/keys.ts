import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import secp256k1 from 'secp256k1';
import { BosError } from '../errors.ts';
import { decodeBase58, encodeBase58 } from './base58.ts';

/** What key texts of a network begin with: `PPY` on the main network and on our devnets, `TEST` on test networks. */
export type KeyPrefix = 'PPY' | 'TEST';

const WIF_VERSION = 0x80;
const CHECKSUM_BYTES = 4;
const PUBLIC_KEY_BYTES = 33;
const SIGNATURE_BYTES = 65;
/** 27, and 4 more because the public key is the compressed one. */
const HEADER = 31;
/** Half of the nonces give a canonical signature, so this is never reached. */
const MAX_ATTEMPTS = 256;

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function keyChecksum(key: Uint8Array): Buffer {
  return createHash('ripemd160').update(key).digest().subarray(0, CHECKSUM_BYTES);
}

/** A private key. Its secret shows neither in logs nor in JSON nor when inspected. */
export class PrivateKey {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    if (secret.length !== 32 || !secp256k1.privateKeyVerify(secret)) {
      throw new BosError('invalid', 'expected a private key of 32 bytes that lies on the curve');
    }
    this.#secret = Uint8Array.from(secret);
  }

  /** The key of a WIF text (uncompressed form, as Peerplays wallets write it). Throws `invalid`, never naming the text. */
  static fromWif(wif: string): PrivateKey {
    const bytes = decodeBase58(wif);
    if (bytes?.length === 1 + 32 + 1 + CHECKSUM_BYTES) {
      throw new BosError(
        'invalid',
        'expected a key in WIF that begins with 5, got one in the compressed form: export it uncompressed',
      );
    }
    if (bytes?.length !== 1 + 32 + CHECKSUM_BYTES || bytes[0] !== WIF_VERSION) {
      throw new BosError(
        'invalid',
        'expected a private key in WIF: 51 characters of base58 that begin with 5',
      );
    }
    const body = bytes.subarray(0, -CHECKSUM_BYTES);
    if (!timingSafeEqual(sha256(sha256(body)).subarray(0, CHECKSUM_BYTES), bytes.subarray(-CHECKSUM_BYTES))) {
      throw new BosError('invalid', 'the checksum of the private key is wrong: it was mistyped or cut');
    }
    return new PrivateKey(body.subarray(1));
  }

  /** The key that a seed text stands for, for devnets and tests only: SHA-256 of the text. */
  static fromSeed(seed: string): PrivateKey {
    return new PrivateKey(sha256(Buffer.from(seed)));
  }

  /** The WIF text. This is the secret: only for writing key files. */
  toWif(): string {
    const body = Buffer.concat([Buffer.of(WIF_VERSION), this.#secret]);
    return encodeBase58(Buffer.concat([body, sha256(sha256(body)).subarray(0, CHECKSUM_BYTES)]));
  }

  /** The compressed public key, 33 bytes. */
  publicKey(): Uint8Array {
    return secp256k1.publicKeyCreate(this.#secret, true);
  }

  /** Signs a 32-byte digest; see `signDigest`. */
  sign(digest: Uint8Array): Uint8Array {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      // The nonce is RFC 6979's with the attempt mixed in, so equal input gives an equal signature.
      const { signature, recid } = secp256k1.ecdsaSign(
        digest,
        this.#secret,
        attempt === 0 ? {} : { data: mixin(attempt) },
      );
      if (isCanonical(signature)) return Buffer.concat([Buffer.of(HEADER + recid), signature]);
    }
    throw new Error('no nonce gave a canonical signature');
  }

  toJSON(): string {
    return '[private key]';
  }

  [inspect.custom](): string {
    return '[private key]';
  }
}

function mixin(attempt: number): Uint8Array {
  const data = Buffer.alloc(32);
  data.writeUInt32BE(attempt, 28);
  return data;
}

/** The chain's rule: r and s are positive numbers of exactly 32 bytes, without a superfluous zero (chain reference 9.2). */
function isCanonical(rs: Uint8Array): boolean {
  const canonical = (first = 0, second = 0) => first < 0x80 && !(first === 0 && second < 0x80);
  return canonical(rs[0], rs[1]) && canonical(rs[32], rs[33]);
}

/**
 * Signs a 32-byte digest: 65 bytes, header (31..34), r, s. Canonical by the chain's rule and deterministic: equal digest
 * and key give equal bytes.
 */
export function signDigest(digest: Uint8Array, key: PrivateKey): Uint8Array {
  return key.sign(digest);
}

/** The compressed public key that made a 65-byte signature. Throws `invalid` for what the node refuses as a signature. */
export function recoverPublicKey(digest: Uint8Array, signature: Uint8Array): Uint8Array {
  const [header = 0] = signature;
  if (signature.length !== SIGNATURE_BYTES || header < HEADER || header > HEADER + 3) {
    throw new BosError('invalid', 'expected a signature of 65 bytes whose first is 31 to 34');
  }
  const rs = Uint8Array.from(signature.subarray(1));
  if (!isCanonical(rs)) throw new BosError('invalid', 'signature is not canonical');
  try {
    return secp256k1.ecdsaRecover(rs, header - HEADER, digest, true);
  } catch (error) {
    throw new BosError('invalid', 'no public key belongs to the signature', {}, { cause: error });
  }
}

/** A public key as text: prefix, base58 of the key and its checksum. */
export function publicKeyText(key: Uint8Array, prefix: KeyPrefix): string {
  return prefix + encodeBase58(Buffer.concat([key, keyChecksum(key)]));
}

/** The 33 bytes that a key text means, whichever prefix it has. Throws `invalid`. */
export function parsePublicKey(text: string): Uint8Array {
  const prefix = /^(PPY|TEST)/.exec(text)?.[0] ?? '';
  const bytes = prefix === '' ? undefined : decodeBase58(text.slice(prefix.length));
  if (bytes?.length !== PUBLIC_KEY_BYTES + CHECKSUM_BYTES) {
    throw new BosError(
      'invalid',
      `expected a public key that begins with PPY or TEST, got ${JSON.stringify(text.slice(0, 60))}`,
    );
  }
  const key = bytes.subarray(0, PUBLIC_KEY_BYTES);
  if (!keyChecksum(key).equals(bytes.subarray(PUBLIC_KEY_BYTES))) {
    throw new BosError('invalid', `the checksum of the public key ${text} is wrong: it was mistyped or cut`);
  }
  return key;
}
