import type { ChainView } from '../../../core/chain/types.ts';
import type { Call } from '../../../core/incidents/types.ts';
import type { DecisionRecord } from '../../../core/store/store.ts';
import type { Actor } from './actors.ts';
import type { EveningRecord, RecordedWitness } from './record.ts';
import { BLOCK_MS, openStage, type Stage, type StageOptions } from './stage.ts';
import type { Evening } from './types.ts';

/** How an evening is played. */
export interface PlayOptions extends StageOptions {
  /** Is told how far it is, after each block. */
  readonly onBlock?: (view: ChainView) => void;
}

/** When in the time between two blocks the reports of that time are handed out. */
const REPORTS_AT_MS = 1500;
/** Blocks without a transaction after which nobody has anything more to do, unless somebody waits for a number. */
const QUIET_BLOCKS = 3;
/** Far more than an evening at full pace takes. */
const MANY_BLOCKS = 40_000;

/**
 * Plays an evening and tells all that happened. Opens and closes what it needs. Time goes from block to block while
 * anything is under way, and from there to the next report, timer or end of a proposal. The same evening gives the
 * same record.
 * @throws Error when somebody hangs, or the mirror loses its step
 */
export async function playEvening(evening: Evening, options: PlayOptions = {}): Promise<EveningRecord> {
  const startedMs = performance.now();
  await using stage = await openStage(evening, options);
  const startsAt = stage.now();
  let next = 0;
  let quiet = 0;
  for (let made = 0; ; made += 1) {
    if (made > MANY_BLOCKS) throw new Error(`expected the evening to end before ${MANY_BLOCKS} blocks`);
    const head = stage.devnet.chain.head();
    const view = await stage.block(pauseMs(stage, evening, { next, quiet, headMs: head.time.getTime() }));
    options.onBlock?.(view);
    const filled = (stage.devnet.chain.block(view.head.number)?.transactions.length ?? 0) > 0;
    quiet = filled ? 0 : quiet + 1;
    const at = new Date(view.head.time.getTime() + REPORTS_AT_MS);
    if (stage.isPending) quiet = 0;
    const from = next;
    while ((evening.deliveries[next]?.at ?? evening.endsAt) <= at && next < evening.deliveries.length)
      next += 1;
    if (next > from) {
      await stage.report(at, evening.deliveries.slice(from, next));
      if (stage.isPending) quiet = 0;
    }
    if (view.head.time >= evening.endsAt && isQuiet(stage, quiet, view)) break;
  }
  const endsAt = stage.now();
  const events = await stage.recorder.events();
  return {
    blocks: stage.recorder.blocks,
    proposals: stage.recorder.proposals(),
    events,
    witnesses: stage.actors.map(describe),
    authority: authorityOf(stage),
    figures: figuresOf(stage, {
      deliveries: next,
      virtualMs: endsAt.getTime() - startsAt.getTime(),
      wallMs: performance.now() - startedMs,
    }),
  };
}

/** How long after the last block the next one comes: at once, or as late as nothing happens. */
function pauseMs(
  stage: Stage,
  evening: Evening,
  at: { readonly next: number; readonly quiet: number; readonly headMs: number },
): number {
  const view = stage.recorder.blocks.at(-1)?.view;
  if (!view || !isQuiet(stage, at.quiet, view)) return BLOCK_MS;
  const times = [
    evening.endsAt.getTime(),
    ...(evening.deliveries[at.next] ? [evening.deliveries[at.next]?.at.getTime()] : []),
    ...stage.actors.map((actor) => actor.nextTimer()?.getTime()),
    ...view.proposals().map((proposal) => Date.parse(`${proposal.expiration_time}Z`)),
  ].flatMap((time) => (time !== undefined && time > at.headMs ? [time] : []));
  const slots = Math.ceil((Math.min(...times) - at.headMs) / BLOCK_MS);
  return Number.isFinite(slots) ? Math.max(1, slots) * BLOCK_MS : BLOCK_MS;
}

function isQuiet(stage: Stage, quiet: number, view: ChainView): boolean {
  return quiet >= QUIET_BLOCKS && !stage.actors.some((actor) => actor.waitsForBlock(view));
}

function describe(actor: Actor): RecordedWitness {
  const { witness, name, id, role, incidents, full } = actor;
  const decisions = new Map<string, Map<Call, DecisionRecord>>();
  for (const record of full?.decisions.values() ?? []) {
    if (record.call === 'sync') continue;
    const calls = decisions.get(record.eventId) ?? new Map<Call, DecisionRecord>();
    decisions.set(record.eventId, calls.set(record.call, record));
  }
  return { witness, name, id, role, incidents, errors: full?.errors ?? [], decisions };
}

function authorityOf({ actors, recorder }: Stage): EveningRecord['authority'] {
  const authority = recorder.blocks.at(-1)?.view.authority;
  const weights = new Map(actors.map(({ name, id }) => [name, authority?.weights.get(id) ?? 0]));
  return { threshold: authority?.threshold ?? 0, weights };
}

function figuresOf(
  { actors, recorder }: Stage,
  known: Pick<EveningRecord['figures'], 'deliveries' | 'virtualMs' | 'wallMs'>,
): EveningRecord['figures'] {
  const counts: Record<string, number> = {};
  for (const { full } of actors) {
    for (const [name, count] of Object.entries(full?.counts() ?? {}))
      counts[name] = (counts[name] ?? 0) + count;
  }
  const sum = (of: (actor: Actor) => number) => actors.reduce((total, actor) => total + of(actor), 0);
  const { runs = 0, decisions = 0, ...effects } = counts;
  return {
    ...known,
    blocks: recorder.blocks.length,
    decisions,
    runs,
    effects,
    transactions: recorder.blocks.reduce((total, { transactions }) => total + transactions.length, 0),
    roundTrips: sum(({ facade }) => facade.figures.roundTrips),
    doubts: sum(({ facade }) => facade.figures.doubts),
  };
}
