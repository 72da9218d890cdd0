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
      collections: { incident: 'incident', event: 'event' },
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
      proposals: { maxOperations: 100, maxBytes: 24_576, lifetimeMs: 21_600_000 },
      logging: { level: 'info' },
    });
  });

  it('that have a range are taken at its ends and refused beyond them', () => {
    const settings = (operations: number, lifetime: number) =>
      load(`proposals:\n  max_operations: ${operations}\n  lifetime: ${lifetime}\n`).config.proposals;
    assert.deepEqual(settings(1, 600), { maxOperations: 1, maxBytes: 24_576, lifetimeMs: 600_000 });
    assert.deepEqual(settings(1000, 86_400).lifetimeMs, 86_400_000);
    for (const [operations, lifetime, place] of [
      [0, 600, 'max_operations'],
      [1001, 600, 'max_operations'],
      [1, 599, 'lifetime'],
      [1, 86_401, 'lifetime'],
    ] as const) {
      assert.throws(() => settings(operations, lifetime), {
        kind: 'configuration',
        message: new RegExp(`^expected a .* between \\d+ and \\d+ for "proposals\\.${place}", got \\d+`),
      });
    }
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

  it('with keys of Redis or MongoDB and no store or queue means both, which is told with the keys', () => {
    const { config, notes, warnings } = load('redis_password: "s#cret"\nnetwork: beatrice\n');
    assert.equal(config.store, 'mongodb://localhost:27017/incident-storage');
    assert.equal(config.queue, 'redis://:s%23cret@localhost:6379/0');
    assert.deepEqual(warnings, []);
    assert.deepEqual(notes, [
      `store mongodb://localhost:27017/incident-storage and queue redis://:***@localhost:6379/0, because ${file} has redis_password as in the Python suite: set "store" and "queue" for others`,
      'incidents in the collection "incident" and events in "event", as usual: set "collections.incident" and "collections.event" for others',
    ]);
  });

  it('with such a key without a value means both at their usual places', () => {
    assert.equal(load('redis_host:\n').config.queue, 'redis://localhost:6379/0');
  });

  it('has host, port and number of the database of Redis read', () => {
    const { config } = load('redis_host: queue.example\nredis_port: 6380\nredis_db: 3\n');
    assert.equal(config.queue, 'redis://queue.example:6380/3');
  });

  it('has seeds and the database of MongoDB read, from the entry that is in use', () => {
    const { config } = load(`
bos_incidents:
  database:
    use: mine
    retry_policy: { num: 3 }
    mongodb: { seeds: [elsewhere:1] }
    mine:
      seeds: [a.example:27018, b.example]
      databases:
        storage-of-mine: { collections: { incident: {}, event: {}, status: } }
`);
    assert.equal(config.store, 'mongodb://a.example:27018,b.example/storage-of-mine');
  });

  it('has credentials in a seed kept, with the database that they are looked for in', () => {
    const yaml = (seed: string) => `mongodb: { seeds: ["${seed}"], database: mine }\n`;
    const { config, notes } = load(yaml('mongodb://bos:pa%2Fss@h:1/users?replicaSet=rs0'));
    assert.equal(config.store, 'mongodb://bos:pa%2Fss@h:1/mine?replicaSet=rs0&authSource=users');
    assert.doesNotMatch(notes.join(), /pa%2Fss/);
    assert.equal(load(yaml('bos:x@h')).config.store, 'mongodb://bos:x@h/mine?authSource=admin');
  });

  it('has names of collections read, each of which may stay the usual one', () => {
    const yaml = (collections: string) => `
bos_incidents:
  database:
    use: mongodb
    mongodb:
      databases:
        mine:
          collections: ${collections}
`;
    const both = load(
      yaml('{ incident: { name: in, schema: x.json, unique: [y] }, event: { name: ev }, status: }'),
    );
    assert.deepEqual(both.config.collections, { incident: 'in', event: 'ev' });
    assert.equal(both.config.store, 'mongodb://localhost:27017/mine');
    assert.equal(
      both.notes[1],
      'incidents in the collection "in" and events in "ev", as named there: set "collections.incident" and "collections.event" for others',
    );
    assert.equal(both.sources.get('collections.event'), 'file');
    assert.deepEqual(load(yaml('{ event: { name: ev } }')).config.collections, {
      incident: 'incident',
      event: 'ev',
    });
    assert.equal(load(yaml('')).config.store, 'mongodb://localhost:27017/mine');
    const alone = load('mongodb: { database: mine, collections: { incident: { name: in } } }\n');
    assert.deepEqual(alone.config.collections, { incident: 'in', event: 'event' });
    const own = load(yaml('{ event: { name: ev } }'), { BOS_COLLECTIONS_EVENT: 'other' });
    assert.equal(own.config.collections.event, 'other');
  });

  it('that uses the test entry of the Python suite means the database of that', () => {
    assert.equal(
      load('bos_incidents: { database: { use: mongodbtest } }\n').config.store,
      'mongodb://localhost:27017/incident-storage-test',
    );
  });

  it('with another form of these keys is refused with what was expected and where', () => {
    const server = (content: string) => `bos_incidents: { database: { mongodb: { ${content} } } }\n`;
    const end = 'correct it there, or set "store" and "queue"';
    const three =
      '"incident", "event" and "status", each with nothing or a map that may hold the "name" of the collection,';
    const place = `${file} line 1`;
    for (const [content, message] of [
      [
        'databases: { mine: { collections: { incidents: } } }',
        `expected ${three} for "bos_incidents.database.mongodb.databases.mine.collections", got something else from ${place}: ${end}`,
      ],
      [
        'databases: { mine: { collections: { event: secret } } }',
        `expected ${three} for "bos_incidents.database.mongodb.databases.mine.collections", got something else from ${place}: ${end}`,
      ],
      [
        'databases: [mine]',
        `expected the name of a database, with "collections" below it, for "bos_incidents.database.mongodb.databases", got something else from ${place}: ${end}`,
      ],
      [
        'seeds: [{ host: secret }]',
        `expected a host like "localhost:27017" or a list of them for "bos_incidents.database.mongodb.seeds", got something else from ${place}: ${end}`,
      ],
      [
        'databases: { mine: , yours: }',
        `expected one database below "bos_incidents.database.mongodb.databases", got "mine", "yours" from ${file} line 1: ${end}`,
      ],
    ]) {
      assert.equal(refusal(server(content ?? '')), message);
    }
    assert.equal(
      refusal('bos_incidents: { database: { use: mine } }\n'),
      `expected a map with "seeds" and "databases" for "bos_incidents.database.mine", which "use" names, got none from ${file} line 1: ${end}`,
    );
  });

  it('has the file of its incident store read beside it', () => {
    const beside = join(folder, 'incident_storage_config.yaml');
    writeFileSync(beside, 'bos_incidents: { database: { mongodb: { seeds: [h:1] } } }\n');
    try {
      const { config, notes } = load('redis_host:\n');
      assert.equal(config.store, 'mongodb://h:1/incident-storage');
      assert.match(notes[0] ?? '', /has redis_host, bos_incidents \(incident_storage_config\.yaml\) as in/);
      assert.equal(load('mongodb: { seeds: [own] }\n').config.store, 'mongodb://own/incident-storage');
    } finally {
      rmSync(beside);
    }
  });

  it('with a value of another type in such a key is refused by its place, without showing it', () => {
    assert.equal(
      refusal('network: x\nredis_port: [1]\n'),
      `expected a port number for "redis_port", got something else from ${file} line 2: correct it there, or set "store" and "queue"`,
    );
    assert.match(refusal('mongodb: 5\n'), /^expected a map with "seeds" and "databases" for "mongodb"/);
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

  it('may be MongoDB and Redis, by any of their schemes', () => {
    const stores = ['mongodb://h/db', 'mongodb+srv://h/db'];
    const queues = ['redis://h', 'rediss://h', 'unix:///run/redis.sock'];
    for (const store of stores) {
      for (const queue of queues) assert.equal(load('', {}, { store, queue }).config.queue, queue);
    }
  });

  it('are refused by name when they do not go together, with what to set', () => {
    const what =
      'set store to "sqlite:" and queue to "memory:" for one process, or store to "mongodb://localhost:27017/" and queue to "redis://localhost:6379/0" for any number of processes';
    const message = both('mongodb://u:secret@h/db', 'memory:');
    assert(message.endsWith(`got store mongodb with queue memory: ${what}`), message);
    assert.match(both('sqlite:', 'redis://:secret@h'), /got store sqlite with queue redis: set store to/);
    assert.doesNotMatch(message, /secret/);
  });

  it('are refused when nobody knows their kind, without showing the address', () => {
    const message = both('postgres://u:secret@h/db', 'memory:');
    assert.match(
      message,
      /^expected "store" to begin with sqlite: or mongodb: or mongodb\+srv:, got "postgres:"/,
    );
    assert.doesNotMatch(message, /secret/);
    // As the driver of MongoDB does; run on the embedded store it would be forgotten where incidents are.
    assert.match(
      both('MONGODB://u:secret@h/db', 'redis://h'),
      /^expected "store" to begin .* got "MONGODB:"/,
    );
  });
});
