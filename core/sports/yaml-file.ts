import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  type ScalarTag,
  type Tags,
  visit,
} from 'yaml';
import type { z } from 'zod';

/** Something wrong in one file of a data set. */
export interface SportsProblem {
  /** Path relative to the network's folder. */
  readonly file: string;
  /** Where in the file, e.g. `eventscheme.name`; `''` for the whole. */
  readonly path: string;
  /** 1-based; absent when there is no file or no place in it. */
  readonly line?: number;
  /** What was expected and what came. */
  readonly message: string;
  /** For a grading that does not settle a market: all final scores of which that is so, e.g. `2:2`. */
  readonly scores?: readonly string[];
}

/** A file that has been read and checked, with a way to complain about a place in it. */
export interface CheckedFile<T> {
  readonly data: T;
  /** As it stands in the file, keys that nobody reads included. */
  readonly content: unknown;
  /** Keys that stand in one mapping again: as in PyYAML, the last one counts. */
  readonly repeatedKeys: readonly SportsProblem[];
  problem(path: readonly PropertyKey[], message: string): SportsProblem;
}

/**
 * What YAML files hold, by `yamlKey` of their text. Parsing takes most of the time that loading takes; a file whose
 * text is known is parsed only when somebody asks for lines.
 */
export type ParsedYaml = ReadonlyMap<string, unknown>;

/** SHA-256 of a file's text, hex. */
export function yamlKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The words that PyYAML takes for booleans; the YAML 1.1 specification has `y` and `n` besides. */
const booleanTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  resolve: (word) => /^(?:yes|true|on)$/i.test(word),
};

/** YAML 1.1 as PyYAML has it, with dates left as text: the schema reads them. */
function customTags(tags: Tags): Tags {
  const kept = tags.filter((tag) => {
    const name = typeof tag === 'string' ? tag : tag.tag;
    return !/bool|timestamp/.test(name);
  });
  return [booleanTag, ...kept];
}

/**
 * Reads a YAML file and checks it.
 * @param path where it is
 * @param file how problems name it
 * @param problems receives what is wrong; the result is undefined then
 * @param known contents of files that need no parsing
 */
export async function readYaml<T>(
  path: string,
  file: string,
  schema: z.ZodType<T>,
  problems: SportsProblem[],
  known?: ParsedYaml,
): Promise<CheckedFile<T> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    problems.push({ file, path: '', message: `expected a readable file: ${String(error)}` });
    return undefined;
  }
  let parsed: ReturnType<typeof parse> | undefined;
  const parsedOnce = () => {
    parsed ??= parse(text);
    return parsed;
  };
  const problem: CheckedFile<T>['problem'] = (at, message) => {
    const { document, lines } = parsedOnce();
    const line = lineOf(document, at, lines);
    return { file, path: at.map(String).join('.'), ...(line === undefined ? {} : { line }), message };
  };
  let content = known?.get(yamlKey(text));
  if (content === undefined) {
    const { document, lines } = parsedOnce();
    if (document.errors.length > 0) {
      for (const error of document.errors) {
        problems.push({ file, path: '', line: lines.linePos(error.pos[0]).line, message: error.message });
      }
      return undefined;
    }
    try {
      content = document.toJS();
    } catch (error) {
      problems.push(problem([], error instanceof Error ? error.message : String(error)));
      return undefined;
    }
  }
  const checked = schema.safeParse(content);
  if (checked.success) {
    return {
      data: checked.data,
      content,
      get repeatedKeys() {
        const { document, lines } = parsedOnce();
        return repeatedKeys(document, file, lines);
      },
      problem,
    };
  }
  for (const issue of checked.error.issues) problems.push(problem(issue.path, `expected ${issue.message}`));
  return undefined;
}

/**
 * What a YAML text holds; undefined for one with errors, or with something that JSON cannot carry.
 */
export function yamlContent(text: string): unknown {
  const { document } = parse(text);
  if (document.errors.length > 0) return undefined;
  const content: unknown = document.toJS();
  const copy: unknown = JSON.parse(JSON.stringify(content) ?? 'null');
  return isDeepStrictEqual(copy, content) ? content : undefined;
}

function parse(text: string): { readonly document: Document.Parsed; readonly lines: LineCounter } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    customTags,
    lineCounter: lines,
    // As PyYAML: the last of two equal keys counts.
    uniqueKeys: false,
  });
  return { document, lines };
}

/** Line of the node at `path`, or of the nearest one around it. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

function repeatedKeys(document: Document, file: string, lines: LineCounter): readonly SportsProblem[] {
  const found: SportsProblem[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value) && key.range) {
          const path = String(key.value);
          const message = `expected the key "${path}" once in one mapping; the last one counts`;
          found.push({ file, path, line: lines.linePos(key.range[0]).line, message });
        }
        seen.add(key.value);
      }
    },
  });
  return found;
}
