import { BosError } from '../core/errors.ts';
import type { JsonObject } from '../core/incidents/types.ts';

/** What a witness answers on `/trigger`. */
export type PlainAnswer =
  | {
      readonly accepted: true;
      /** The incident as it was taken. */
      readonly message: JsonObject;
      /** Names the work it leads to; empty where the witness says none. */
      readonly id: string;
    }
  | {
      readonly accepted: false;
      readonly status: number;
      /** `Invalid data format`, `Not normalized incident`, or what else the witness says. */
      readonly text: string;
      /** In words, where the witness gives it. */
      readonly reason?: string;
    };

/** How long data proxies wait for a witness. */
const DEFAULT_TIMEOUT_MS = 1_000;

/**
 * Posts one incident to the plain endpoint that all witnesses have, ours and Python ones.
 * @param options.url with its path, e.g. `http://localhost:8010/trigger`
 * @param options.incident in the JSON form of data proxies, sent as it is
 * @param options.token for addresses that are not whitelisted
 * @throws BosError unavailable when nobody answers in time
 */
export async function reportPlain(options: {
  readonly url: string;
  readonly incident: JsonObject;
  readonly timeoutMs?: number;
  readonly token?: string;
}): Promise<PlainAnswer> {
  const { url, incident, timeoutMs = DEFAULT_TIMEOUT_MS, token } = options;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(incident),
      // A redirected POST would come back as a GET.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    throw new BosError(
      'unavailable',
      `expected an answer of ${url} within ${timeoutMs} ms: ${reasonOf(error)}`,
      { url },
      { cause: error },
    );
  }
  const answer = response.status === 200 ? accepted(text) : undefined;
  if (answer) return answer;
  const reason = response.headers.get('x-bos-reason');
  return { accepted: false, status: response.status, text, ...(reason !== null && { reason }) };
}

function accepted(text: string): PlainAnswer | undefined {
  try {
    const { message, id } = JSON.parse(text) as { message?: JsonObject; id?: unknown };
    return { accepted: true, message: message ?? {}, id: typeof id === 'string' ? id : '' };
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
