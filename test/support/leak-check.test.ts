import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const LEAK_CHECK = fileURLToPath(new URL('./leak-check.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'bos-leak-check-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs a test file of that text as `script/test` does. */
async function run(name: string, text: string) {
  const file = join(folder, `${name}.test.ts`);
  writeFileSync(file, `import { test } from 'node:test';\n${text}`);
  // A runner inside a runner would take itself for one of its files.
  const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
  const args = ['--import', LEAK_CHECK, '--test', '--test-reporter=tap', file];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const startedMs = performance.now();
  const [code] = await once(child, 'close');
  const said = output.split('\n').filter((line) => /left open|did not end/.test(line));
  return {
    code,
    said: said.join('\n'),
    passed: Number(/^# pass (\d+)/m.exec(output)?.[1]),
    ms: performance.now() - startedMs,
  };
}

const MANY = "for (let i = 0; i < 300; i += 1) test('passes ' + i, () => {});\n";

describe('a test file', () => {
  it('that closes what it opens reports every test', async () => {
    const { code, passed } = await run('good', MANY);
    assert.deepEqual({ code, passed }, { code: 0, passed: 300 });
  });

  for (const [what, said, leak] of [
    ['a server', /left open .*TCPServerWrap/, "(await import('node:net')).createServer().listen(0);"],
    ['a timer', /left open .*Timeout/, 'setInterval(() => {}, 1000);'],
    [
      'a child',
      /left open .*ProcessWrap/,
      "(await import('node:child_process')).spawn('sleep', ['30'], { stdio: 'ignore' });",
    ],
    [
      'a socket in the file system',
      /did not end by itself .*PipeWrap/,
      `(await import('node:net')).createServer().listen(${JSON.stringify(join(folder, 'socket'))});`,
    ],
    [
      'a worker',
      /did not end by itself/,
      "new (await import('node:worker_threads')).Worker('setInterval(() => {}, 1000)', { eval: true });",
    ],
  ] as const) {
    it(`that leaves ${what} open fails, says so, reports every test and ends`, async () => {
      const text = `${MANY}test('leaks', async () => { ${leak} });\n`;
      const ended = await run(what.replaceAll(' ', '-'), text);
      assert.deepEqual([ended.code, ended.passed], [1, 301]);
      assert.match(ended.said, said);
      assert.ok(ended.ms < 20_000, `${ended.ms} ms`);
    });
  }
});
