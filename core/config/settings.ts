import type { Config } from './types.ts';

/** How a setting is written; see `SETTING_TYPES` for what each accepts. */
export type SettingType =
  | 'text'
  | 'url'
  | 'yes_no'
  | 'port'
  | 'count'
  | 'number'
  | 'seconds'
  | 'list'
  | 'url_list'
  | 'log_level'
  | 'thresholds'
  | 'anything';

/** One row of the table that parser, flags, docs page and masking derive from. */
export interface Setting {
  /** As in config.yaml, nested keys joined by dots. */
  readonly key: string;
  /** One sentence, for the docs page and `--help`. */
  readonly description: string;
  readonly type: SettingType;
  /** Least and greatest value of a number, both allowed. */
  readonly range?: { readonly min: number; readonly max: number };
  /** As it would be written in config.yaml; absent = not set. */
  readonly default?: unknown;
  /** Never shown or logged. Passwords inside addresses (`url` types) are masked in any case. */
  readonly sensitive: boolean;
  /** `same`: the Python suite has it under this key; else the key that it had there, still read. */
  readonly legacy?: string;
  /** Name of the command-line flag, without dashes. */
  readonly flag?: string;
  /** The value in a parsed configuration, in the form of config.yaml. Absent for rows that only old files have. */
  readonly read?: (config: Config) => unknown;
  /** Its presence tells that the file was written for MongoDB and Redis. */
  readonly backend?: 'mongodb' | 'redis';
  /** Shown as a warning when the key is set. */
  readonly notice?: string;
}

const NOT_SENT = 'is not used in this version: messages go to the log on stderr only';

/** Every setting there is. */
export const SETTINGS: readonly Setting[] = [
  {
    key: 'data_dir',
    description:
      'Folder of the embedded store, the admin token, the keys and the spool; with `sqlite:` one process at a time may use it.',
    type: 'text',
    default: './data',
    sensitive: false,
    flag: 'data-dir',
    read: (c) => c.dataDir,
  },
  {
    key: 'store',
    description:
      'Where incidents and decisions are kept: `sqlite:` (in the data folder) or `sqlite:PATH` for one process, `mongodb://user:password@host:27017/database` for any number of them (database not named: `incident-storage`).',
    type: 'url',
    default: 'sqlite:',
    sensitive: false,
    flag: 'store',
    read: (c) => c.store,
  },
  {
    key: 'queue',
    description:
      'What carries references to due work: `memory:` with `sqlite:`; `redis://:password@host:6379/0`, `rediss://...` (TLS) or `unix:///path/to/redis.sock` with `mongodb:`.',
    type: 'url',
    default: 'memory:',
    sensitive: false,
    flag: 'queue',
    read: (c) => c.queue,
  },
  ...(['incident', 'event'] as const).map(
    (name): Setting => ({
      key: `collections.${name}`,
      description: `Name of the collection in MongoDB that holds ${name === 'incident' ? 'incidents' : "the Python suite's documents of events"}; our own begin with \`bos_\`.`,
      type: 'text',
      default: name,
      sensitive: false,
      read: (c) => c.collections[name],
    }),
  ),
  {
    key: 'node',
    description: 'Address of the Peerplays node, or a list of them in the order in which they are tried.',
    type: 'url_list',
    default: ['ws://127.0.0.1:8090'],
    sensitive: false,
    legacy: 'same',
    flag: 'node',
    read: (c) => c.node,
  },
  {
    key: 'network',
    description: 'Name of the data set in the sports folder; its chain_id has to be the chain of the node.',
    type: 'text',
    default: 'devnet',
    sensitive: false,
    legacy: 'same',
    flag: 'network',
    read: (c) => c.network,
  },
  {
    key: 'sports_folder',
    description: 'Folder in the bookiesports format; not set = the data sets that come with the package.',
    type: 'text',
    sensitive: false,
    flag: 'sports-folder',
    read: (c) => c.sportsFolder,
  },
  {
    key: 'api.host',
    description: 'Address to listen on.',
    type: 'text',
    default: '127.0.0.1',
    sensitive: false,
    flag: 'host',
    read: (c) => c.api.host,
  },
  {
    key: 'api.port',
    description: 'Port to listen on; 0 = any free one.',
    type: 'port',
    default: 8010,
    sensitive: false,
    flag: 'port',
    read: (c) => c.api.port,
  },
  {
    key: 'api.body_limit',
    description: 'Largest body of a request in bytes, after decompression.',
    type: 'count',
    default: 65536,
    sensitive: false,
    read: (c) => c.api.bodyLimit,
  },
  {
    key: 'api_whitelist',
    description: 'Addresses, CIDRs and host names that may report incidents; `0.0.0.0` = anyone.',
    type: 'list',
    default: ['127.0.0.1', '::1'],
    sensitive: false,
    legacy: 'same',
    read: (c) => c.api.whitelist,
  },
  {
    key: 'trusted_proxies',
    description: 'Addresses and CIDRs of reverse proxies whose forwarding headers count.',
    type: 'list',
    default: [],
    sensitive: false,
    read: (c) => c.api.trustedProxies,
  },
  {
    key: 'proposer',
    description: 'Name of the account that signs proposals: an active witness.',
    type: 'text',
    sensitive: false,
    legacy: 'BOOKIE_PROPOSER',
    flag: 'proposer',
    read: (c) => c.proposer,
  },
  {
    key: 'approver',
    description: 'Name of the account that signs approvals: an active witness.',
    type: 'text',
    sensitive: false,
    legacy: 'BOOKIE_APPROVER',
    flag: 'approver',
    read: (c) => c.approver,
  },
  {
    key: 'nobroadcast',
    description: 'Do everything but send nothing to the chain.',
    type: 'yes_no',
    default: false,
    sensitive: false,
    legacy: 'same',
    flag: 'nobroadcast',
    read: (c) => c.nobroadcast,
  },
  {
    key: 'scheduler.enabled',
    description: 'Run the scheduler in this process.',
    type: 'yes_no',
    default: true,
    sensitive: false,
    flag: 'scheduler',
    read: (c) => c.scheduler.enabled,
  },
  {
    key: 'scheduler.interval',
    description: 'Seconds between two looks for due work.',
    type: 'seconds',
    default: 60,
    sensitive: false,
    legacy: 'same',
    read: (c) => c.scheduler.intervalMs / 1000,
  },
  {
    key: 'scheduler.expirations.EventCannotOpenException',
    description: 'Seconds until a create that came before the lead time of its league is looked at again.',
    type: 'seconds',
    default: 43200,
    sensitive: false,
    legacy: 'same',
    read: (c) => c.expirations.cannotOpenMs / 1000,
  },
  {
    key: 'scheduler.expirations.PostPoneIncidentException',
    description: 'Seconds until a postponed call is looked at again.',
    type: 'seconds',
    default: 3600,
    sensitive: false,
    legacy: 'same',
    read: (c) => c.expirations.postponedMs / 1000,
  },
  {
    key: 'scheduler.expirations.UnhandledException',
    description: 'Seconds until a call that ended with an unhandled exception is tried again, at most.',
    type: 'seconds',
    default: 300,
    sensitive: false,
    legacy: 'same',
    read: (c) => c.expirations.unhandledMs / 1000,
  },
  {
    key: 'worker.concurrency',
    description: 'Events that a worker has in hand at the same time.',
    type: 'count',
    default: 8,
    sensitive: false,
    flag: 'concurrency',
    read: (c) => c.worker.concurrency,
  },
  {
    key: 'worker.lease',
    description: 'Seconds after which the lease of a worker that has stopped is taken over by another.',
    type: 'seconds',
    default: 15,
    sensitive: false,
    read: (c) => c.worker.leaseMs / 1000,
  },
  {
    key: 'thresholds',
    description:
      'Providers needed for a call, by `call`, `sport/call` or `sport/league/call`; the most specific wins. Not set: create 2, result 2, all others 1.',
    type: 'thresholds',
    default: {},
    sensitive: false,
    read: (c) => c.thresholds,
  },
  {
    key: 'dynamic.handicap.fuzzy_value',
    description: 'How far the handicap of a market on chain may be from ours to count as the same.',
    type: 'number',
    default: 1,
    sensitive: false,
    legacy: 'same',
    read: (c) => c.dynamic.handicapFuzzy,
  },
  {
    key: 'dynamic.overunder.fuzzy_value',
    description: 'How far the over/under value of a market on chain may be from ours to count as the same.',
    type: 'number',
    default: 1,
    sensitive: false,
    legacy: 'same',
    read: (c) => c.dynamic.overunderFuzzy,
  },
  {
    key: 'conditions.dynamic_bmgs.incident-min-age',
    description: 'Seconds that have to pass after the timestamp of a dynamic_bmgs incident.',
    type: 'seconds',
    default: 3600,
    sensitive: false,
    legacy: 'same',
    read: (c) => c.dynamic.minAgeMs / 1000,
  },
  {
    key: 'proposals.max_operations',
    description:
      "Most operations of one proposal of ours; more follow in later ones (`midway`). Witnesses may differ in it: of a peer's proposal every part of what is wanted is accepted, however it is cut.",
    type: 'count',
    range: { min: 1, max: 1000 },
    default: 100,
    sensitive: false,
    read: (c) => c.proposals.maxOperations,
  },
  {
    key: 'proposals.max_bytes',
    description:
      'Most bytes of the operations of one proposal of ours, as the chain packs them; an operation that is larger goes alone. Witnesses may differ in it, as in the number of operations.',
    type: 'count',
    range: { min: 1, max: 262_144 },
    default: 24_576,
    sensitive: false,
    read: (c) => c.proposals.maxBytes,
  },
  {
    key: 'proposals.lifetime',
    description:
      'Seconds until a proposal of ours expires, from the head block that it was decided on. Witnesses may differ in it: peers look at proposals that expire in two minutes to 24 hours, whatever their own setting.',
    type: 'seconds',
    range: { min: 600, max: 86_400 },
    default: 21_600,
    sensitive: false,
    read: (c) => c.proposals.lifetimeMs / 1000,
  },
  {
    key: 'logging.level',
    description: 'Least important messages that are logged: debug, info, warn or error.',
    type: 'log_level',
    default: 'info',
    sensitive: false,
    legacy: 'same',
    read: (c) => c.logging.level,
  },
  ...['console', 'file'].map(
    (name): Setting => ({
      key: `logging.${name}`,
      description: 'Where the Python suite logs to.',
      type: 'anything',
      sensitive: false,
      legacy: 'same',
      notice: NOT_SENT,
    }),
  ),
  ...['logging.', ''].flatMap((prefix) =>
    ['mailto', 'telegram_token', 'telegram_chatid'].map(
      (name): Setting => ({
        key: prefix + name,
        description: 'Who the Python suite sends warnings to.',
        type: 'anything',
        sensitive: true,
        legacy: 'same',
        notice: NOT_SENT,
      }),
    ),
  ),
  {
    key: 'passphrase',
    description: 'Passphrase of the wallet of the Python suite.',
    type: 'anything',
    sensitive: true,
    legacy: 'same',
    notice:
      'should not be in a configuration file: put it into a file of mode 0600 and name that by BOS_PASSPHRASE_FILE. The encrypted wallet is not built yet: in this version keys come from keys.json in the data folder, on a devnet only',
  },
  ...['redis_host', 'redis_port', 'redis_password', 'redis_db'].map(
    (key): Setting => ({
      key,
      description: 'The Redis server of the Python suite.',
      type: 'anything',
      sensitive: key === 'redis_password',
      legacy: 'same',
      backend: 'redis',
    }),
  ),
  ...['bos_incidents', 'mongodb'].map(
    (key): Setting => ({
      key,
      description: 'Seeds, database and collections of the MongoDB of the Python suite.',
      type: 'anything',
      sensitive: true,
      legacy: 'same',
      backend: 'mongodb',
    }),
  ),
];

/** Variables of the environment that are no settings. */
export const OTHER_VARIABLES: Readonly<Record<string, string>> = {
  BOS_CONFIG:
    'Path of the configuration file; not set = `config.yaml` in the current folder, if there is one.',
  BOS_SERVER: 'Address of the server that remote commands talk to.',
  BOS_TOKEN: 'Admin token for remote commands.',
  BOS_TOKEN_FILE: 'File with the admin token for remote commands.',
  BOS_PASSPHRASE_FILE: 'File with the passphrase of the wallet (the wallet is not built yet).',
};

/** Names under which the environment may set it: `BOS_` + upper snake of the key, likewise of the legacy key. */
export function variablesOf(setting: Setting): readonly string[] {
  if (setting.read === undefined) return [];
  const keys = [setting.key];
  if (setting.legacy !== undefined && setting.legacy !== 'same') keys.push(setting.legacy);
  return keys.map(
    (key) =>
      `BOS_${key
        .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
        .replaceAll(/[.-]/g, '_')
        .toUpperCase()}`,
  );
}

/** Passwords of addresses replaced by `***`: `redis://u:secret@h` -> `redis://u:***@h`. */
export function withoutPassword(address: string): string {
  return address
    .replace(/^([a-z0-9+.-]+:\/\/[^/:@]*):[^/]*@/i, '$1:***@')
    .replaceAll(/([?&][a-z]*password=)[^&]*/gi, '$1***');
}

/**
 * The value as it may be shown to people and written to logs: `***` for a sensitive one, addresses without their
 * passwords, everything else as it is.
 */
export function masked(setting: Setting, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (setting.sensitive) return '***';
  if (setting.type === 'url' && typeof value === 'string') return withoutPassword(value);
  if (setting.type === 'url_list' && Array.isArray(value))
    return value.map((v) => withoutPassword(String(v)));
  return value;
}

/** All settings in use with their values as they may be shown, in the order of the table. */
export function shownSettings(
  config: Config,
): readonly { readonly setting: Setting; readonly value: unknown }[] {
  return SETTINGS.flatMap((setting) =>
    setting.read === undefined ? [] : [{ setting, value: masked(setting, setting.read(config)) }],
  );
}
