import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';

const module = new URL('../../app/log.ts', import.meta.url).href;

/** What a process writes to stderr that makes a log of the level and runs the code with it. */
async function logged(level: string, code: string): Promise<Record<string, unknown>[]> {
  const script = `const { makeLog } = await import('${module}'); const log = makeLog('${level}'); ${code};`;
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('the log of a process', () => {
  it('is JSON lines with level and time in words, from the level on', async () => {
    const lines = await logged(
      'warn',
      `log.info({}, 'no'); log.warn({ a: 1 }, 'yes'); log.child({ part: 'x' }).error({}, 'too')`,
    );
    assert.deepEqual(
      lines.map(({ level, msg, a, part }) => ({ level, msg, a, part })),
      [
        { level: 'warn', msg: 'yes', a: 1, part: undefined },
        { level: 'error', msg: 'too', a: undefined, part: 'x' },
      ],
    );
    assert.match(String(lines[0]?.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('never has secrets, wherever they hang', async () => {
    const [line] = await logged(
      'info',
      `log.info({ token: 's1', config: { passphrase: 's2', deep: { wif: 's3' } }, headers: { authorization: 's4' } }, 'm')`,
    );
    assert.doesNotMatch(JSON.stringify(line), /s[1-4]/);
    assert.equal(line?.token, '***');
  });
});
