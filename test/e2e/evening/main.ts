import { parseArgs } from 'node:util';
import { percentile } from '../../../bench/results.ts';
import { aligned } from '../../../cli/output/text.ts';
import { findings } from './findings.ts';
import { planEvening } from './plan.ts';
import { playEvening } from './play.ts';
import type { EveningRecord } from './record.ts';
import { blocksToCreate, commandOf, endings, storyOf } from './report.ts';
import type { Cast, EveningOptions } from './types.ts';

/*
 * Plays one evening of a league, as the test does with many seeds, and tells what became of it. The last line is
 * `evening: ok`, or what failed with the command that plays the same evening again.
 */

const USAGE = `script/evening [--seed N] [--matches 40] [--cast ours|mixed] [--verbose]
  --seed     whole number; drawn and printed when it is not given
  --matches  how many matches; 40 unless said otherwise
  --cast     ours: 8 witnesses of ours, a silent, a lying and a slow one; mixed: 6 of ours, 5 that follow the legacy rules
  --verbose  also what became of each proposal`;
const PROGRESS_MS = 30 * 60_000;
const MOST_FINDINGS = 40;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** @throws RangeError or TypeError saying what is wrong with the arguments */
function readArguments(): EveningOptions & { readonly verbose: boolean; readonly help: boolean } {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      matches: { type: 'string', default: '40' },
      cast: { type: 'string', default: 'ours' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { cast, verbose, help } = values;
  if (cast !== 'ours' && cast !== 'mixed')
    throw new RangeError(`--cast: expected ours or mixed, got "${cast}"`);
  const chosen: Cast = cast;
  return {
    seed: values.seed === undefined ? Math.floor(Math.random() * 1e9) : whole('--seed', values.seed, 0),
    matches: whole('--matches', values.matches, 1),
    cast: chosen,
    verbose,
    help,
  };
}

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new RangeError(`${name}: expected a whole number from ${least} on, got "${text}"`);
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readArguments>;
  try {
    options = readArguments();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return 2;
  }
  if (options.help) {
    say(USAGE);
    return 0;
  }
  say(`seed ${options.seed}`);
  const failed = (why: string): number => {
    say(`evening: FAILED seed ${options.seed}: ${why}; again: ${commandOf(options)}`);
    return 1;
  };
  try {
    const evening = planEvening(options);
    say(
      `${evening.matches.length} matches, ${evening.deliveries.length} deliveries, cast ${options.cast}, ${evening.nodes === 'one' ? 'one node' : 'a node each'}, from ${evening.startsAt.toISOString()} to ${evening.endsAt.toISOString()}`,
    );
    let next = evening.startsAt.getTime();
    const record = await playEvening(evening, {
      onBlock: ({ head }) => {
        if (head.time.getTime() < next) return;
        say(`  ${head.time.toISOString().slice(11, 16)}  block ${head.number}`);
        next = head.time.getTime() + PROGRESS_MS;
      },
    });
    if (options.verbose) for (const line of storyOf(record)) say(line);
    say(
      aligned(
        ['fate', 'expected', 'found', 'matches'],
        endings(evening, record).map(({ fate, expected, found, matches }) => [
          fate,
          expected,
          found,
          String(matches),
        ]),
      ),
    );
    say(figuresText(record));
    const found = findings(evening, record);
    for (const finding of found.slice(0, MOST_FINDINGS)) say(`finding: ${finding}`);
    if (found.length > 0) return failed(`${found.length} findings, the first: ${found[0]}`);
    say('evening: ok');
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function figuresText(record: EveningRecord): string {
  const { figures } = record;
  const effects = Object.entries(figures.effects)
    .filter(([name]) => /^(propose|approve)_/.test(name))
    .map(([name, count]) => `${name} ${count}`);
  const blocks = blocksToCreate(record);
  return [
    `time: ${Math.round(figures.virtualMs / 60_000)} min played in ${(figures.wallMs / 1000).toFixed(1)} s, ${Math.round(figures.virtualMs / figures.wallMs)} times faster`,
    `chain: ${figures.blocks} blocks, ${figures.transactions} transactions, ${record.proposals.length} proposals`,
    `witnesses of ours: ${figures.runs} runs, ${figures.decisions} decisions, ${figures.roundTrips} calls, ${figures.doubts} doubts; ${effects.join(', ')}`,
    `blocks from two reports at a majority to the event on chain: p50 ${percentile(blocks, 0.5)}, max ${Math.max(0, ...blocks)}`,
  ].join('\n');
}

process.exitCode = await main();
