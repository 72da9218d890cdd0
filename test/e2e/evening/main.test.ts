import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

function run(...args: readonly string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('the command that plays an evening', () => {
  it('prints the seed first, what became of the matches, and ok at last', async () => {
    const { code, stdout } = await run('--seed', '2', '--matches', '1', '--cast', 'mixed', '--verbose');
    const lines = stdout.trimEnd().split('\n');
    assert.equal(code, 0, stdout);
    assert.equal(lines[0], 'seed 2');
    assert.match(stdout, /^FATE +EXPECTED +FOUND +MATCHES$/m);
    assert.match(stdout, /^time: \d+ min played in [\d.]+ s, \d+ times faster$/m);
    assert.match(stdout, /^\d\d:\d\d:\d\d 1\.10\.\d+ by witness\d+ in \d+: 56x1 .* executed in \d+$/m);
    assert.equal(lines.at(-1), 'evening: ok');
  });

  for (const [args, message] of [
    [['--seed', '-1'], /--seed/],
    [['--seed', 'x'], /--seed: expected a whole number from 0 on, got "x"/],
    [['--matches', '0'], /--matches: expected a whole number from 1 on, got "0"/],
    [['--cast', 'theirs'], /--cast: expected ours or mixed, got "theirs"/],
    [['--speed', '2'], /--speed/],
    [['now'], /now/],
  ] as const) {
    it(`refuses ${args.join(' ')} and shows how it is called`, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.match(stderr, /script\/evening \[--seed N\]/);
    });
  }
});
