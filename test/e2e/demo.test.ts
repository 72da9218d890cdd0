import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { missingMongo } from '../support/mongo-server.ts';

const run = promisify(execFile);
const main = new URL('../../demo/main.ts', import.meta.url).pathname;

/** What it prints, once it has ended well. */
async function play(...options: string[]): Promise<readonly string[]> {
  const { stdout } = await run(process.execPath, [main, '--once', '--free-ports', ...options]);
  return stdout.trimEnd().split('\n');
}

/** Lines on what became of each match, as found on chain, without the reasons. */
const OUTCOME = [
  '  New York Islanders @ Washington Capitals: settled, no scores',
  '    Moneyline: settled',
  '      New York Islanders: settled, not_win',
  '      Washington Capitals: settled, win',
  '    Total Goals: 5.5: settled',
  '      Over 5.5 Goals: settled, not_win',
  '      Under 5.5 Goals: settled, win',
  '  Montreal Canadiens @ Boston Bruins: canceled, no scores',
  '    Moneyline: canceled',
  '      Montreal Canadiens: canceled, cancel',
  '      Boston Bruins: canceled, cancel',
  '  Ottawa Senators @ Toronto Maple Leafs: in_progress, no scores',
  '    Moneyline: in_play',
  '      Ottawa Senators: unresolved, not resolved',
  '      Toronto Maple Leafs: unresolved, not resolved',
  '  found so: each once, nothing else',
];

function assertWholeEvening(lines: readonly string[]): void {
  const text = lines.join('\n');
  assert.equal(lines.at(-1), 'demo: ok', text);
  for (const said of [
    'A result undecided',
    'C result undecided',
    'A create, dynamic_bmgs, in_progress, finish, result done',
    'B create, canceled done',
    'C create, in_progress done, result undecided',
  ]) {
    assert.ok(lines.includes(`  witness1, witness2, witness3: ${said}`), text);
  }
  assert.match(text, /why A.*0:7 by crooked-feed; 3:1 by north-feed/);
  assert.match(text, /why C.*1:2 by south-feed; 2:1 by north-feed/);
  const found = lines.map((line) => line.replace(/ {2}\(.*\)$/, '').trimEnd());
  const from = found.indexOf(OUTCOME[0] ?? '');
  assert.deepEqual(found.slice(from, from + OUTCOME.length), OUTCOME);
  const [, all, different] =
    /proposals of (\d+) operations, (\d+) of them different, 0 open/.exec(text) ?? [];
  assert.ok(all !== undefined && all === different, text);
}

describe('the demo', () => {
  it('plays a whole match, a cancelled one and an undecided one through three witnesses', async () => {
    assertWholeEvening(await play());
  });

  it('plays them on MongoDB and Redis, with several processes per witness', async (t) => {
    const missing = await missingMongo();
    if (missing !== undefined) return t.skip(missing);
    assertWholeEvening(await play('--stack'));
  });
});
