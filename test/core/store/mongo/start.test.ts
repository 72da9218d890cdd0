import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Document } from 'mongodb';
import { BosError } from '../../../../core/errors.ts';
import { silentLog } from '../../../../core/log.ts';
import type { MongoNames } from '../../../../core/store/mongo/collections.ts';
import { openMongoStore } from '../../../../core/store/mongo/open.ts';
import { startFakeMongo } from '../../../support/fake-mongo.ts';
import { manualClock } from '../../../support/manual-clock.ts';

async function openingFails(url: string, names: Partial<MongoNames> = {}): Promise<BosError> {
  try {
    const store = await openMongoStore({ url, names, clock: manualClock(), log: silentLog });
    await store[Symbol.asyncDispose]();
  } catch (error) {
    assert.ok(error instanceof BosError, String(error));
    assert.ok(!error.message.includes('secret'), error.message);
    return error;
  }
  throw new Error('expected the opening to fail');
}

async function openingFailsWith(answers: Record<string, Document>): Promise<BosError> {
  await using server = await startFakeMongo(answers);
  return await openingFails(`mongodb://${server.address}/`);
}

test('a server that is not there is named with its address, and may come later', async () => {
  const server = await startFakeMongo({});
  await server[Symbol.asyncDispose]();
  const { kind, message } = await openingFails(`mongodb://bos:secret@${server.address}/`);
  assert.equal(kind, 'unavailable');
  assert.ok(message.startsWith(`expected a MongoDB server at ${server.address}, got: `), message);
  assert.ok(message.endsWith('start it, or correct "store"'), message);
});

test('a server older than 4.4 is refused', async () => {
  const { kind, message } = await openingFailsWith({ hello: { maxWireVersion: 8 } });
  assert.equal(kind, 'configuration');
  assert.match(message, /^expected MongoDB 4\.4 or newer at .*, got another one \(.*\): upgrade it$/);
});

test('a user without rights is told which role is missing on which database', async () => {
  const unauthorized = { ok: 0, code: 13, errmsg: 'not authorized on incident-storage' };
  const { kind, message } = await openingFailsWith({
    createIndexes: unauthorized,
    listIndexes: unauthorized,
  });
  assert.equal(kind, 'configuration');
  assert.match(message, /role readWrite on the database "incident-storage" of MongoDB at 127/);
});

test('a user that may read only is told the same', async () => {
  const unauthorized = { ok: 0, code: 13, errmsg: 'not authorized on incident-storage' };
  const { kind, message } = await openingFailsWith({ delete: unauthorized, update: unauthorized });
  assert.equal(kind, 'configuration');
  assert.match(message, /to have the role readWrite on the database "incident-storage"/);
});

test('names of collections that cannot be are refused with the setting', async () => {
  await using server = await startFakeMongo({});
  const url = `mongodb://${server.address}/`;
  for (const names of [{ incident: 'bos_lease' }, { event: 'a$b' }, { event: '' }, { event: 'system.x' }]) {
    const [key] = Object.keys(names);
    const error = await openingFails(url, names);
    assert.equal(error.kind, 'configuration');
    assert.match(error.message, new RegExp(`^expected a name .* in "collections.${key}", got "`));
  }
  const same = await openingFails(url, { incident: 'x', event: 'x' });
  assert.match(same.message, /^expected two collections .* got "x" for both/);
});

test('a refused password is told without the password', async () => {
  await using server = await startFakeMongo({
    hello: { saslSupportedMechs: ['PLAIN'] },
    saslStart: { ok: 0, code: 18, errmsg: 'Authentication failed.' },
  });
  const { kind, message } = await openingFails(
    `mongodb://bos:secret@${server.address}/?authMechanism=SCRAM-SHA-256`,
  );
  assert.equal(kind, 'configuration');
  assert.match(message, /to know the user bos, got: Authentication failed\./);
});

test('an address that cannot be read is refused without its password', async () => {
  for (const url of ['mongodb://bos:secret%@host/', 'mongodb://', 'http://bos:secret@host/']) {
    assert.equal((await openingFails(url)).kind, 'configuration', url);
  }
});
