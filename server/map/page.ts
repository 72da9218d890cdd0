import type { PageRequest } from '../../core/page.ts';

/** The paging fields of a request: 0 and empty mean the default. */
export function pageRequest(request: { readonly pageSize: number; readonly pageToken: string }): PageRequest {
  return {
    ...(request.pageSize !== 0 && { pageSize: request.pageSize }),
    ...(request.pageToken !== '' && { pageToken: request.pageToken }),
  };
}
