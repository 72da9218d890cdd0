import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flush, type Interfaces, run, settings } from '@oclif/core';
import { describeFailure } from './base/failure.ts';
import { COMMANDS, type CommandLoader } from './commands.ts';

/** The two binaries: ours, and the Python suite's with its spellings. */
export type Binary = 'bos' | 'bos-auto';

const TOPICS: Readonly<Record<string, { description: string }>> = {
  incidents: { description: 'Stored incidents: what data proxies reported.' },
  events: { description: 'Matches and how their calls stand.' },
  event: { description: 'One match.' },
  jobs: { description: 'Calls that are due, wait or failed.' },
  queue: { description: 'Whether workers take work.' },
  proposals: { description: 'Proposals on chain that need witness-account.' },
  sports: { description: 'The bookiesports data and names.' },
};

/** package.json lies above cli/ in a checkout and above dist/ in a package. */
function findPackage(folder: string): { root: string; version: string } {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    let text: string;
    try {
      text = readFileSync(join(at, 'package.json'), 'utf8');
    } catch {
      continue;
    }
    const { name, version } = JSON.parse(text) as { name?: string; version?: string };
    if (name === 'bookie-oracle-suite') return { root: at, version: version ?? '0.0.0' };
  }
  throw new Error(`expected package.json of bookie-oracle-suite above ${folder}: reinstall the package`);
}

/** The command that the first words name, with the words after them; undefined for help and for what is no command. */
function findCommand(
  bin: Binary,
  argv: readonly string[],
): { load: CommandLoader; rest: string[] } | undefined {
  if (argv.includes('--help')) return undefined;
  for (const words of [2, 1]) {
    const load = COMMANDS[bin][argv.slice(0, words).join(':')];
    if (argv.length >= words && load !== undefined) return { load, rest: argv.slice(words) };
  }
  return undefined;
}

/**
 * Runs one command line and sets the exit code: 0 ok, 1 failed, 2 usage, 3 not found or refused, 4 unreachable.
 * Failures are one `error: ...` on stderr.
 */
export async function main(bin: Binary, argv: readonly string[]): Promise<void> {
  const self = fileURLToPath(import.meta.url);
  const { root, version } = findPackage(dirname(self));
  const topics = bin === 'bos' ? Object.keys(TOPICS).filter((name) => name !== 'event') : Object.keys(TOPICS);
  const pjson: Interfaces.PJSON = {
    name: 'bookie-oracle-suite',
    version,
    type: 'module',
    description: 'The witness oracle of the Peerplays blockchain.',
    oclif: {
      bin,
      commands: {
        strategy: 'explicit',
        target: join(dirname(self), `all-commands${extname(self)}`),
        identifier: bin === 'bos' ? 'BOS' : 'BOS_AUTO',
      },
      topicSeparator: ' ',
      topics: Object.fromEntries(topics.map((name) => [name, { ...TOPICS[name] }])),
      helpOptions: { maxWidth: 110 },
    },
  };
  // Node runs the commands as they are; oclif's own search for TypeScript sources is not wanted.
  settings.enableAutoTranspile = false;
  try {
    const options = { root, pjson, isRoot: true };
    const command = findCommand(bin, argv);
    if (command === undefined) {
      await run([...argv], options);
    } else {
      // Without the classes of the others, which oclif would load to know them all.
      const { commands: _commands, ...oclif } = pjson.oclif;
      const Only = await command.load();
      await Only.run(command.rest, { ...options, pjson: { ...pjson, oclif } });
    }
    // A reader that has gone (`| head`) drains nothing any more.
    if (process.stdout.writable && !process.stdout.destroyed) await flush();
  } catch (error) {
    const { code, text } = describeFailure(error, bin);
    if (text !== '') process.stderr.write(`${text}\n`);
    process.exitCode = code;
  }
}
