import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  connectionOptions,
  legacyRedisUrl,
  parseRedisAddress,
} from '../../../../core/queue/redis/address.ts';

describe('an address of Redis', () => {
  test('names host, port and database, with the usual ones when left out', () => {
    assert.deepEqual(parseRedisAddress('redis://queue.example:6380/3'), {
      label: 'redis://queue.example:6380/3',
      at: { host: 'queue.example', port: 6380 },
      db: 3,
      tls: false,
    });
    const { at, db } = parseRedisAddress('redis://');
    assert.deepEqual([at, db], [{ host: 'localhost', port: 6379 }, 0]);
    const v6 = parseRedisAddress('redis://[::1]:7000');
    assert.deepEqual([v6.at, v6.label], [{ host: '::1', port: 7000 }, 'redis://[::1]:7000/0']);
  });

  test('carries user and password, percent-encoded, and shows neither', () => {
    const { username, password, label } = parseRedisAddress('redis://bos:p%40ss%2Fw%3Ard@localhost');
    assert.deepEqual([username, password], ['bos', 'p@ss/w:rd']);
    assert.equal(label, 'redis://localhost:6379/0');
    assert.equal(parseRedisAddress('redis://:secret@localhost').username, undefined);
  });

  test('is a socket with unix:', () => {
    const address = parseRedisAddress('unix:///run/redis/redis.sock?db=2&password=secret');
    assert.deepEqual(
      [address.at, address.db, address.password],
      [{ path: '/run/redis/redis.sock' }, 2, 'secret'],
    );
    assert.ok(!address.label.includes('secret'));
  });

  test('asks for TLS with rediss:, and may name the authority to trust', async () => {
    assert.equal(parseRedisAddress('rediss://localhost').tls, true);
    const options = await connectionOptions(parseRedisAddress('rediss://localhost'));
    assert.deepEqual(options.tls, {});
    await assert.rejects(connectionOptions(parseRedisAddress('rediss://localhost?ca=/nowhere/ca.pem')), {
      kind: 'configuration',
      message: /\/nowhere\/ca\.pem/,
    });
  });

  test('that does not read so is refused without repeating it', () => {
    for (const url of [
      'secret',
      'http://:secret@localhost',
      'redis://:secret@localhost/secret',
      'redis://:secret@localhost/0?secret=1',
      'redis://:sec%ret@localhost',
      'redis://:secret@localhost?ca=/ca.pem',
      'unix:?password=secret',
    ]) {
      assert.throws(
        () => parseRedisAddress(url),
        (error: Error & { kind?: string }) =>
          error.kind === 'configuration' && !/sec%?ret/.test(error.message),
        url,
      );
    }
  });

  test('follows from the keys of an old configuration', () => {
    assert.equal(legacyRedisUrl({}), 'redis://localhost:6379/0');
    const url = legacyRedisUrl({ host: 'db', port: 7000, password: 'p@ss:/ %', db: 5 });
    const { at, password, db } = parseRedisAddress(url);
    assert.deepEqual([at, password, db], [{ host: 'db', port: 7000 }, 'p@ss:/ %', 5]);
  });
});
