import { createHash } from 'node:crypto';
import { PrivateKey as LibraryKey, Signature } from 'peerplaysjs-lib';
import { PrivateKey, signDigest } from '../core/chain/keys.ts';
import { against, median, type Result } from './results.ts';

// A published test key.
const WIF = '5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3';
const ROUNDS = 3;

/** Signatures a second, against those of the library. */
export async function benchSignatures(): Promise<readonly Result[]> {
  const digests = Array.from({ length: 2000 }, (_, i) => createHash('sha256').update(`digest ${i}`).digest());
  const key = PrivateKey.fromWif(WIF);
  const libraryKey = LibraryKey.fromWif(WIF);
  const rate = (list: readonly Buffer[], sign: (digest: Buffer) => unknown): number => {
    const begin = performance.now();
    for (const digest of list) sign(digest);
    return list.length / ((performance.now() - begin) / 1000);
  };
  const ours: number[] = [];
  const library: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(rate(digests, (digest) => signDigest(digest, key)));
    library.push(rate(digests.slice(0, 30), (digest) => Signature.signBufferSha256(digest, libraryKey)));
  }
  return [against('signatures', median(ours), 'signatures/s', median(library), { min: 100 })];
}
