import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { defaultSportsFolder } from '../../core/sports/load.ts';
import { runCli, startCli } from '../support/cli.ts';
import { until } from '../support/until.ts';

const cwd = mkdtempSync(join(tmpdir(), 'bos-cli-sports-'));
after(() => rmSync(cwd, { recursive: true }));
const bos = (...args: string[]) => runCli(['sports', ...args], { cwd });

/** A copy of the template as network `mine`, with one file changed. */
function broken(name: string, file: string, edit: (text: string) => string): string {
  cpSync(join(defaultSportsFolder(), 'template'), join(cwd, name, 'mine'), { recursive: true });
  const path = join(cwd, name, 'mine', file);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
  return name;
}

describe('bos sports check', () => {
  const cases: { what: string; file: string; edit(text: string): string; row: RegExp }[] = [
    {
      what: 'a file that is no YAML',
      file: 'Handball/index.yaml',
      edit: (text) => `${text}\nname: [\n`,
      row: /^error +Handball\/index\.yaml:\d+ /m,
    },
    {
      what: 'a market group whose rules are missing',
      file: 'Handball/bettingmarketgroups/Handball_Winner.yaml',
      edit: (text) => text.replace(/^rules: .*$/m, 'rules: Handball_Nothing'),
      row: /^error +Handball\/bettingmarketgroups\/Handball_Winner\.yaml:\d+ +rules +.*Handball_Nothing/m,
    },
    {
      what: 'a formula that does not parse',
      file: 'Handball/rules/Handball_Winner.yaml',
      edit: (text) => text.replace(/win: "\{metric\} > 0"/, 'win: "{metric} >> 0"'),
      row: /^error +Handball\/rules\/Handball_Winner\.yaml:\d+ +grading\.resolutions\.0\.win /m,
    },
  ];
  for (const [at, { what, file, edit, row }] of cases.entries()) {
    it(`shows ${what} by file and line, as a table and as JSON, and ends with 1`, async () => {
      const folder = broken(`broken-${at}`, file, edit);
      const table = await bos('check', folder);
      assert.deepEqual([table.code, table.stderr], [1, '']);
      assert.match(table.stdout, row);
      assert.match(table.stdout, /\nmine: \d+ errors?, \d+ warnings?; cannot be used\n$/);
      const json = await bos('check', join(folder, 'mine'), '--json');
      assert.equal(json.code, 1);
      const [report] = JSON.parse(json.stdout).data;
      assert.equal(report.network, 'mine');
      assert.equal(report.digest, undefined);
      assert.ok(
        report.errors.some(
          (problem: { file: string; line: number }) => problem.file === file && problem.line > 0,
        ),
      );
    });
  }

  it('is content with our own data, whichever folder is named', async () => {
    const { code, stdout, stderr } = await bos('check', defaultSportsFolder());
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(
      stdout,
      /^devnet: 0 errors, 0 warnings; digest [0-9a-f]{64}\ntemplate: 0 errors, 0 warnings; digest [0-9a-f]{64}\n$/,
    );
    assert.match(
      (await bos('check', defaultSportsFolder(), '--network', 'devnet')).stdout,
      /^devnet: [^\n]+\n$/,
    );
  });

  it('says what it needs when there is nothing to check', async () => {
    const { code, stderr } = await bos('check', '.', '--network', 'none');
    assert.equal(code, 3);
    assert.match(stderr, /^error: expected a folder of a network, or one with networks in it, at \., /);
  });
});

describe('bos sports init, add-team, add-alias, schema', () => {
  it('make a network, fill it, and it is still in order', async () => {
    const made = await bos('init', 'data-of-mine', 'mine', '--chain-id', '*');
    assert.deepEqual([made.code, made.stderr], [0, '']);
    assert.match(
      made.stdout,
      /^made data-of-mine\/mine: change it, then bos sports check data-of-mine\/mine\n$/,
    );
    const again = await bos('init', 'data-of-mine', 'mine');
    assert.equal(again.code, 1);
    assert.match(again.stderr, /^error: .* is there already/);

    const team = await bos(
      'add-team',
      'data-of-mine',
      'Handball',
      'Example Yaks',
      '--alias',
      'Yaks',
      '--alias',
      'HC Yaks',
    );
    assert.deepEqual(team, {
      code: 0,
      stdout: 'added to mine/Handball/participants/ExampleLeague.yaml\n',
      stderr: '',
    });
    const alias = ['add-alias', 'data-of-mine/mine', 'Handball', 'Example Yaks', 'The Yaks'];
    assert.match((await bos(...alias)).stdout, /^added to /);
    assert.match((await bos(...alias)).stdout, /^stands already in /);
    const taken = await bos('add-alias', 'data-of-mine', 'Handball', 'Example Otters', 'Yaks');
    assert.deepEqual([taken.code, taken.stdout], [1, '']);
    assert.match(taken.stderr, /^error: "Yaks" means Example Yaks already/);
    assert.equal((await bos('add-alias', 'data-of-mine', 'Chess', 'x', 'y')).code, 3);

    assert.match((await bos('check', 'data-of-mine')).stdout, /^mine: 0 errors, 0 warnings; /);
    assert.match(
      (await bos('schema', 'schemas')).stdout,
      /^wrote network\.json, sport\.json, .* to schemas\n$/,
    );
  });
});

describe('a witness whose sports data change', () => {
  it('takes them on SIGHUP, keeps the old ones when they are broken, and resolves names', async () => {
    cpSync(join(defaultSportsFolder(), 'devnet'), join(cwd, 'sports/devnet'), { recursive: true });
    const alone = ['--port', '0', '--nobroadcast', '--node', 'ws://127.0.0.1:9'];
    const witness = await startCli(['run', ...alone, '--network', 'devnet', '--sports-folder', 'sports'], {
      cwd,
    });
    const remote = (...args: string[]) => bos(...args, '--server', witness.url);
    const digest = async () => /digest (\S+)/.exec((await remote('list')).stdout)?.[1];
    try {
      const first = await digest();
      await bos('add-alias', 'sports', 'Ice Hockey', 'Washington Capitals', 'Ovi and friends');
      process.kill(witness.pid, 'SIGHUP');
      const second = await until('other data in use', async () => {
        const now = await digest();
        return now === first ? undefined : now;
      });
      assert.match((await remote('show', 'hockey')).stdout, /\nWashington Capitals +NHL +.*Ovi and friends/);
      assert.match((await remote('reload')).stdout, /^network devnet, digest \S+ \(unchanged\)\n$/);

      const index = join(cwd, 'sports/devnet/Baseball/index.yaml');
      const text = readFileSync(index, 'utf8');
      writeFileSync(index, 'identifier: [');
      process.kill(witness.pid, 'SIGHUP');
      const refused = await until('a refusal', async () => {
        const { stdout } = await remote('list');
        return /^refused since .*$/m.test(stdout) ? stdout : undefined;
      });
      assert.match(refused, /those above stay in use: [\s\S]*Baseball\/index\.yaml:1/);
      assert.equal(await digest(), second);
      const { code, stderr } = await remote('reload');
      assert.equal(code, 3);
      assert.match(stderr, /^error: .*cannot be used:\n.*Baseball\/index\.yaml:1/);
      const status = await runCli(['status', '--server', witness.url], { cwd });
      assert.match(status.stdout, /\nsports data {2,}digest \S+, those on disk are refused\n/);
      writeFileSync(index, text);

      const body = JSON.stringify({
        id: {
          sport: 'Ice Hockey',
          event_group_name: 'NHL Regular Season',
          start_time: '2030-03-16T23:00:00Z',
          home: 'Kapitals of W',
          away: 'New York Islanders',
        },
        call: 'create',
        arguments: { season: '2029' },
        provider_info: { name: 'a', pushed: '2030-03-10T00:00:00Z' },
      });
      const answer = await fetch(`${witness.url}/trigger`, { method: 'POST', body });
      assert.equal(answer.status, 400);
      const wrong = await remote('resolve', 'Somebody', '--as', 'Washington Capitals');
      assert.deepEqual([wrong.code, wrong.stdout], [3, '']);
      assert.match(wrong.stderr, /^error: no unknown name "Somebody" came in/);
      assert.deepEqual(await remote('resolve', 'kapitals of w', '--as', 'Washington Capitals'), {
        code: 0,
        stdout: '"kapitals of w" means Washington Capitals from now on; taken after all: 1 incident\n',
        stderr: '',
      });
      assert.match((await remote('unknown')).stdout, /^\(none\)/);
      assert.match(readFileSync(join(cwd, 'data/aliases.yaml'), 'utf8'), /name: kapitals of w/);
      assert.equal((await remote('diff')).code, 4);
    } finally {
      assert.equal(await witness.end('SIGTERM'), 0);
    }
  });
});
