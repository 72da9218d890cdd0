/** A page of results; `nextPageToken` is absent on the last page and opaque to callers. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextPageToken?: string;
}

/** How a list is asked for page by page. */
export interface PageRequest {
  /** 1..1000; 100 when absent. */
  readonly pageSize?: number;
  /** From the page before; a token of another list or filter is refused with `invalid`. */
  readonly pageToken?: string;
}
