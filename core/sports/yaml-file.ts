import { readFile } from 'node:fs/promises';
import { type Document, isNode, LineCounter, parseDocument, type ScalarTag, type Tags } from 'yaml';
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
}

/** A file that has been read and checked, with a way to complain about a place in it. */
export interface CheckedFile<T> {
  readonly data: T;
  problem(path: readonly PropertyKey[], message: string): SportsProblem;
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
 */
export async function readYaml<T>(
  path: string,
  file: string,
  schema: z.ZodType<T>,
  problems: SportsProblem[],
): Promise<CheckedFile<T> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    problems.push({ file, path: '', message: `expected a readable file: ${String(error)}` });
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    customTags,
    lineCounter: lines,
    // As PyYAML: the last of two equal keys counts.
    uniqueKeys: false,
  });
  if (document.errors.length > 0) {
    for (const error of document.errors) {
      problems.push({ file, path: '', line: lines.linePos(error.pos[0]).line, message: error.message });
    }
    return undefined;
  }
  const problem: CheckedFile<T>['problem'] = (at, message) => {
    const line = lineOf(document, at, lines);
    return { file, path: at.map(String).join('.'), ...(line === undefined ? {} : { line }), message };
  };
  let content: unknown;
  try {
    content = document.toJS();
  } catch (error) {
    problems.push(problem([], error instanceof Error ? error.message : String(error)));
    return undefined;
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { data: parsed.data, problem };
  for (const issue of parsed.error.issues) problems.push(problem(issue.path, `expected ${issue.message}`));
  return undefined;
}

/** Line of the node at `path`, or of the nearest one around it. */
function lineOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
