import { type Match, NORTH, SOUTH, seasonOf } from '../matches.ts';
import { liveEvent, tree } from '../on-chain.ts';
import { report } from '../report.ts';
import type { Stage } from '../stage.ts';
import { everyWitnessSays } from '../statuses.ts';

/** `create`: two providers announce each match, and it goes on chain with the markets that need no further word. */
export async function announce(stage: Stage, matches: readonly Match[]): Promise<void> {
  const { story, witnesses } = stage;
  story.begin('announced', 'two feeds announce three matches to all witnesses, each in its own spelling');
  await report(
    stage,
    matches.flatMap((match) =>
      [NORTH, SOUTH].map((feed) => {
        const { home, away, start_time } = feed.idOf(match);
        const words = `create ${home} - ${away}, ${start_time}`;
        return { feed, match, call: 'create', args: { season: seasonOf(match) }, words } as const;
      }),
    ),
  );

  story.begin('stored', 'each witness has stored both reports of each match as one match');
  for (const { name, client } of witnesses) {
    const { incidents } = await client.incidents.listIncidents({});
    const { events } = await client.events.listEvents({});
    const found = `${incidents.length} incidents of ${events.length} matches`;
    const expected = `${matches.length * 2} incidents of ${matches.length} matches`;
    if (found !== expected) throw new Error(`expected ${expected} at ${name}, got ${found}`);
    story.say(`  ${name}: ${found}`);
  }

  story.begin('created', 'the witnesses propose, approve, and the chain executes');
  const view = await stage.reach('the matches and their markets', (v) => {
    const groups = matches.flatMap(({ nameOnChain }) => {
      const event = liveEvent(v, nameOnChain);
      return event ? v.marketGroups(event.id) : [];
    });
    return groups.length >= matches.length && v.proposals().length === 0;
  });
  for (const line of tree(view)) story.say(`  ${line}`);
  await everyWitnessSays(
    stage,
    matches.map((match) => ({ match, call: 'create', status: 'done' }) as const),
  );
}
