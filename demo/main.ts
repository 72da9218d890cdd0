import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hints } from './hints.ts';
import { play } from './play.ts';
import { makeProcesses } from './processes.ts';
import { openStage } from './stage.ts';
import { makeStory } from './story.ts';

/*
 * The demo: a simulated chain with five witnesses, three complete witnesses of ours on it, and three matches: one is
 * played from its announcement to its settlement although one feed lies, one is cancelled, of one the result stays
 * undecided. Each step says what it waits for; the first that does not come true names itself in the last line. With
 * --stack each witness is four processes on MongoDB and Redis.
 */

const { values: options } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    'free-ports': { type: 'boolean', default: false },
    stack: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const story = makeStory((line) => void process.stdout.write(`${line}\n`));

if (options.help) {
  story.say('script/demo [--stack] [--once] [--free-ports]');
  story.say('  --stack       on MongoDB and Redis: API, two workers and a scheduler per witness');
  story.say('  --once        end after the matches are played; exit code 0 when all of it came true');
  story.say('  --free-ports  take any free ports instead of 8090 (chain) and 8010, 8020, 8030 (witnesses)');
} else {
  process.exitCode = await demo();
}

async function demo(): Promise<number> {
  const { say } = story;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  }
  const folder = await mkdtemp(join(tmpdir(), 'bos-demo-'));
  const processes = makeProcesses(folder);
  try {
    await using stage = await openStage({
      ...{ story, processes, folder, signal: stop.signal },
      freePorts: options['free-ports'],
      onServers: options.stack,
    });
    const { C } = await play(stage);
    if (!options.once) {
      hints(stage, C);
      await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
      say('\nstopping');
    }
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : String(error)}`);
    for (const { name, logFile } of processes.running) say(`log of ${name}: ${logFile}`);
    say(`demo: FAILED ${story.step()}`);
    return 1;
  }
  await rm(folder, { recursive: true, force: true });
  say('\ndemo: ok');
  return 0;
}
