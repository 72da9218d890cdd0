import type { Stage } from '../stage.ts';

/** Sports, leagues and rules, which matches hang below. */
export async function putSportsOnChain({ story, witnesses, reach }: Stage): Promise<void> {
  story.begin('sports', 'sports, leagues and rules go on chain, agreed by the three');
  await Promise.all(witnesses.map(({ client }) => client.sports.syncSports({})));
  await reach(
    'sports, leagues and rules in sync',
    (view) => view.sports().length >= 2 && view.rules().length >= 6 && view.proposals().length === 0,
  );
}
