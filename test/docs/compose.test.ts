import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { isShared } from '../../core/config/backends.ts';
import { loadConfig } from '../../core/config/load.ts';
import { assertCommandLine, assertVariable } from './process-commands.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const Service = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()),
  ports: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.unknown()).optional(),
  init: z.boolean().optional(),
  stop_grace_period: z.string().optional(),
});
const Compose = z.object({
  services: z.object({
    api: Service,
    worker: Service,
    scheduler: Service,
    mongodb: Service,
    redis: Service.partial({ volumes: true }),
  }),
  volumes: z.record(z.string(), z.unknown()),
});

const { services, volumes } = Compose.parse(parse(read('compose.yaml'), { merge: true }));
const { api, worker, scheduler, mongodb, redis } = services;

/** Replaces `${NAME:-default}` and `${NAME:?message}` as compose does; the message is what a missing one fails with. */
function filled(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name, kind, rest) => {
    const value = given[name] || undefined;
    if (value === undefined && kind === '?') throw new Error(`${name}: ${rest}`);
    return value ?? rest;
  });
}

describe('compose.yaml', () => {
  it('runs MongoDB 7 with its data in a volume, and Redis without snapshots', () => {
    assert.equal(mongodb.image, 'mongo:7');
    assert.deepEqual(mongodb.volumes, ['mongodb:/data/db']);
    assert.equal(redis.image, 'redis:7');
    assert.deepEqual(redis.command, ['redis-server', '--save', '', '--appendonly', 'no']);
    assert.deepEqual(Object.keys(volumes).sort(), ['data', 'mongodb']);
  });

  it('publishes the API to this machine, and nothing else', () => {
    assert.deepEqual(api.ports, ['127.0.0.1:8010:8010']);
    for (const service of [worker, scheduler, mongodb, redis]) assert.equal(service.ports, undefined);
  });

  for (const [name, service] of Object.entries({ api, worker, scheduler })) {
    it(`starts ${name} by a command line that there is, and lets it drain`, async () => {
      assert.equal(service.command?.[0], name);
      await assertCommandLine(service.command ?? []);
      assert.equal(service.init, true);
      assert.ok(Number.parseInt(service.stop_grace_period ?? '', 10) > 10);
      for (const needed of Object.keys(service.depends_on ?? {})) assert.ok(needed in services, needed);
    });

    it(`gives ${name} a configuration for several processes, by variables that there are`, () => {
      const environment = service.environment ?? {};
      for (const variable of Object.keys(environment)) assertVariable(variable);
      const given = { BOS_NETWORK: 'devnet', BOS_NODE: 'ws://host.docker.internal:8090' };
      const env = Object.fromEntries(
        Object.entries(environment).map(([key, value]) => [key, filled(value, given)]),
      );
      const { config, warnings } = loadConfig({ file: '/dev/null', env, flags: {} });
      assert.deepEqual(warnings, []);
      assert.ok(isShared(config));
      assert.deepEqual(
        [config.store, config.queue],
        ['mongodb://mongodb:27017/incident-storage', 'redis://redis:6379/0'],
      );
      assert.deepEqual([...config.node], ['ws://host.docker.internal:8090']);
      assert.equal(config.nobroadcast, true);
    });
  }

  it('says what is missing instead of starting without node, network or sports data', () => {
    for (const text of [worker.environment?.BOS_NODE, worker.environment?.BOS_NETWORK, worker.volumes[1]]) {
      assert.throws(() => filled(text ?? '', {}), /^Error: \w+: set it to /);
    }
  });

  it('lets the API start without MongoDB, whose incidents it spools', () => {
    assert.deepEqual(Object.keys(api.depends_on ?? {}), ['redis']);
  });
});

describe('the image', () => {
  const dockerfile = read('Dockerfile');
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));

  it('is built from what there is and what is let through, and from nothing else', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
      match[1]!.split(' '),
    );
    for (const source of copied) assert.ok(existsSync(new URL(source, root)), source);
    assert.deepEqual([...new Set(copied)].sort(), allowed.toSorted());
  });

  it('holds every room that the build takes', () => {
    const { include } = JSON.parse(read('tsconfig.build.json'));
    for (const room of include) assert.ok(allowed.includes(room), room);
  });

  it('has the Node that the suite needs, another user than root, and a command that there is', async () => {
    assert.match(dockerfile, /^FROM node:24-bookworm-slim$/m);
    assert.match(dockerfile, /^USER node$/m);
    assert.match(dockerfile, /^ENTRYPOINT \["bos"\]$/m);
    const command: unknown = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? '');
    await assertCommandLine(z.array(z.string()).parse(command));
  });
});
