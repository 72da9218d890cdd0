import { operationKeys } from '../../core/chain/operation-key.ts';
import type { Call } from '../../core/incidents/types.ts';
import type { Match, Score } from '../matches.ts';
import { english, liveEvents } from '../on-chain.ts';
import { expectedOutcome, outcome } from '../outcome.ts';
import { everyEvent, everyProposal } from '../record.ts';
import type { Stage } from '../stage.ts';
import { everyWitnessSays } from '../statuses.ts';

/** What was played. */
export interface Played {
  readonly A: Match;
  readonly B: Match;
  readonly C: Match;
  /** The true score of A. */
  readonly score: Score;
  /** Line of A's over/under group. */
  readonly total: number;
}

/** Compares the chain in the end with what was worked out by hand; asks the node, not the witnesses. */
export async function verifyChain(stage: Stage, played: Played): Promise<void> {
  const { story, node, chain } = stage;
  story.begin('irreversible', 'what has happened becomes irreversible');
  const head = chain.view()?.head.number ?? 0;
  const view = await stage.reach(`block ${head} irreversible`, ({ irreversible }) => irreversible >= head);
  story.say(`  block ${head} became irreversible with block ${view.head.number}`);

  story.begin(
    'outcome',
    'all that was ever on chain, as the bookie API of the node keeps it, and as it should be',
  );
  const { A, B, C, score, total } = played;
  const expected = expectedOutcome({ A, B, C }, score, total);
  const found = outcome(
    await everyEvent(node),
    [A, B, C].map(({ nameOnChain }) => nameOnChain),
  );
  const width = Math.max(...expected.map(({ text }) => text.length));
  for (const { text, because } of expected) story.say(`  ${text.padEnd(width)}  (${because})`);
  const texts = expected.map(({ text }) => text);
  if (found.join('\n') !== texts.join('\n')) {
    throw new Error(`expected exactly the lines above, found:\n  ${found.join('\n  ')}`);
  }
  story.say('  found so: each once, nothing else');

  story.begin('live', 'what is on chain still');
  const live = liveEvents(view).map(({ id, name, status }) => `${id} ${english(name)}, ${status}`);
  for (const line of live) story.say(`  ${line}`);
  const isOnlyC = live.length === 1 && live[0]?.includes(C.nameOnChain);
  if (!isOnlyC) throw new Error(`expected only ${C.nameOnChain} on chain, found ${live.length} events`);

  story.begin('proposals', 'all proposals there ever were, as the blocks hold them');
  await verifyProposals(stage, view.head.number);
}

/** Nobody proposed anything twice, and nothing is left open. */
async function verifyProposals({ story, node, chain, witnesses }: Stage, lastBlock: number): Promise<void> {
  const made = await everyProposal(node, lastBlock);
  const names = await chain.accountNames(made.map(({ proposer }) => proposer));
  const ours = new Set(witnesses.map(({ name }) => name));
  const strangers = made.filter(({ proposer }) => !ours.has(names.get(proposer) ?? ''));
  if (strangers.length > 0)
    throw new Error(`expected proposals of ours only, got ${strangers.length} others`);
  const keys = made.flatMap(({ operations }) => operationKeys(operations));
  const different = new Set(keys).size;
  const open = chain.view()?.proposals().length;
  story.say(
    `  ${made.length} proposals of ${keys.length} operations, ${different} of them different, ${open} open`,
  );
  if (different !== keys.length) throw new Error('expected no operation to be proposed twice');
  if (open !== 0) throw new Error(`expected no open proposal, got ${open}`);
}

/** Each witness's own view: all calls are done for good, only the result of C is undecided. */
export async function verifyWitnesses(stage: Stage, { A, B, C }: Played): Promise<void> {
  stage.story.begin('agreement', 'what each witness says of it, by the typed API');
  const done = (match: Match, ...calls: readonly Call[]) =>
    calls.map((call) => ({ match, call, status: 'done' }) as const);
  await everyWitnessSays(
    stage,
    [
      ...done(A, 'create', 'dynamic_bmgs', 'in_progress', 'finish', 'result'),
      ...done(B, 'create', 'canceled'),
      ...done(C, 'create', 'in_progress'),
      { match: C, call: 'result', status: 'undecided' },
    ],
    { final: true },
  );
}
