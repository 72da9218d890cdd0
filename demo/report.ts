import { incidentFromJson, reportPlain } from '../client/index.ts';
import type { Call, Json } from '../core/incidents/types.ts';
import { type Feed, incidentOf, type Match } from './matches.ts';
import type { Stage } from './stage.ts';
import type { Witness } from './witness.ts';

/** How long a feed waits for an answer. */
const TIMEOUT_MS = 10_000;

/** What a feed says. */
export interface Report {
  readonly feed: Feed;
  readonly match: Match;
  readonly call: Call;
  readonly args?: Readonly<Record<string, Json>>;
  /** When the feed said so; now, unless given. */
  readonly saidAt?: Date;
  /** In words, for who watches. */
  readonly words: string;
}

/** Sends reports in their order, each to all witnesses, the way its feed reports. OK means that a witness has stored it. */
export async function report({ story, witnesses }: Stage, reports: readonly Report[]): Promise<void> {
  for (const { feed, match, call, args = {}, saidAt = new Date(), words } of reports) {
    const incident = incidentOf(feed, match, call, args, saidAt);
    await Promise.all(witnesses.map((witness) => send(witness, feed.road, incident)));
    story.say(`  ${feed.name} (${feed.road}): ${match.letter}, ${words}`);
  }
}

async function send(
  { name, url, client }: Witness,
  road: Feed['road'],
  incident: ReturnType<typeof incidentOf>,
): Promise<void> {
  switch (road) {
    case '/trigger': {
      const answer = await reportPlain({ url: `${url}/trigger`, incident, timeoutMs: TIMEOUT_MS });
      if (!answer.accepted) {
        const { status, text, reason = '' } = answer;
        throw new Error(`expected 200 from /trigger of ${name}, got ${status} ${text} ${reason}`);
      }
      return;
    }
    case 'typed API':
      await client.incidents.reportIncident({ incident: incidentFromJson(incident) });
  }
}
