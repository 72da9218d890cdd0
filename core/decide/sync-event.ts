/**
 * Names the pseudo-event under which the sports data of a network are brought onto the chain (agreement rule P): all of
 * them, or one sport.
 * @param sport identifier; absent = all
 */
export function syncEventId(network: string, sport?: string): string {
  return sport === undefined ? `sports:${network}` : `sports:${network}:${sport}`;
}

/** The sport that a pseudo-event of `syncEventId` is limited to; undefined for one of all sports. */
export function sportOfSync(eventId: string, network: string): string | undefined {
  const all = `${syncEventId(network)}:`;
  return eventId.startsWith(all) ? eventId.slice(all.length) : undefined;
}
