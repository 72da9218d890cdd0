import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { JobQueue } from '../../../../core/queue/queue.ts';
import { freePort } from '../../../support/ports.ts';
import { quickClock } from '../../../support/quick-clock.ts';
import { startRedis } from '../../../support/redis-server.ts';
import { until } from '../../../support/until.ts';
import { collectingLog, openTestQueue, operate } from './harness.ts';

const withoutOpenssl =
  spawnSync('openssl', ['version']).status === 0
    ? false
    : 'openssl is not on the PATH: no certificate can be made';
const reference = { eventId: 'a', lane: 'default' } as const;

/** Adds until it is taken. */
const addAtLast = (queue: JobQueue, eventId: string) =>
  until(`${eventId} to be taken`, () =>
    queue.add({ eventId, lane: 'default' }).then(
      () => true,
      () => false,
    ),
  );

describe('a Redis that refuses to write', () => {
  test('for want of a snapshot is named with the remedy, at start, by add and in the counts, and is used again after it', async () => {
    await using redis = await startRedis({ save: '900 1' });
    // A folder in the place of the snapshot: saving fails for root too.
    await mkdir(join(redis.folder, 'dump.rdb', 'in-the-way'), { recursive: true });
    await using early = await openTestQueue({ url: redis.url, name: 'one' });
    await early.add({ eventId: 'early', lane: 'default' });
    await operate(redis, 'bgsave');
    await until('the refusal', async () => (await early.counts()).problem);

    const { log, lines } = collectingLog();
    await using queue = await openTestQueue({ url: redis.url, name: 'one', log });
    const remedy = /snapshot.*config set save "".*overcommit_memory/;
    assert.match(lines.find((line) => line.startsWith('error')) ?? '', remedy);
    await assert.rejects(queue.add(reference), { kind: 'unavailable', message: remedy });
    const { problem, waiting } = await queue.counts();
    assert.match(problem ?? '', remedy);
    assert.equal(waiting, 1);

    const handled: string[] = [];
    await queue.process(2, async ({ eventId }) => {
      handled.push(eventId);
    });
    await operate(redis, 'config', 'set', 'save', '');
    await addAtLast(queue, 'late');
    await until('both', () => handled.length === 2);
    assert.deepEqual(handled.toSorted(), ['early', 'late']);
    assert.equal((await queue.counts()).problem, undefined);
  });

  test('for want of memory is named, and what is under way still ends', async () => {
    await using redis = await startRedis({ 'maxmemory-policy': 'noeviction' });
    const { log, lines } = collectingLog();
    await using queue = await openTestQueue({ url: redis.url, log, stallIntervalMs: 400 });
    const gate = Promise.withResolvers<void>();
    const handled: string[] = [];
    await queue.process(1, async ({ eventId }) => {
      handled.push(eventId);
      await gate.promise;
    });
    await queue.add({ eventId: 'running', lane: 'default' });
    await until('the run', () => handled.length === 1);
    await queue.add({ eventId: 'waiting', lane: 'default' });
    await operate(redis, 'config', 'set', 'maxmemory', '1mb');
    const words = /out of memory.*config set maxmemory/;
    await assert.rejects(queue.add(reference), { kind: 'unavailable', message: words });
    assert.match((await queue.counts()).problem ?? '', words);
    gate.resolve();
    await until('the end of the run', async () => (await queue.counts()).active === 0);
    assert.equal((await queue.counts()).waiting, 1);
    await until('a word about what cannot be taken', () => lines.some((line) => words.test(line)));
    await operate(redis, 'config', 'set', 'maxmemory', '0');
    await until('what waited', () => handled.includes('waiting'));
    await queue.add(reference);
    await until('the rest', () => handled.length === 3);
  });

  test('because it is a replica is named', async () => {
    await using redis = await startRedis({ 'replica-serve-stale-data': 'yes' });
    await operate(redis, 'replicaof', '127.0.0.1', String(await freePort()));
    await using queue = await openTestQueue({ url: redis.url });
    await assert.rejects(queue.add(reference), { kind: 'unavailable', message: /replica.*replicaof no one/ });
  });
});

test('a Redis that is loading its data is waited for, and says so meanwhile', async () => {
  await using redis = await startRedis({
    'key-load-delay': '1000',
    'loading-process-events-interval-bytes': '1024',
  });
  const fill = "for i = 1, 2000 do redis.call('set', 'filler:' .. i, string.rep('x', 100)) end";
  await operate(redis, 'eval', fill, '0');
  await operate(redis, 'save');
  await redis.kill();
  await redis.begin();
  const { log, lines } = collectingLog();
  await using queue = await openTestQueue({ url: redis.url, log, clock: quickClock });
  const handled: string[] = [];
  await queue.process(1, async ({ eventId }) => {
    handled.push(eventId);
  });
  assert.match(lines.join('\n'), /error .*(still loading|cannot be reached)/);
  await until('the word about loading', () =>
    queue.add(reference).then(
      () => assert.fail('it was taken before Redis had loaded its data'),
      (error: Error) => {
        if (error.name === 'AssertionError') throw error;
        return /still loading/.test(error.message);
      },
    ),
  );
  await addAtLast(queue, 'a');
  await until('the run', () => handled.includes('a'));
});

test('a Redis that is not there at start is told once; the queue works when it comes', async () => {
  await using redis = await startRedis();
  await redis.kill();
  const { log, lines } = collectingLog();
  await using queue = await openTestQueue({ url: redis.url, log });
  assert.deepEqual(lines.filter((line) => /^error .*cannot be reached/.test(line)).length, 1);
  const handled: string[] = [];
  const subscription = await queue.process(1, async ({ eventId }) => {
    handled.push(eventId);
  });
  await assert.rejects(queue.add(reference), { kind: 'unavailable' });
  await redis.restart();
  await addAtLast(queue, 'a');
  await until('the run', () => handled.length === 1);
  assert.ok(lines.some((line) => /^info .*there again/.test(line)));
  await redis.kill();
  await subscription.close();
});

describe('the way in', () => {
  test('with a password: the right one works, a wrong one or none is a wrong setting, and none is ever shown', async () => {
    await using redis = await startRedis({ requirepass: 'right horse' });
    const { log, lines } = collectingLog();
    const at = (password: string) => `redis://:${encodeURIComponent(password)}@127.0.0.1:${redis.port}`;
    await using queue = await openTestQueue({ url: at('right horse'), log });
    await queue.add(reference);
    assert.equal((await queue.counts()).waiting, 1);
    for (const url of [at('wrong horse'), redis.url]) {
      await assert.rejects(openTestQueue({ url, log }), (error: Error & { kind?: string }) => {
        assert.equal(error.kind, 'configuration');
        assert.match(error.message, /password/);
        assert.ok(!JSON.stringify(error).includes('horse') && !String(error.stack).includes('horse'));
        return true;
      });
    }
    await operate({ url: at('right horse') }, 'config', 'set', 'requirepass', 'other horse');
    await operate({ url: at('other horse') }, 'client', 'kill', 'type', 'normal');
    await until('the refusal', () =>
      queue.add(reference).then(
        () => false,
        (error: Error) => /refused the password/.test(error.message) && !error.message.includes('horse'),
      ),
    );
    assert.ok(!lines.join('\n').includes('horse'));
  });

  test('to a database of its own; one that is not there is a wrong setting', async () => {
    await using redis = await startRedis();
    await using third = await openTestQueue({ url: `redis://127.0.0.1:${redis.port}/3`, name: 'one' });
    await using first = await openTestQueue({ url: redis.url, name: 'one' });
    await third.add(reference);
    assert.deepEqual([(await third.counts()).waiting, (await first.counts()).waiting], [1, 0]);
    await assert.rejects(openTestQueue({ url: `redis://127.0.0.1:${redis.port}/99` }), {
      kind: 'configuration',
      message: /no database of that number/,
    });
  });

  test('by a unix socket', async () => {
    await using redis = await startRedis();
    await using queue = await openTestQueue({ url: `unix://${redis.folder}/redis.sock?db=1` });
    const handled = Promise.withResolvers<string>();
    await queue.process(1, async ({ eventId }) => handled.resolve(eventId));
    await queue.add(reference);
    assert.equal(await handled.promise, 'a');
  });

  test('by TLS, to a server whose authority is trusted', { skip: withoutOpenssl }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bos-redis-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const made = spawnSync('openssl', [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...['-subj', '/CN=redis', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ]);
    assert.equal(made.status, 0, String(made.stderr));
    const tlsPort = await freePort();
    await using _redis = await startRedis({
      'tls-port': String(tlsPort),
      'tls-cert-file': cert,
      'tls-key-file': key,
      'tls-ca-cert-file': cert,
      'tls-auth-clients': 'no',
    });
    const url = `rediss://127.0.0.1:${tlsPort}/0`;
    await using queue = await openTestQueue({ url: `${url}?ca=${encodeURIComponent(cert)}` });
    const handled = Promise.withResolvers<string>();
    await queue.process(1, async ({ eventId }) => handled.resolve(eventId));
    await queue.add(reference);
    assert.equal(await handled.promise, 'a');
    await using stranger = await openTestQueue({ url });
    await assert.rejects(stranger.add(reference), { kind: 'unavailable', message: /certificate is trusted/ });
    await rm(folder, { recursive: true });
  });
});
