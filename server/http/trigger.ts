import { BosError } from '../../core/errors.ts';
import type { Access } from '../auth/access.ts';
import { failureOf } from '../edge/errors.ts';
import { type ReportContext, reportIncident } from '../use-cases/report-incident.ts';
import { type Request, type Response, sendEmpty, sendJson, sendText } from './answer.ts';
import { readJson } from './body.ts';

/**
 * `POST /trigger`, as data proxies know it: 200 with JSON for what was taken, duplicates included, and fixed plain
 * texts for what was not (a JSON error would count as success for some of them). The header `x-bos-reason` says more.
 */
export async function trigger(
  ctx: ReportContext,
  access: Access,
  bodyLimit: number,
  request: Request,
  response: Response,
): Promise<void> {
  if (request.method === 'GET' || request.method === 'HEAD') return sendEmpty(response, 503);
  if (request.method !== 'POST') return sendEmpty(response, 405, { allow: 'GET, HEAD, POST' });
  try {
    access.admit(request, 'address');
    const { incident, jobId } = await reportIncident(ctx, await readJson(request, bodyLimit));
    sendJson(response, 200, { result: 'processing', message: incident.body, id: jobId, id_approve: jobId });
  } catch (error) {
    const { status, message } = failureOf(error, ctx.log);
    const text = (error instanceof BosError && TEXTS[error.kind]) || message;
    sendText(response, status, text, message);
  }
}

/** Texts that old clients compare. */
const TEXTS: Partial<Record<BosError['kind'], string>> = {
  invalid: 'Invalid data format',
  not_normalized: 'Not normalized incident',
};
