import { acceptIncident } from '../../../core/incidents/accept.ts';
import { parseIncident } from '../../../core/incidents/parse.ts';
import type { Incident, JsonObject, Sighting, StoredIncident } from '../../../core/incidents/types.ts';
import { normalizer } from './sports.ts';

/** Makes incidents out of what data proxies send; the same JSON object is read once. */
export type Acceptor = (incident: JsonObject, at: Date) => Incident;

/** Makes an acceptor. */
export function makeAcceptor(): Acceptor {
  const read = new WeakMap<JsonObject, Incident>();
  return (json, at) => {
    const known = read.get(json);
    if (known) return { ...known, receivedAt: at };
    const incident = acceptIncident(parseIncident(json, at), normalizer);
    read.set(json, incident);
    return incident;
  };
}

/** What one witness has heard so far, as a store would have it. */
export class Heard {
  readonly #accept: Acceptor;
  readonly #byEvent = new Map<string, Map<string, StoredIncident>>();
  #position = 0;

  constructor(accept: Acceptor) {
    this.#accept = accept;
  }

  /** Takes one in; a repeat adds a sighting. */
  add(json: JsonObject, at: Date): Incident {
    const incident = this.#accept(json, at);
    const { eventId, provider, uniqueString, pushed, sentAt } = incident;
    const ofEvent = this.#byEvent.get(eventId) ?? new Map<string, StoredIncident>();
    this.#byEvent.set(eventId, ofEvent);
    const key = JSON.stringify([uniqueString, provider]);
    const sighting: Sighting = {
      ...(pushed ? { pushed } : {}),
      ...(sentAt ? { sentAt } : {}),
      receivedAt: at,
    };
    const known = ofEvent.get(key);
    this.#position += 1;
    ofEvent.set(
      key,
      known
        ? { ...known, sightings: [...known.sightings, sighting] }
        : {
            ...incident,
            sightings: [sighting],
            sentUniqueStrings: [],
            seen: false,
            position: this.#position,
          },
    );
    return incident;
  }

  /** All of an event, of every call. */
  of(eventId: string): readonly StoredIncident[] {
    return [...(this.#byEvent.get(eventId)?.values() ?? [])];
  }
}
