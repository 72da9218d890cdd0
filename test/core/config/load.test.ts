import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type LoadedConfig, loadConfig } from '../../../core/config/load.ts';
import { BosError } from '../../../core/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'bos-config-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'config.yaml');

function load(
  yaml: string,
  env: Record<string, string> = {},
  flags: Record<string, unknown> = {},
): LoadedConfig {
  writeFileSync(file, yaml);
  return loadConfig({ file, env, flags });
}

function refusal(
  yaml: string,
  env: Record<string, string> = {},
  flags: Record<string, unknown> = {},
): string {
  try {
    load(yaml, env, flags);
  } catch (error) {
    assert(error instanceof BosError);
    assert.equal(error.kind, 'configuration');
    return error.message;
  }
  return assert.fail('expected a refusal');
}

const EMBEDDED = 'store: "sqlite:"\nqueue: "memory:"\n';

describe('settings', () => {
  it('have defaults that need no file', () => {
    const { config, warnings } = load('');
    assert.deepEqual(warnings, []);
    assert.deepEqual(config, {
      store: 'sqlite:',
      queue: 'memory:',
      node: ['ws://127.0.0.1:8090'],
      network: 'devnet',
      sportsFolder: undefined,
      dataDir: './data',
      api: {
        host: '127.0.0.1',
        port: 8010,
        whitelist: ['127.0.0.1', '::1'],
        trustedProxies: [],
        bodyLimit: 65536,
      },
      proposer: undefined,
      approver: undefined,
      nobroadcast: false,
      scheduler: { enabled: true, intervalMs: 60_000 },
      worker: { concurrency: 8, leaseMs: 15_000 },
      thresholds: {},
      expirations: { cannotOpenMs: 43_200_000, postponedMs: 3_600_000, unhandledMs: 300_000 },
      dynamic: { handicapFuzzy: 1, overunderFuzzy: 1, minAgeMs: 3_600_000 },
      logging: { level: 'info' },
    });
  });

  it('are taken from flags before the environment before the file before defaults', () => {
    const yaml = 'api:\n  port: 1\n  host: file\nnetwork: file\nproposer: file\n';
    const env = { BOS_API_PORT: '2', BOS_API_HOST: 'environment' };
    const { config, sources } = load(yaml, env, { 'api.port': '3' });
    assert.equal(config.api.port, 3);
    assert.equal(config.api.host, 'environment');
    assert.equal(config.network, 'file');
    assert.deepEqual(
      ['api.port', 'api.host', 'network', 'data_dir', 'approver'].map((key) => sources.get(key)),
      ['flag', 'environment', 'file', 'default', undefined],
    );
  });

  it('are read from texts in the environment by their type', () => {
    const { config } = load('', {
      BOS_NODE: 'ws://a:1, wss://b/ws',
      BOS_NOBROADCAST: 'yes',
      BOS_SCHEDULER_INTERVAL: '0.5',
      BOS_SCHEDULER_EXPIRATIONS_EVENT_CANNOT_OPEN_EXCEPTION: '10',
      BOS_THRESHOLDS: 'create=1,Ice Hockey/NHL/result=3',
      BOS_TRUSTED_PROXIES: '10.0.0.0/8',
      BOS_BOOKIE_PROPOSER: 'init0',
      BOS_APPROVER: '',
    });
    assert.deepEqual(config.node, ['ws://a:1', 'wss://b/ws']);
    assert.equal(config.nobroadcast, true);
    assert.equal(config.scheduler.intervalMs, 500);
    assert.equal(config.expirations.cannotOpenMs, 10_000);
    assert.deepEqual(config.thresholds, { create: 1, 'Ice Hockey/NHL/result': 3 });
    assert.deepEqual(config.api.trustedProxies, ['10.0.0.0/8']);
    assert.equal(config.proposer, 'init0');
    assert.equal(config.approver, undefined);
  });

  it('that are wrong stop the start, each with key, expectation, value and place', () => {
    const message = refusal(
      'network: 5\napi:\n  port: 80x\n',
      { BOS_NOBROADCAST: 'perhaps' },
      { node: 'http://x' },
    );
    assert.deepEqual(message.split('\n'), [
      'expected an address like "ws://127.0.0.1:8090" or a list of them for "node", got ["http://x"] (list) from --node: correct it there',
      `expected a text for "network", got 5 (number) from ${file} line 1: correct it there`,
      `expected a port number from 0 to 65535 for "api.port", got "80x" (string) from ${file} line 3: correct it there`,
      'expected true or false for "nobroadcast", got "perhaps" (string) from BOS_NOBROADCAST: correct it there',
    ]);
  });

  it('below a key that holds a single value are missed by name', () => {
    assert.equal(
      refusal('logging: INFO\n'),
      `expected a map with "level", "console", "file", "mailto", "telegram_token", "telegram_chatid" for "logging", got "INFO" from ${file} line 1: correct it there`,
    );
  });

  it('that nobody knows are reported with the nearest known key, and the rest counts', () => {
    const { config, warnings } = load('netwrok: alice\nnetwork: beatrice\napi: { prot: 1 }\nzzz: 1\n', {
      BOS_NETWROK: 'x',
      BOS_TEST_REDIS_URL: 'x',
      BOS_TOKEN: 'x',
    });
    assert.equal(config.network, 'beatrice');
    assert.deepEqual(warnings, [
      `${file} line 1: "netwrok" is no setting and is ignored: did you mean "network"?`,
      `${file} line 3: "api.prot" is no setting and is ignored: did you mean "api.port"?`,
      `${file} line 4: "zzz" is no setting and is ignored`,
      'environment: "BOS_NETWROK" is no setting and is ignored: did you mean "BOS_NETWORK"?',
    ]);
  });

  it('refuse thresholds of calls that do not exist', () => {
    assert.match(refusal('thresholds: { creat: 1 }\n'), /^expected a map from "call".* got \{"creat":1\}/);
    assert.match(refusal('thresholds: { create: 0 }\n'), /"thresholds"/);
  });
});

describe('the configuration file', () => {
  it('is missed by its path when it was named', () => {
    assert.throws(() => loadConfig({ file: join(folder, 'none.yaml'), env: {}, flags: {} }), {
      kind: 'configuration',
      message: `expected a configuration file at ${join(folder, 'none.yaml')}, got: ENOENT: name another with --config or BOS_CONFIG`,
    });
  });

  it('may be named by BOS_CONFIG', () => {
    writeFileSync(file, 'network: alice\n');
    assert.equal(loadConfig({ env: { BOS_CONFIG: file }, flags: {} }).config.network, 'alice');
  });

  it('that is no YAML is refused with the line', () => {
    assert.match(refusal('network: alice\nnode: [\n'), /^expected YAML in .*config\.yaml, got at line \d: /);
    assert.match(refusal('network: a\nnetwork: b\n'), /line 2: Map keys must be unique/);
    assert.match(refusal('just text\n'), /^expected a map of settings in .* got "just text"/);
  });
});

describe('a configuration of the Python suite', () => {
  it('is read as it is', () => {
    const { config, warnings } = load(`${EMBEDDED}
node: ws://localhost:8090
network: beatrice
nobroadcast: True
api_whitelist:
  - 0.0.0.0
  - localhost
BOOKIE_PROPOSER: init0
BOOKIE_APPROVER: init1
logging: { level: WARNING }
scheduler:
  interval: 30
  expirations: { EventCannotOpenException: 1, PostPoneIncidentException: 2, UnhandledException: 3 }
dynamic:
  handicap: { fuzzy_value: 2 }
  overunder: { fuzzy_value: 3 }
conditions:
  dynamic_bmgs: { incident-min-age: 60 }
`);
    assert.deepEqual(warnings, []);
    assert.deepEqual(config.node, ['ws://localhost:8090']);
    assert.deepEqual([config.network, config.nobroadcast], ['beatrice', true]);
    assert.deepEqual(config.api.whitelist, ['0.0.0.0', 'localhost']);
    assert.deepEqual([config.proposer, config.approver], ['init0', 'init1']);
    assert.deepEqual(config.logging, { level: 'warn' });
    assert.equal(config.scheduler.intervalMs, 30_000);
    assert.deepEqual(config.expirations, { cannotOpenMs: 1000, postponedMs: 2000, unhandledMs: 3000 });
    assert.deepEqual(config.dynamic, { handicapFuzzy: 2, overunderFuzzy: 3, minAgeMs: 60_000 });
  });

  it('with a list of nodes keeps their order', () => {
    assert.deepEqual(load('node: [ws://b:1, ws://a:1]\n').config.node, ['ws://b:1', 'ws://a:1']);
  });

  it('has a passphrase reported, without showing it', () => {
    const { warnings } = load('passphrase: secret-of-mine\ntelegram_token: 12:34\n');
    assert.equal(warnings.length, 2);
    assert.match(warnings.join('\n'), /"passphrase" should not be in a configuration file/);
    assert.match(warnings.join('\n'), /"telegram_token" is not used in this version/);
    assert.doesNotMatch(warnings.join('\n'), /secret-of-mine|12:34/);
  });

  it('with keys of Redis or MongoDB and no store or queue means both, which are not built yet', () => {
    const message =
      'expected a store that this version has, got a configuration with redis_password, bos_incidents, which means MongoDB and Redis as in the Python suite, and those are not built yet: set store to "sqlite:" and queue to "memory:"';
    assert.equal(refusal('redis_password: x\nbos_incidents: { database: { use: mongodb } }\n'), message);
    assert.match(refusal('redis_host:\n'), /got a configuration with redis_host,/);
  });

  it('with such keys runs embedded when store and queue say so', () => {
    const { config, warnings } = load(`${EMBEDDED}redis_host: localhost\n`);
    assert.equal(config.store, 'sqlite:');
    assert.deepEqual(warnings, [`${file}: redis_host are ignored, because store or queue is set`]);
    assert.equal(load('redis_host: x\n', {}, { store: 'sqlite:', queue: 'memory:' }).config.queue, 'memory:');
  });
});

describe('store and queue', () => {
  const both = (store: string, queue: string) => refusal(`store: "${store}"\nqueue: "${queue}"\n`);

  it('are refused as not built yet when they are MongoDB and Redis', () => {
    assert.equal(
      both('mongodb://h/db', 'redis://h'),
      'expected a store that this version has, got mongodb with redis, which are not built yet: set store to "sqlite:" and queue to "memory:"',
    );
  });

  it('are refused by name when they do not go together', () => {
    assert.match(both('mongodb://h/db', 'memory:'), /got store mongodb with queue memory: set store to/);
    assert.match(both('sqlite:', 'redis://h'), /got store sqlite with queue redis: set store to/);
  });

  it('are refused when nobody knows their kind, without showing the address', () => {
    const message = both('postgres://u:secret@h/db', 'memory:');
    assert.match(message, /^expected "store" to begin with sqlite: or mongodb: .*, got "postgres:"/);
    assert.doesNotMatch(message, /secret/);
  });
});
