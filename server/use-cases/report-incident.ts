import type { Context } from '../../core/context.ts';
import { BosError } from '../../core/errors.ts';
import { acceptIncident } from '../../core/incidents/accept.ts';
import { parseIncident } from '../../core/incidents/parse.ts';
import type { Incident, ParsedIncident } from '../../core/incidents/types.ts';
import { unknownNamesOf } from '../edge/errors.ts';

/** What became of a report. */
export interface Reported {
  /** As it was taken: identifiers for names, snapped start, canonical unique_string. */
  readonly incident: Incident;
  readonly outcome: 'new' | 'duplicate';
  /** Names the work it leads to. */
  readonly jobId: string;
}

/** The part of the Context that taking incidents needs. */
export type ReportContext = Pick<Context, 'clock' | 'log' | 'sports' | 'store' | 'queue'> & {
  /** Called after an incident was stored, for those who watch. */
  readonly onStored?: () => void;
};

/**
 * Takes one incident, whatever entrance it came by. Resolves only when it is stored durably; one that the queue
 * misses is found by the scheduler.
 * @param json the incident as data proxies send it, parsed
 * @throws BosError invalid; not_normalized, after the body was kept for another try; unavailable when it could not
 * be stored or kept
 */
export async function reportIncident(ctx: ReportContext, json: unknown): Promise<Reported> {
  const receivedAt = ctx.clock.now();
  const parsed = parseIncident(json, receivedAt);
  let incident: Incident;
  try {
    incident = acceptIncident(parsed, ctx.sports.current().normalizer);
  } catch (error) {
    if (error instanceof BosError && error.kind === 'not_normalized')
      await keepBody(ctx, parsed, error, receivedAt);
    throw error;
  }
  return takeIncident(ctx, incident);
}

/**
 * Stores an accepted incident and tells the workers; resolves only when it is stored durably.
 * @throws BosError unavailable when it could not be stored
 */
export async function takeIncident(
  ctx: Omit<ReportContext, 'clock' | 'sports'>,
  incident: Incident,
): Promise<Reported> {
  const { outcome } = await ctx.store.incidents.insert(incident);
  ctx.onStored?.();
  // Calls named `unknown` are stored and never acted on.
  if (incident.call !== 'unknown') void enqueue(ctx, incident.eventId);
  return { incident, outcome, jobId: jobId(incident.eventId, incident.call) };
}

/** Names a call of an event: `<id_string>:<call>`. */
export function jobId(eventId: string, call: string): string {
  return `${eventId}:${call}`;
}

/** Tells the workers. A failure costs time, not work: the scheduler finds what is due in the store. */
export async function enqueue(ctx: Pick<Context, 'queue' | 'log'>, eventId: string): Promise<void> {
  try {
    await ctx.queue.add({ eventId, lane: 'default' });
  } catch (error) {
    ctx.log.warn(
      { eventId, err: error },
      'the queue did not take a reference; the scheduler will find the work',
    );
  }
}

async function keepBody(
  ctx: ReportContext,
  parsed: ParsedIncident,
  error: BosError,
  receivedAt: Date,
): Promise<void> {
  const unknown = unknownNamesOf(error.details.unknown);
  const provider = parsed.body.provider_info.name;
  await ctx.store.refused.insert({ body: parsed.sent, unknown, provider, receivedAt });
}
