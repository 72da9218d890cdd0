import { BosError } from '../../../core/errors.ts';

/** What a cursor is for; one of another stream is refused. */
export type CursorOf = 'incidents' | 'events' | 'proposals';
type PartName = 'number' | 'string';
type PartsOf<Shape extends readonly PartName[]> = {
  readonly [Part in keyof Shape]: Shape[Part] extends 'number' ? number : string;
};

/** A place in a stream as text that means nothing to callers. */
export function makeCursor(of: CursorOf, ...parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([of, ...parts])).toString('base64url');
}

/**
 * The parts of a cursor; numbers are whole and not negative.
 * @throws BosError invalid when it is damaged or of another stream
 */
export function readCursor<const Shape extends readonly PartName[]>(
  of: CursorOf,
  shape: Shape,
  cursor: string,
): PartsOf<Shape> {
  const [owner, ...parts] = parsed(cursor);
  const fits =
    owner === of &&
    parts.length === shape.length &&
    parts.every((part, i) =>
      shape[i] === 'number' ? Number.isSafeInteger(part) && Number(part) >= 0 : typeof part === 'string',
    );
  if (!fits) {
    throw new BosError(
      'invalid',
      `expected the cursor of an earlier answer that told of ${of}, got another text; leave it out to watch from now on`,
      { field: 'cursor' },
    );
  }
  // Number and types were just compared with the shape.
  return parts as unknown as PartsOf<Shape>;
}

/**
 * Refuses a place that the store has not reached, which would wait in vain.
 * @throws BosError invalid
 */
export function checkReached(place: number, last: number, what: string): void {
  if (place <= last) return;
  throw new BosError(
    'invalid',
    `expected a cursor of this witness, whose last ${what} has position ${last}, got one at ${place}: leave it out to watch from now on`,
    { field: 'cursor' },
  );
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
