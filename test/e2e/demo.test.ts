import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { missingMongo } from '../support/mongo-server.ts';

const run = promisify(execFile);
const main = new URL('../../demo/main.ts', import.meta.url).pathname;

async function lastLine(...options: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [main, '--once', '--free-ports', ...options]);
  return stdout.trimEnd().split('\n').at(-1) ?? '';
}

describe('the demo', () => {
  it('plays a match through three witnesses', async () => {
    assert.equal(await lastLine(), 'demo: ok');
  });

  it('plays it on MongoDB and Redis, with several processes per witness', async (t) => {
    const missing = await missingMongo();
    if (missing !== undefined) return t.skip(missing);
    assert.equal(await lastLine('--stack'), 'demo: ok');
  });
});
