import { BosError } from '../errors.ts';
import type { Page, PageRequest } from '../page.ts';
import { fingerprint } from './canonical-json.ts';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;

/** Position in a list: the sort key of the last item of the page before. */
export type PageKey = readonly (string | number)[];

type PartName = 'number' | 'string';
type KeyOf<Shape extends readonly PartName[]> = {
  readonly [Part in keyof Shape]: Shape[Part] extends 'number' ? number : string;
};

/** One list with one filter: what a page token belongs to. */
export interface PagedList<Shape extends readonly PartName[]> {
  /** Name of the list, e.g. `incidents`. */
  readonly list: string;
  /** Whatever restricts it; a token is good for an equal filter only. */
  readonly filter: unknown;
  /** Types of the parts of a key; tokens come from outside and are checked against them. */
  readonly key: Shape;
}

/** Pages are asked for by key, so that what is inserted meanwhile neither doubles nor hides an item. */
export interface Paging<Key extends PageKey> {
  /** Rows to fetch: one more than the page holds, to know whether another page follows. */
  readonly limit: number;
  /** Only rows beyond this key; absent on the first page. */
  readonly after?: Key;
  /** Makes the page from up to `limit` rows. */
  page<Row, T>(rows: readonly Row[], keyOf: (row: Row) => Key, toItem: (row: Row) => T): Page<T>;
}

/**
 * Reads a page request.
 *
 * @throws BosError `invalid` when the size is out of range, or the token is damaged or of another list or filter.
 */
export function startPaging<const Shape extends readonly PartName[]>(
  paged: PagedList<Shape>,
  request: PageRequest,
): Paging<KeyOf<Shape>> {
  const size = request.pageSize ?? DEFAULT_PAGE_SIZE;
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE_SIZE) {
    throw new BosError('invalid', `expected a page size of 1 to ${MAX_PAGE_SIZE}, got ${size}`, {
      field: 'pageSize',
      got: size,
    });
  }
  const owner = fingerprint([paged.list, paged.filter]).slice(0, 16);
  const after = request.pageToken ? readToken(request.pageToken, owner, paged) : undefined;
  return {
    limit: size + 1,
    ...(after && { after }),
    page(rows, keyOf, toItem) {
      const items = rows.slice(0, size);
      const last = items.at(-1);
      return {
        items: items.map(toItem),
        ...(rows.length > size && last !== undefined && { nextPageToken: makeToken(owner, keyOf(last)) }),
      };
    },
  };
}

function makeToken(owner: string, key: PageKey): string {
  return Buffer.from(JSON.stringify([owner, ...key])).toString('base64url');
}

function readToken<Shape extends readonly PartName[]>(
  token: string,
  owner: string,
  paged: PagedList<Shape>,
): KeyOf<Shape> {
  const [tokenOwner, ...key] = parseToken(token);
  const fits =
    tokenOwner === owner &&
    key.length === paged.key.length &&
    key.every((part, i) => typeof part === paged.key[i]);
  if (!fits) {
    throw new BosError(
      'invalid',
      `expected the page token of an earlier answer for the same list (${paged.list}) and filter, got another one; leave it out to start at the first page`,
      { field: 'pageToken' },
    );
  }
  // Length and types were just compared with the shape.
  return key as unknown as KeyOf<Shape>;
}

function parseToken(token: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
