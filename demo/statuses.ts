import { systemClock } from '../core/clock.ts';
import type { Call } from '../core/incidents/types.ts';
import { Call as CallCode } from '../gen/bos/v1/call_pb.js';
import type { EventCall } from '../gen/bos/v1/event_pb.js';
import type { Match } from './matches.ts';
import type { Stage } from './stage.ts';
import type { Witness } from './witness.ts';

const POLL_MS = 100;

/** What a witness should say of one call of one match. */
export interface Expected {
  readonly match: Match;
  readonly call: Call;
  /** As the Python suite spells it. */
  readonly status: 'done' | 'undecided';
}

/** The code of a call in the typed API. */
export function callCode(call: Call): CallCode {
  const found = Object.entries(CallCode).find(([name]) => name === call.toUpperCase());
  if (typeof found?.[1] !== 'number') throw new Error(`expected a call of the API, got ${call}`);
  return found[1];
}

/**
 * Waits until every witness, asked by the typed API, says all of this.
 * @param options.final that nothing more follows, too
 */
export async function everyWitnessSays(
  stage: Stage,
  expected: readonly Expected[],
  options: { readonly final?: boolean } = {},
): Promise<void> {
  await Promise.all(stage.witnesses.map((witness) => says(stage, witness, expected, options)));
  const names = stage.witnesses.map(({ name }) => name).join(', ');
  for (const words of wordsFor(expected)) stage.story.say(`  ${names}: ${words}`);
}

async function says(
  { signal, patienceMs }: Stage,
  { name, client }: Witness,
  expected: readonly Expected[],
  { final = false }: { readonly final?: boolean },
): Promise<void> {
  const until = systemClock.monotonicMs() + patienceMs;
  for (;;) {
    const { events } = await client.events.listEvents({}, { signal });
    const wrong = expected.flatMap(({ match, call, status }) => {
      const found = events
        .find(({ id }) => id === match.eventId)
        ?.calls.find((each) => each.call === callCode(call));
      if (found?.statusText === status && found.alert === '' && (found.final || !final)) return [];
      return [`${call} of ${match.letter} ${status}${final ? ' for good' : ''}, found ${shown(found)}`];
    });
    if (wrong.length === 0) return;
    if (systemClock.monotonicMs() > until) {
      throw new Error(`expected at ${name} within ${patienceMs / 1000} s: ${wrong.join('; ')}`);
    }
    await systemClock.sleep(POLL_MS, signal);
  }
}

function shown(call: EventCall | undefined): string {
  if (!call) return 'nothing';
  const { statusText, alert, reasons } = call;
  return [statusText, ...(alert === '' ? [] : [`alert: ${alert}`]), ...reasons.map(({ text }) => text)].join(
    ', ',
  );
}

/** A line for each match: `C create, in_progress done, result undecided`. */
function wordsFor(expected: readonly Expected[]): readonly string[] {
  const byMatch = Map.groupBy(expected, ({ match }) => match.letter);
  return [...byMatch].map(([letter, ofMatch]) => {
    const byStatus = Map.groupBy(ofMatch, ({ status }) => status);
    const texts = [...byStatus].map(
      ([status, calls]) => `${calls.map(({ call }) => call).join(', ')} ${status}`,
    );
    return `${letter} ${texts.join(', ')}`;
  });
}
