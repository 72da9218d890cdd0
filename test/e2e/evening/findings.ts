import { wrongEnds } from './findings-ends.ts';
import { doubles } from './findings-identity.ts';
import { indexOf } from './findings-index.ts';
import { conflicts, minorities, needlessRepeats, twins } from './findings-proposals.ts';
import { groundsOf, unsupported } from './findings-support.ts';
import type { EveningRecord } from './record.ts';
import type { Evening } from './types.ts';

/** What went wrong on an evening, in words: empty when every property holds. */
export function findings(evening: Evening, record: EveningRecord): readonly string[] {
  const index = indexOf(record);
  const grounds = groundsOf(record, index);
  return [
    ...untold(evening, record),
    ...wrongEnds(evening, record, index),
    ...doubles(record),
    ...conflicts(record),
    ...twins(record, grounds),
    ...minorities(record),
    ...unsupported(record, grounds),
    ...needlessRepeats(record, grounds),
    ...complaints(record),
  ];
}

/** Everybody was told everything, and took it: else the other properties say nothing. */
export function untold({ deliveries }: Evening, { witnesses }: EveningRecord): readonly string[] {
  return witnesses
    .filter(({ role }) => role !== 'silent')
    .flatMap(({ witness, name, incidents }) => {
      const expected = deliveries.filter((delivery) => delivery.witness === witness).length;
      const told = incidents.filter(({ outcome }) => outcome !== 'refused').length;
      const refused = incidents.find(({ outcome }) => outcome === 'refused');
      if (told === expected) return [];
      return [`${name} took ${told} of ${expected} incidents${refused ? `: ${refused.reason}` : ''}`];
    });
}

/** Nobody logged errors or ended a call by an exception. */
export function complaints({ witnesses }: EveningRecord): readonly string[] {
  return witnesses.flatMap(({ name, errors, decisions }) => [
    ...errors.map((error) => `${name} logged an error: ${error}`),
    ...[...decisions].flatMap(([eventId, calls]) =>
      [...calls]
        .filter(([, { status }]) => status.startsWith('unhandled_exception'))
        .map(
          ([call, { reasons }]) =>
            `${name}: ${call} of ${eventId} ended by an exception: ${reasons[0]?.text}`,
        ),
    ),
  ]);
}
