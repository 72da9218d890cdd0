import type { JsonObject } from '../../../core/incidents/types.ts';
import type { Draws } from './plan-random.ts';
import { later } from './plan-story.ts';
import type { Report } from './providers.ts';
import type { Delivery, Fate, Role } from './types.ts';

const SECOND_MS = 1000;

/** Whether the expected end needs that most witnesses hear of results in the order in which they were given. */
export function isOrderCritical(fate: Fate): boolean {
  return fate === 'half' || fate === 'split';
}

/** A report as often as its provider sends it, each time to everybody; in a storm many times. */
export function repeated(report: Report, draws: Draws, isStorm: boolean): readonly Report[] {
  const isRepeated = isStorm || draws.chance(report.provider.repeats);
  const count = isRepeated ? (isStorm ? draws.whole(3, 6) : draws.whole(1, 2)) : 0;
  const repeats = Array.from({ length: count }, (): Report => {
    const at = later(report.at, draws.whole(1, 600) * SECOND_MS);
    const { together: _once, ...rest } = report;
    // A score that is pushed again counts as the provider's latest, which it may not be any more.
    const isAnew = report.call !== 'result' && draws.chance(0.5);
    return { ...rest, at, pushedAt: isAnew ? at : report.pushedAt };
  });
  return [report, ...repeats];
}

/** What decides about the way to the witnesses. */
export interface Delays {
  readonly roles: readonly Role[];
  readonly draws: Draws;
  /** Nobody gets anything minutes late. */
  readonly isExact: boolean;
}

/**
 * Brings what was sent to every witness but the silent one, in some seconds, and so in an order that differs from
 * witness to witness. One in ten comes twice. One or two witnesses get much of a match minutes late, the slow one all.
 */
export function deliveriesOf(
  sent: readonly { readonly report: Report; readonly incident: JsonObject }[],
  { roles, draws, isExact }: Delays,
): readonly Omit<Delivery, 'eventId'>[] {
  const listeners = [...roles.keys()].filter((witness) => roles[witness] !== 'silent');
  const prompt = listeners.filter((witness) => roles[witness] === 'ours' || roles[witness] === 'legacy');
  const tardy = isExact ? [] : draws.shuffled(prompt).slice(0, draws.whole(0, 2));
  return sent.flatMap(({ report, incident }, index) =>
    listeners.flatMap((witness) => {
      const way = draws.of(
        report.together === undefined ? `${index} ${witness}` : `${report.together} ${witness}`,
      );
      const late = tardy.includes(witness) && way.chance(0.6) ? way.whole(120, 900) : 0;
      const slow = roles[witness] === 'slow' ? way.whole(20, 240) : 0;
      const at = later(report.at, (way.whole(0, 40) + late + slow) * SECOND_MS);
      const again = draws.of(`again ${index} ${witness}`);
      const twice = again.chance(0.1) ? [later(at, again.whole(1, 120) * SECOND_MS)] : [];
      return [at, ...twice].map((when) => ({ at: when, witness, incident }));
    }),
  );
}
