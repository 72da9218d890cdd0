import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { BosError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { SETTINGS } from './settings.ts';

/** A value with the place it stands in, in words. */
export interface Placed {
  readonly value: unknown;
  readonly place: string;
  /** Name of the file beside config.yaml that it is from, if it is not from that. */
  readonly other?: string;
}

/** What a configuration file says, by key of the file. */
export interface FileContent {
  readonly values: ReadonlyMap<string, Placed>;
  readonly warnings: readonly string[];
}

/** Every key that a file may have: those of the table and their old spellings. */
const KNOWN_KEYS: readonly string[] = SETTINGS.flatMap((setting) =>
  setting.legacy === undefined || setting.legacy === 'same' ? [setting.key] : [setting.key, setting.legacy],
);

function parse(path: string): { root: Node | null; lines: LineCounter } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new BosError(
      'configuration',
      `expected a configuration file at ${path}, got: ${(error as NodeJS.ErrnoException).code ?? error}: name another with --config or BOS_CONFIG`,
      { file: path },
      { cause: error },
    );
  }
  const lines = new LineCounter();
  // The Python suite reads YAML 1.1: yes, no, on, off and True are booleans there.
  const document = parseDocument(text, { version: '1.1', lineCounter: lines, prettyErrors: false });
  const problem = document.errors[0];
  if (problem !== undefined) {
    throw new BosError(
      'configuration',
      `expected YAML in ${path}, got at line ${lines.linePos(problem.pos[0]).line}: ${problem.message}: correct it there`,
      { file: path },
    );
  }
  return { root: document.contents, lines };
}

/**
 * Reads a configuration file. Keys that nobody knows are left out with a warning that names the nearest known one;
 * keys without a value count as not written, but for those that tell which store the file was made for.
 * Throws `configuration` when the file is missing, is no YAML, or has a single value where a map belongs.
 */
function readConfigFile(path: string): FileContent {
  const { root, lines } = parse(path);
  const values = new Map<string, Placed>();
  const warnings: string[] = [];
  const placeOf = (node: Node | null) => `${path} line ${lines.linePos(node?.range?.[0] ?? 0).line}`;

  const walk = (map: YAMLMap, prefix: string) => {
    for (const pair of map.items) {
      const key = `${prefix}${isScalar(pair.key) ? String(pair.key.value) : String(pair.key)}`;
      // The document was parsed, not built by hand, so keys and values are nodes.
      const place = placeOf(pair.key as Node);
      const node = pair.value as Node | null;
      const value: unknown = node === null ? null : node.toJSON();
      if (KNOWN_KEYS.includes(key)) {
        values.set(key, { value, place });
      } else if (KNOWN_KEYS.some((known) => known.startsWith(`${key}.`))) {
        if (isMap(node)) walk(node, `${key}.`);
        else if (value !== null) {
          const below = KNOWN_KEYS.filter((known) => known.startsWith(`${key}.`));
          throw new BosError(
            'configuration',
            `expected a map with ${below.map((k) => `"${k.slice(key.length + 1)}"`).join(', ')} for "${key}", got ${JSON.stringify(value)} from ${place}: correct it there`,
            { key, file: path },
          );
        }
      } else {
        const meant = nearest(key, KNOWN_KEYS);
        warnings.push(
          `${place}: "${key}" is no setting and is ignored${meant === undefined ? '' : `: did you mean "${meant}"?`}`,
        );
      }
    }
  };
  if (isMap(root)) walk(root, '');
  else if (root !== null && !(isScalar(root) && root.value === null)) {
    throw new BosError(
      'configuration',
      `expected a map of settings in ${path}, got ${JSON.stringify(root.toJSON())}: write "key: value" lines`,
      { file: path },
    );
  }
  return { values, warnings };
}

/** Where the incident store of the Python suite looks for its settings, beside config.yaml. */
const STORAGE_FILE = 'incident_storage_config.yaml';

/**
 * Reads a configuration file and, where it says nothing of the incident store of the Python suite, what the file of
 * that store beside it says. Throws `configuration` for either, as above.
 */
export function readConfigFiles(path: string): FileContent {
  const content = readConfigFile(path);
  const beside = join(dirname(path), STORAGE_FILE);
  if (content.values.has('bos_incidents') || content.values.has('mongodb') || !existsSync(beside))
    return content;
  const found = readConfigFile(beside).values.get('bos_incidents');
  if (found === undefined) return content;
  const values = new Map([...content.values, ['bos_incidents', { ...found, other: STORAGE_FILE }] as const]);
  return { ...content, values };
}
