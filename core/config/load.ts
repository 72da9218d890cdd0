import { existsSync } from 'node:fs';
import { BosError } from '../errors.ts';
import { checkBackends } from './backends.ts';
import { type Placed, readConfigFiles } from './file.ts';
import { legacyBackends } from './legacy-backends.ts';
import { nearest } from './nearest.ts';
import { SETTING_TYPES } from './setting-types.ts';
import { OTHER_VARIABLES, SETTINGS, type Setting, variablesOf, withoutPassword } from './settings.ts';
import type { Config } from './types.ts';

/** Who set a value, the weakest first. */
export type SettingSource = 'default' | 'file' | 'environment' | 'flag';

/** Where the settings of a process come from. */
export interface ConfigInput {
  /** Path of the file; absent = `BOS_CONFIG`, else `config.yaml` in the current folder if there is one. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By key of the table; `undefined` = not given. Texts are read as in the environment. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** A configuration, what there is to say about it, and who set what. */
export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
  /** What was chosen for reasons that are worth telling at start. */
  readonly notes: readonly string[];
  /** By key of the table; keys that nobody set and that have no default are missing. */
  readonly sources: ReadonlyMap<string, SettingSource>;
}

interface Found extends Placed {
  readonly source: SettingSource;
}

/** The path that applies, or undefined when there is no file to read. */
function filePath(input: ConfigInput): string | undefined {
  const named = input.file ?? input.env.BOS_CONFIG;
  if (named !== undefined && named !== '') return named;
  return existsSync('config.yaml') ? 'config.yaml' : undefined;
}

/** The strongest value that is set for a row of the table. */
function find(
  setting: Setting,
  fileValues: ReadonlyMap<string, Placed>,
  { env, flags }: ConfigInput,
): Found | undefined {
  const { fromText } = SETTING_TYPES[setting.type];
  const flag = flags[setting.key];
  if (flag !== undefined) {
    const value = typeof flag === 'string' ? fromText(flag) : flag;
    return { value, place: `--${setting.flag ?? setting.key}`, source: 'flag' };
  }
  for (const name of variablesOf(setting)) {
    const text = env[name];
    if (text !== undefined && text !== '')
      return { value: fromText(text), place: name, source: 'environment' };
  }
  for (const key of [setting.key, setting.legacy ?? 'same']) {
    const placed = fileValues.get(key);
    if (placed !== undefined && placed.value !== null) return { ...placed, source: 'file' };
  }
  if (setting.default === undefined) return undefined;
  return { value: setting.default, place: 'default', source: 'default' };
}

/** What a row of the table accepts, in words. */
export function expectedOf({ type, range }: Setting): string {
  const { expected } = SETTING_TYPES[type];
  return range === undefined ? expected : `${expected}, between ${range.min} and ${range.max}`;
}

function isWithin({ range }: Setting, value: unknown): boolean {
  return range === undefined || (typeof value === 'number' && value >= range.min && value <= range.max);
}

/** Says what was wrong with a value, without showing it when it is sensitive. */
function problemOf(setting: Setting, found: Found): string {
  const kind = Array.isArray(found.value) ? 'list' : found.value === null ? 'nothing' : typeof found.value;
  const got = setting.sensitive ? `a hidden ${kind}` : `${JSON.stringify(found.value)} (${kind})`;
  return `expected ${expectedOf(setting)} for "${setting.key}", got ${got} from ${found.place}: correct it there`;
}

/** Variables that look like settings and are none, with the nearest one that is. */
function unknownVariables(env: ConfigInput['env']): string[] {
  const known = [...SETTINGS.flatMap(variablesOf), ...Object.keys(OTHER_VARIABLES)];
  return Object.keys(env)
    .filter((name) => name.startsWith('BOS_') && !name.startsWith('BOS_TEST_') && !known.includes(name))
    .sort()
    .map((name) => {
      const meant = nearest(name, known);
      return `environment: "${name}" is no setting and is ignored${meant === undefined ? '' : `: did you mean "${meant}"?`}`;
    });
}

/**
 * The settings of a process: defaults, over them config.yaml, over that `BOS_*` variables, over those flags. Keys of
 * the Python suite are read as they are. Throws `configuration` with every wrong value (key, what was expected, what
 * came, from where), for a file that cannot be read, and for a combination of store and queue that does not exist.
 */
export function loadConfig(input: ConfigInput): LoadedConfig {
  const path = filePath(input);
  const file =
    path === undefined ? { values: new Map<string, Placed>(), warnings: [] } : readConfigFiles(path);
  const warnings = [...file.warnings, ...unknownVariables(input.env)];
  const notes: string[] = [];
  const values = new Map<string, unknown>();
  const sources = new Map<string, SettingSource>();
  const legacyKeys: string[] = [];
  const problems: string[] = [];

  for (const setting of SETTINGS) {
    if (setting.backend !== undefined && file.values.has(setting.key)) {
      const { other } = file.values.get(setting.key) ?? {};
      legacyKeys.push(other === undefined ? setting.key : `${setting.key} (${other})`);
    }
    const found = find(setting, file.values, input);
    if (found === undefined) continue;
    const parsed = SETTING_TYPES[setting.type].schema.safeParse(found.value);
    if (!parsed.success || !isWithin(setting, parsed.data)) {
      problems.push(problemOf(setting, found));
      continue;
    }
    values.set(setting.key, parsed.data);
    sources.set(setting.key, found.source);
    if (setting.notice !== undefined) warnings.push(`${found.place}: "${setting.key}" ${setting.notice}`);
  }
  if (problems.length > 0) throw new BosError('configuration', problems.join('\n'), { problems });

  const isChosen = ['store', 'queue'].some((key) => sources.get(key) !== 'default');
  const because = legacyKeys.join(', ');
  if (legacyKeys.length > 0 && isChosen) {
    warnings.push(`${path ?? ''}: ${because} are ignored, because store or queue is set`);
  } else if (legacyKeys.length > 0) {
    notes.push(...takeLegacyBackends(file.values, values, sources, `${path ?? ''} has ${because}`));
  }
  const config = toConfig(values);
  checkBackends(config);
  return { config, warnings, notes, sources };
}

/** Puts what the keys of the Python suite mean in the place of defaults; answers what start says of it. */
function takeLegacyBackends(
  fileValues: ReadonlyMap<string, Placed>,
  values: Map<string, unknown>,
  sources: Map<string, SettingSource>,
  reason: string,
): readonly string[] {
  const { store, queue, collections } = legacyBackends(fileValues);
  const named = Object.entries(collections).map(([name, value]) => [`collections.${name}`, value] as const);
  const chosen = named.filter(([key]) => sources.get(key) === 'default');
  for (const [key, value] of [['store', store], ['queue', queue], ...chosen] as const) {
    values.set(key, value);
    sources.set(key, 'file');
  }
  const [incident, event] = ['incident', 'event'].map((name) => values.get(`collections.${name}`));
  return [
    `store ${withoutPassword(store)} and queue ${withoutPassword(queue)}, because ${reason} as in the Python suite: set "store" and "queue" for others`,
    `incidents in the collection "${incident}" and events in "${event}", as ${chosen.length > 0 ? 'named there' : 'usual'}: set "collections.incident" and "collections.event" for others`,
  ];
}

/** Every value has passed the schema of its type, which is what makes these casts right. */
function toConfig(values: ReadonlyMap<string, unknown>): Config {
  const text = (key: string) => values.get(key) as string;
  const optional = (key: string) => values.get(key) as string | undefined;
  const number = (key: string) => values.get(key) as number;
  const milliseconds = (key: string) => Math.round(number(key) * 1000);
  const yes = (key: string) => values.get(key) as boolean;
  const list = (key: string) => values.get(key) as readonly string[];
  const expiration = (name: string) => milliseconds(`scheduler.expirations.${name}`);
  return {
    store: text('store'),
    queue: text('queue'),
    collections: { incident: text('collections.incident'), event: text('collections.event') },
    node: list('node'),
    network: text('network'),
    sportsFolder: optional('sports_folder'),
    dataDir: text('data_dir'),
    api: {
      host: text('api.host'),
      port: number('api.port'),
      whitelist: list('api_whitelist'),
      trustedProxies: list('trusted_proxies'),
      bodyLimit: number('api.body_limit'),
    },
    proposer: optional('proposer'),
    approver: optional('approver'),
    nobroadcast: yes('nobroadcast'),
    scheduler: { enabled: yes('scheduler.enabled'), intervalMs: milliseconds('scheduler.interval') },
    worker: { concurrency: number('worker.concurrency'), leaseMs: milliseconds('worker.lease') },
    thresholds: values.get('thresholds') as Readonly<Record<string, number>>,
    expirations: {
      cannotOpenMs: expiration('EventCannotOpenException'),
      postponedMs: expiration('PostPoneIncidentException'),
      unhandledMs: expiration('UnhandledException'),
    },
    dynamic: {
      handicapFuzzy: number('dynamic.handicap.fuzzy_value'),
      overunderFuzzy: number('dynamic.overunder.fuzzy_value'),
      minAgeMs: milliseconds('conditions.dynamic_bmgs.incident-min-age'),
    },
    proposals: {
      maxOperations: number('proposals.max_operations'),
      maxBytes: number('proposals.max_bytes'),
      lifetimeMs: milliseconds('proposals.lifetime'),
    },
    logging: { level: text('logging.level') },
  };
}
