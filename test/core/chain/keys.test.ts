import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import * as library from 'peerplaysjs-lib';
import { decodeBase58, encodeBase58 } from '../../../core/chain/base58.ts';
import { encodeTransaction, signingDigest } from '../../../core/chain/codec.ts';
import { DEVNET_CHAIN_ID } from '../../../core/chain/devnet-chain.ts';
import { loadKeyFile } from '../../../core/chain/key-file.ts';
import {
  PrivateKey,
  parsePublicKey,
  publicKeyText,
  recoverPublicKey,
  signDigest,
} from '../../../core/chain/keys.ts';
import { signTransaction } from '../../../core/chain/transaction.ts';

const WIF = '5KQwrPbwdL6PhXujxW37FSSQZ1JiwsST4cqQzDeyXtP79zkvFD3';
const TEXT = '6MRyAjQq8ud7hVNYcfnVPJqcVpscN5So8BhtHuGYqET5GDW5CV';
const CHAIN = 'be6b79295e728406cbb7494bcb626e62ad278fa4018699cf8f75739f4c1a81fd';
const approval = {
  fee: { amount: 2000, asset_id: '1.3.0' },
  fee_paying_account: '1.2.33',
  proposal: '1.10.128',
  active_approvals_to_add: ['1.2.33'],
  active_approvals_to_remove: [],
  owner_approvals_to_add: [],
  owner_approvals_to_remove: [],
  key_approvals_to_add: [],
  key_approvals_to_remove: [],
  extensions: [],
};

test('a key has its public text under either prefix', () => {
  const key = PrivateKey.fromWif(WIF).publicKey();
  assert.equal(publicKeyText(key, 'PPY'), `PPY${TEXT}`);
  assert.equal(publicKeyText(key, 'TEST'), `TEST${TEXT}`);
  assert.deepEqual(Buffer.from(parsePublicKey(`TEST${TEXT}`)), Buffer.from(key));
  assert.equal(PrivateKey.fromWif(WIF).toWif(), WIF);
});

test('a mistyped key is refused without being shown', () => {
  for (const wif of ['', '5', WIF.replace('Q', 'R'), `${WIF}1`, 'not base58 0OIl', `PPY${TEXT}`]) {
    assert.throws(
      () => PrivateKey.fromWif(wif),
      (error: Error) => error.name === 'BosError' && (wif.length < 3 || !error.message.includes(wif)),
    );
  }
  const compressed = 'KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn';
  assert.throws(() => PrivateKey.fromWif(compressed), /export it uncompressed/);
  assert.throws(() => parsePublicKey(`PPY${TEXT.replace('6M', '6N')}`), /checksum/);
  assert.throws(() => parsePublicKey('XYZabc'), /begins with PPY or TEST/);
});

test('a private key shows neither when inspected nor in JSON', () => {
  const key = PrivateKey.fromWif(WIF);
  const secret = Buffer.from(decodeBase58(WIF)!).subarray(1, 33).toString('hex');
  const shown = [
    inspect({ key }, { showHidden: true, depth: 9 }),
    JSON.stringify({ key }),
    String(key),
  ].join();
  assert.ok(!shown.includes(WIF) && !shown.includes(secret) && !shown.includes(secret.slice(0, 8)));
  assert.match(shown, /\[private key\]/);
});

test('the signed transaction is the one that the chain confirmed', () => {
  const signed = signTransaction(
    {
      chainId: CHAIN,
      reference: { number: 70000, id: '00011170aabbccdd000000000000000000000000' },
      expiration: new Date('2026-11-24T12:00:00Z'),
      operations: [[23, approval]],
    },
    PrivateKey.fromWif(WIF),
  );
  const bytes = encodeTransaction(signed.json);
  assert.equal(
    Buffer.from(bytes).toString('hex'),
    '7011aabbccdd407c056b0117d00700000000000000218001012100000000000000',
  );
  assert.equal(signed.id, '835043cc1d6943826ba81d995438d460ce2e4605');
  const digest = signingDigest(CHAIN, bytes);
  assert.equal(
    Buffer.from(digest).toString('hex'),
    '262bdd475d28b01fb7ae83d062c7b5970f7e7cfa64022f3e0e61dfa601cb1b83',
  );
  const recovered = publicKeyText(recoverPublicKey(digest, Buffer.from(signed.signature, 'hex')), 'PPY');
  assert.equal(recovered, `PPY${TEXT}`);
});

test('the public key is recovered from signatures that others made', () => {
  const made: readonly (readonly [string, string])[] = [
    [
      '262bdd475d28b01fb7ae83d062c7b5970f7e7cfa64022f3e0e61dfa601cb1b83',
      '2055b73d16789a02890dc1982512950b37beb4d04a77c7b264950b0986ccb3afd86916221382d574ac9efbd74e53135bd5b2ac63f7ce7750d328749a8cc7dfb42e',
    ],
    [
      '5fb0ccf2b4f837eb01594f4ffd79e14227be91fe0c5dff3fe6169c2bec486848',
      '2034cee0212d83ed6cdda3293bfecdafc4ad7e8ef9232f259162838998c41852d10f89968373d4ff9feefadea5152eac8f6583feadb2691d73b227020571df3acc',
    ],
  ];
  for (const [digest, signature] of made) {
    const key = recoverPublicKey(Buffer.from(digest, 'hex'), Buffer.from(signature, 'hex'));
    assert.equal(publicKeyText(key, 'TEST'), `TEST${TEXT}`);
  }
});

test('the library verifies our signatures, and equal input gives equal bytes', () => {
  const key = PrivateKey.fromWif(WIF);
  const publicKey = library.PrivateKey.fromWif(WIF).toPublicKey();
  for (const byte of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const digest = Buffer.alloc(32, byte);
    const signature = Buffer.from(signDigest(digest, key));
    assert.equal(signature.length, 65);
    assert.ok(library.Signature.fromBuffer(signature).verifyHash(digest, publicKey));
    assert.deepEqual(Buffer.from(signDigest(digest, key)), signature);
  }
});

test('every signature is canonical and names its signer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string(), (digest, seed) => {
      const key = PrivateKey.fromSeed(seed);
      const signature = signDigest(digest, key);
      const [header = 0] = signature;
      assert.ok(header >= 31 && header <= 34);
      for (const at of [1, 33]) {
        const [first = 0, second = 0] = signature.subarray(at);
        assert.ok(first < 0x80 && !(first === 0 && second < 0x80));
      }
      assert.deepEqual(Buffer.from(recoverPublicKey(digest, signature)), Buffer.from(key.publicKey()));
    }),
    { numRuns: 300 },
  );
});

test('a signature that is not canonical, too short or of another kind is refused', () => {
  const digest = Buffer.alloc(32, 7);
  const signature = Buffer.from(signDigest(digest, PrivateKey.fromWif(WIF)));
  const negative = Buffer.from(signature);
  negative[33] = 0x80;
  assert.throws(() => recoverPublicKey(digest, negative), /not canonical/);
  assert.throws(() => recoverPublicKey(digest, signature.subarray(0, 64)), /65 bytes/);
  assert.throws(
    () => recoverPublicKey(digest, Buffer.concat([Buffer.of(27), signature.subarray(1)])),
    /31 to 34/,
  );
});

test('base58 gives back what it was given', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      assert.deepEqual(Buffer.from(decodeBase58(encodeBase58(bytes)) ?? []), Buffer.from(bytes));
    }),
  );
});

test('we sign at least a hundred times as fast as the library', () => {
  const rate = (count: number, sign: () => unknown) => {
    sign();
    const from = performance.now();
    for (let i = 0; i < count; i += 1) sign();
    return count / (performance.now() - from);
  };
  const ours = PrivateKey.fromWif(WIF);
  const theirs = library.PrivateKey.fromWif(WIF);
  const digest = Buffer.alloc(32, 1);
  const ratio =
    rate(500, () => signDigest(digest, ours)) /
    rate(3, () => library.Signature.signBufferSha256(digest, theirs));
  assert.ok(ratio >= 100, `only ${ratio.toFixed(0)} times`);
});

test('a key file is read when it is for a devnet and for its owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keys-'));
  const path = join(folder, 'keys.json');
  try {
    await writeFile(path, JSON.stringify({ alice: WIF }), { mode: 0o600 });
    const keys = await loadKeyFile(path, DEVNET_CHAIN_ID);
    assert.equal(publicKeyText(keys.get('alice')!.publicKey(), 'PPY'), `PPY${TEXT}`);
    await assert.rejects(loadKeyFile(path, CHAIN), /for devnets only/);
    await chmod(path, 0o640);
    await assert.rejects(loadKeyFile(path, DEVNET_CHAIN_ID), /expected mode 0600, got 0640: chmod 600/);
    await assert.rejects(loadKeyFile(join(folder, 'none.json'), DEVNET_CHAIN_ID), /cannot be read/);
    await chmod(path, 0o600);
    await writeFile(path, `{"alice": "${WIF}" oops`);
    await assert.rejects(
      loadKeyFile(path, DEVNET_CHAIN_ID),
      (error: Error) => /expected a JSON object/.test(error.message) && !inspect(error).includes(WIF),
    );
    await writeFile(path, JSON.stringify({ alice: WIF.slice(1) }));
    await assert.rejects(loadKeyFile(path, DEVNET_CHAIN_ID), /the key of alice/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
