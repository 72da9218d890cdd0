import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assertCommandLine, assertVariable } from './process-commands.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const FOLDER = new URL('../../docs/operate/', import.meta.url);
/** Where the units expect the suite. */
const INSTALLED = '/opt/bookie-oracle-suite';

const units = await Promise.all(
  (await readdir(FOLDER))
    .filter((name) => name.endsWith('.service'))
    .sort()
    .map(async (name) => ({
      name,
      text: await readFile(new URL(name, FOLDER), 'utf8'),
    })),
);

function setting(text: string, key: string): string {
  return new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
}

/** Machines without systemd run no units, so CI has to have the tool only where it runs on systemd. */
async function missingSystemd(): Promise<string | undefined> {
  try {
    await run('systemd-analyze', ['--version']);
    return undefined;
  } catch {
    const reason = 'systemd-analyze is not on the PATH: units are only checked where systemd is installed';
    if (process.env.CI === 'true' && existsSync('/run/systemd/system')) throw new Error(reason);
    return reason;
  }
}

const skip = (await missingSystemd()) ?? false;

describe('the systemd units', () => {
  it('are there for each process and for all in one', () => {
    assert.deepEqual(
      units.map(({ name }) => name),
      ['bos-api.service', 'bos-scheduler.service', 'bos-worker@.service', 'bos.service'],
    );
  });

  for (const { name, text } of units) {
    it(`${name} starts a command with flags and variables that there are`, async () => {
      const [node, program, ...args] = setting(text, 'ExecStart').split(' ');
      assert.equal(node, `${INSTALLED}/node_modules/.bin/node`);
      assert.equal(program, `${INSTALLED}/cli/bin/bos.js`);
      assert.ok(existsSync(join(ROOT, 'cli/bin/bos.js')));
      const role = /^bos-(\w+)/.exec(name)?.[1] ?? 'run';
      assert.equal(args[0], role);
      await assertCommandLine(args);
      for (const [variable] of text.matchAll(/\bBOS_\w+/g)) assertVariable(variable);
    });

    it(`${name} reloads by SIGHUP and waits longer for the end than a process takes`, () => {
      assert.equal(setting(text, 'ExecReload'), '/bin/kill -HUP $MAINPID');
      assert.ok(Number(setting(text, 'TimeoutStopSec')) > 10);
    });

    it(`${name} is understood by systemd, to the last line`, { skip }, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bos-units-'));
      try {
        // systemd looks for the program, which stands here in this checkout.
        const path = join(folder, name.replace('@', '@1'));
        await writeFile(path, text.replaceAll(INSTALLED, ROOT));
        const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', path]);
        // It also speaks of units of the machine.
        const ours = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('bos'));
        assert.deepEqual(ours, []);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
});
