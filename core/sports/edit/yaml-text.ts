import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { yamlContent } from '../yaml-file.ts';

/*
 * Additions to YAML text at the places where the parser found things, so that everything else (comments, quotes, line
 * breaks) stays as it is; writing a parsed document anew would lay it out differently. Whoever adds compares the parsed
 * result with what it should be.
 */

/** A text put into another at an offset, in place of what stood up to `end`. */
interface Insertion {
  readonly at: number;
  readonly end?: number;
  readonly text: string;
}

/** A text as YAML of one line that is read as exactly that text, in lists of either style. */
export function scalarText(value: string): string {
  const isPlain = /^[\p{L}\p{N}][\p{L}\p{N}\p{M} .&'’/()-]*$/u.test(value) && value === value.trim();
  return isPlain && yamlContent(value) === value ? value : JSON.stringify(value);
}

/** Adds a text to the list under `key` of a mapping; makes the list where there is none. */
export function addToListOf(text: string, map: YAMLMap, key: string, value: string): string {
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  const item = scalarText(value);
  if (!pair) return insert(text, entryAfterLast(text, map, `${key}: [${item}]`));
  const list = pair.value;
  if (isSeq(list)) return addToList(text, list, item);
  return insert(text, emptyValue(text, pair, `[${item}]`));
}

/** Adds an item to a list; one of several lines only to a list with an item per line. */
export function addToList(text: string, list: YAMLSeq, item: string): string {
  const [start, end] = rangeOf(list);
  if (!list.flow) return insert(text, entryAfterLast(text, list, `- ${item}`));
  const last = list.items.at(-1);
  if (!last) return insert(text, { at: start, end, text: `[${item}]` });
  // Behind the last item, so that a comma or a comment before the bracket keeps its place.
  return insert(text, { at: rangeOf(last)[1], text: `, ${item}` });
}

/** A line of its own below the last entry of a mapping or list in block style, or the last entry in braces. */
function entryAfterLast(text: string, collection: YAMLMap | YAMLSeq, entry: string): Insertion {
  const first = firstNode(collection);
  const last = lastNode(collection);
  if (!first || !last) throw new Error('expected a mapping or list with an entry');
  if (collection.flow) return { at: rangeOf(last)[1], text: `, ${entry}` };
  const lineStart = text.lastIndexOf('\n', rangeOf(first)[0] - 1) + 1;
  const before = text.slice(lineStart, rangeOf(first)[0]);
  // Of a list, the place of its dash; of a mapping in a list, the place of its first key.
  const column = isSeq(collection) ? before.lastIndexOf('-') : before.length;
  const lines = entry.split('\n').map((line) => `${' '.repeat(column)}${line}\n`);
  const end = rangeOf(last)[1];
  const isLineEnd = text[end - 1] === '\n';
  const newline = isLineEnd ? end - 1 : text.indexOf('\n', end);
  if (newline === -1) return { at: text.length, text: `\n${lines.join('')}` };
  return { at: newline + 1, text: lines.join('') };
}

/** In place of an empty value. */
function emptyValue(text: string, { key, value }: Pair, entry: string): Insertion {
  const colon = text.indexOf(':', rangeOf(key)[1]);
  const source = isScalar(value) ? rangeOf(value) : undefined;
  const isWritten = source !== undefined && source[1] > source[0];
  return isWritten ? { at: source[0], end: source[1], text: entry } : { at: colon + 1, text: ` ${entry}` };
}

function firstNode(collection: YAMLMap | YAMLSeq): unknown {
  const [first] = collection.items;
  return isMap(collection) ? collection.items[0]?.key : first;
}

function lastNode(collection: YAMLMap | YAMLSeq): unknown {
  const last = isMap(collection) ? collection.items.at(-1) : undefined;
  if (!last) return collection.items.at(-1);
  const isEmpty = !last.value || (isScalar(last.value) && last.value.range?.[0] === last.value.range?.[1]);
  return isEmpty ? last.key : last.value;
}

function rangeOf(node: unknown): readonly [number, number] {
  // Nodes of a parsed document have ranges.
  const range = (node as Node | null)?.range;
  if (!range) throw new Error('expected a node of a parsed document');
  return [range[0], range[1]];
}

function insert(text: string, { at, end = at, text: added }: Insertion): string {
  return text.slice(0, at) + added + text.slice(end);
}
