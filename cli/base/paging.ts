import { Flags } from '@oclif/core';

/** Flags of every list. */
export const LIST_FLAGS = {
  limit: Flags.integer({ description: 'How many to show at most.', default: 1000, min: 1, helpValue: 'N' }),
  'page-token': Flags.string({ description: 'Go on where a former list ended.', helpValue: 'TOKEN' }),
};

/** What `LIST_FLAGS` parse to. */
export interface ListFlags {
  readonly limit: number;
  readonly 'page-token'?: string | undefined;
}

/** The items gathered, and the token of what follows; empty when nothing does. */
export interface Gathered<T> {
  readonly items: readonly T[];
  readonly nextPageToken: string;
}

/** Largest page that servers give. */
const LARGEST_PAGE = 1000;

/** Asks for page after page until the limit is reached or nothing follows. */
export async function gather<T>(
  flags: ListFlags,
  page: (request: { pageSize: number; pageToken: string }) => Promise<Gathered<T>>,
): Promise<Gathered<T>> {
  const items: T[] = [];
  let pageToken = flags['page-token'] ?? '';
  do {
    const pageSize = Math.min(LARGEST_PAGE, flags.limit - items.length);
    const got = await page({ pageSize, pageToken });
    items.push(...got.items);
    pageToken = got.nextPageToken;
  } while (pageToken !== '' && items.length < flags.limit);
  return { items, nextPageToken: pageToken };
}

/** For people: that there is more, and how to see it; undefined when there is not. */
export function moreHint({ nextPageToken }: Gathered<unknown>): string | undefined {
  return nextPageToken === '' ? undefined : `there is more: add --page-token ${nextPageToken}`;
}
