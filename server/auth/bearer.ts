import { createHash, timingSafeEqual } from 'node:crypto';

/** What an `authorization` header says of the caller. */
export type BearerCheck = 'absent' | 'wrong' | 'right';

/** Checks `authorization: Bearer <token>` against the admin token, in a time that does not depend on what was sent. */
export function makeBearerCheck(adminToken: string): (header: string | undefined) => BearerCheck {
  const expected = digest(adminToken);
  return (header) => {
    if (header === undefined) return 'absent';
    const sent = /^bearer +(\S+) *$/i.exec(header)?.[1];
    if (sent === undefined) return 'wrong';
    return timingSafeEqual(digest(sent), expected) ? 'right' : 'wrong';
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
