/** Bodies refused for unknown names that are kept; the ones received longest ago go first. */
export const MAX_REFUSED_BODIES = 1000;
/** Unknown names that are counted; the ones not seen for longest go first. */
export const MAX_UNKNOWN_NAMES = 1000;
/** How long a refused body or an unknown name is kept after it was last received: 90 days. */
export const REFUSED_MAX_AGE_MS = 90 * 24 * 3600 * 1000;
