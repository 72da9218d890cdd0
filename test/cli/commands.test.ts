import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type CliResult, type RunningCli, runCli, startCli } from '../support/cli.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'bos-cli-'));
const seed = fileURLToPath(new URL('../fixtures/incidents/seed-replay.txt', import.meta.url));
/** Nothing listens there. */
const NOWHERE = '127.0.0.1:9';
const EVENT = '2030-03-16t230000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders';
const UNIQUE = `${EVENT}__create__2018-true`;
const PROVIDERS = ['5e2cdc120c9404f2609936aa3a8d49e4', '5e2cdc1safasf4f2609936aa3a8d49e4'];

let witness: RunningCli;

function bos(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd: folder, env: { BOS_SERVER: witness.url } });
}

function bosAuto(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd: folder, env: { BOS_SERVER: witness.url }, bin: 'bos-auto' });
}

describe('the command line', () => {
  before(async () => {
    const args = ['run', '--port', '0', '--nobroadcast', '--node', `ws://${NOWHERE}`];
    witness = await startCli(args, { cwd: folder });
  });
  after(async () => {
    assert.equal(await witness.end('SIGTERM'), 0);
    rmSync(folder, { recursive: true });
  });

  describe('lists of a witness that has nothing', () => {
    it('say so', async () => {
      assert.deepEqual(await bos('events', 'list'), { code: 0, stdout: '(none)\n', stderr: '' });
      assert.deepEqual(await bos('sports', 'unknown', '--json'), {
        code: 0,
        stdout: '{\n  "data": [],\n  "next_page_token": ""\n}\n',
        stderr: '',
      });
    });
  });

  describe('replay', () => {
    it('prints with --dry-run what it would send', async () => {
      const { code, stdout, stderr } = await bos(
        'replay',
        '--dry-run',
        '--shift-to',
        '2030-03-16T23:00:00Z',
        seed,
      );
      assert.equal(code, 0);
      assert.equal(stderr, '');
      const incidents = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        incidents.map((incident) => [
          incident.id.start_time,
          incident.provider_info.name,
          incident.unique_string,
        ]),
        PROVIDERS.map((provider) => ['2030-03-16T23:00:00Z', provider, undefined]),
      );
    });

    it('sends the seed as bos-auto spells it, and tells of each line', async () => {
      const args = ['--url', `${witness.url}/trigger`, '--shift-to', '2030-03-16T23:00:00Z', seed];
      const { code, stdout, stderr } = await bosAuto('replay', ...args, '--proposer', 'init0');
      assert.deepEqual(
        { code, stdout, stderr },
        {
          code: 0,
          stdout: `line 1: sent, ${EVENT}:create\nline 2: sent, ${EVENT}:create\n2 incidents sent, 0 not\n`,
          stderr: 'warning: --proposer is ignored: the server has its own\n',
        },
      );
    });

    it('goes on after lines that are refused or cannot be read, and fails in the end', async () => {
      const file = join(folder, 'bad.txt');
      const [line = ''] = readFileSync(seed, 'utf8').split('\n');
      writeFileSync(
        file,
        [line.replace('NHL Regular Season', 'Foo'), "{'call':", line.replace('create', 'creat')].join('\n'),
      );
      const { code, stdout, stderr } = await bos('replay', file);
      assert.equal(code, 1);
      assert.equal(stderr, '');
      const lines = stdout.split('\n');
      assert.match(lines[0] ?? '', /^line 1: refused \(400\): Not normalized incident: .*Foo/);
      assert.match(lines[1] ?? '', /^line 2: unreadable: expected a JSON object or a Python dict/);
      assert.match(lines[2] ?? '', /^line 3: refused \(400\): Invalid data format: .*call/);
      assert.equal(lines[3], '0 incidents sent, 3 not');
    });

    it('ends with 4 when nobody is there', async () => {
      const { code, stdout } = await bos('replay', '--url', `http://${NOWHERE}/trigger`, seed);
      assert.equal(code, 4);
      assert.match(stdout, /^line 1: unreachable: expected an answer of http:\/\/127\.0\.0\.1:9\/trigger/);
    });
  });

  describe('a witness with the incidents of the seed', () => {
    it('lists them in the nested table', async () => {
      const { stdout } = await until('a decision', async () => {
        const listed = await bos('incidents', 'list');
        return listed.stdout.includes('name: connection lost') ? listed : undefined;
      });
      const uid = '-'.repeat(UNIQUE.length + 2);
      const nested = `+--------+-----------------------+${uid}+----------------------------------+`;
      const border = `+------------------------------+${'-'.repeat(nested.length + 2)}+`;
      assert.deepEqual(stdout.split('\n'), [
        border,
        `| identifier                   | ${'Incidents'.padEnd(nested.length)} |`,
        border,
        `| Ice Hockey                   | ${nested} |`,
        `| NHL Regular Season           | | call   | status                | ${'incident uid'.padEnd(UNIQUE.length)} | incident provider                | |`,
        `| 2030-03-16T23:00:00Z         | ${nested} |`,
        `| home: Washington Capitals    | | create | name: connection lost | ${UNIQUE} | ${PROVIDERS[0]} | |`,
        `| away: New York Islanders     | |        |                       | ${UNIQUE} | ${PROVIDERS[1]} | |`,
        `|                              | ${nested} |`,
        border,
        '',
      ]);
    });

    it('lists those that start in a span of time', async () => {
      const none = await bos('incidents', 'list', '2030-03-17');
      assert.equal(none.stdout.split('\n').length, 4);
      const some = await bos('incidents', 'list', '2030-03-16', '2030-03-17', '--json');
      assert.equal(JSON.parse(some.stdout).data.length, 2);
    });

    it('lists page by page', async () => {
      const first = JSON.parse((await bos('incidents', 'list', '--limit', '1', '--json')).stdout);
      assert.equal(first.data.length, 1);
      const token: string = first.next_page_token;
      const second = JSON.parse((await bos('incidents', 'list', '--page-token', token, '--json')).stdout);
      assert.equal(second.next_page_token, '');
      assert.deepEqual(
        [...first.data, ...second.data].map((each) => each.incident.provider_info.name).sort(),
        PROVIDERS,
      );
      const human = await bos('incidents', 'list', '--limit', '1');
      assert.equal(human.stderr, `there is more: add --page-token ${token}\n`);
    });

    it('shows one of them in full', async () => {
      const { code, stdout, stderr } = await bos('incidents', 'show', UNIQUE, PROVIDERS[0] ?? '');
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      const shown = Object.fromEntries(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.split(/ {2,}/)),
      );
      assert.equal(shown.unique_string, UNIQUE);
      assert.equal(shown.provider, PROVIDERS[0]);
      assert.equal(shown.event, EVENT);
      assert.equal(shown.match, 'Washington Capitals v New York Islanders');
      assert.equal(shown.start, '2030-03-16T23:00:00Z');
      assert.deepEqual(JSON.parse(shown.arguments ?? ''), { season: '2018', unsure: true });
    });

    it('has a call decided again, with the token of its data folder', async () => {
      const again = `decided again: ${EVENT}:create\n`;
      assert.deepEqual(await bos('incidents', 'resend', UNIQUE, PROVIDERS[0] ?? ''), {
        code: 0,
        stdout: again,
        stderr: '',
      });
      const auto = await bosAuto(
        'incidents',
        'resend',
        UNIQUE,
        PROVIDERS[1] ?? '',
        '--url',
        `${witness.url}/trigger`,
      );
      assert.deepEqual(auto, { code: 0, stdout: again, stderr: '' });
    });

    it('lists and shows the event, also as the Python suite spells it', async () => {
      const { stdout } = await bos('events', 'list', '--call', 'create', '--filter', 'ISLANDERS');
      assert.deepEqual(stdout.split('\n'), [
        `START                 ${'EVENT'.padEnd(EVENT.length)}  CALLS`,
        `2030-03-16T23:00:00Z  ${EVENT}  create: connection lost`,
        '',
      ]);
      const shown = await bosAuto('event', 'show', EVENT);
      assert.equal(shown.code, 0);
      assert.match(shown.stdout, /^event {3}2030-03-16t230000z__ice-hockey/);
      assert.match(shown.stdout, /\nstatus {2,}connection lost\n/);
    });

    it('lists the names that it did not know', async () => {
      const { stdout } = await bos('sports', 'unknown');
      const [head, row] = stdout.split('\n');
      assert.match(head ?? '', /^KIND +NAME +SPORT +TIMES +LAST +PROVIDERS +NEAREST$/);
      assert.match(row ?? '', /^event group {2}Foo {2,}Ice Hockey {2}1 /);
    });

    it('says in its status what is wrong', async () => {
      const { code, stdout } = await bos('status');
      assert.equal(code, 0);
      assert.match(stdout, /\nchain {2,}network devnet, not in step: .*ECONNREFUSED/);
      assert.match(stdout, /\nsigning {2,}off: nobroadcast/);
      assert.match(stdout, /2 incidents, 1 event, .* 1 unknown name\n/);
      const json = JSON.parse((await bos('status', '--json')).stdout);
      assert.equal(json.data.chain.synced, false);
    });

    it('lists the sports of its data', async () => {
      const { stdout } = await bos('sports', 'list');
      assert.match(stdout, /^network devnet, digest [0-9a-f]{64}\nSPORT /);
      assert.match(stdout, /\nIce Hockey +not on chain {2}32 +NHL Regular Season\n/);
    });
  });

  describe('what does not work', () => {
    it('for want of a server ends with 4', async () => {
      assert.deepEqual(await bos('status', '--server', NOWHERE), {
        code: 4,
        stdout: '',
        stderr: `error: expected an answer of http://${NOWHERE}, got connect ECONNREFUSED ${NOWHERE}: see whether it runs, or name another by --server or BOS_SERVER\n`,
      });
    });

    it('for want of the object ends with 3', async () => {
      for (const args of [
        ['events', 'show', 'none'],
        ['incidents', 'show', 'none'],
        ['incidents', 'resend', 'none'],
      ]) {
        const { code, stdout, stderr } = await bos(...args);
        assert.deepEqual([code, stdout], [3, ''], args.join(' '));
        assert.match(stderr, /^error: .*none/);
      }
    });

    it('for want of a token ends with 3 and names the file and the flag', async () => {
      const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
      const options = { cwd: elsewhere, env: { BOS_SERVER: witness.url } };
      assert.deepEqual(await runCli(['sports', 'sync'], options), {
        code: 3,
        stdout: '',
        stderr:
          'error: expected an admin token, got none (looked for data/admin-token): name its file by --token-file or BOS_TOKEN_FILE\n',
      });
      const wrong = await runCli(['sports', 'sync'], {
        ...options,
        env: { ...options.env, BOS_TOKEN: 'wrong' },
      });
      assert.equal(wrong.code, 3);
      assert.match(wrong.stderr, /: name the file with the admin token by --token-file or BOS_TOKEN_FILE\n$/);
      const missing = await runCli(['sports', 'sync', '--token-file', 'none'], options);
      assert.deepEqual(
        [missing.code, /^error: expected a token in none, got ENOENT/.test(missing.stderr)],
        [2, true],
      );
      const named = ['sports', 'sync', '--token-file', join(folder, 'data/admin-token'), '--dry-run'];
      assert.match((await runCli(named, options)).stderr, /^error: (?!.*token)/);
    });

    it('for a wrong command line ends with 2', async () => {
      const cases: [string[], RegExp][] = [
        [['nonsense'], /^error: command nonsense not found\nsee bos --help\n$/],
        [['events', 'list', '--nonsense'], /^error: Nonexistent flag: --nonsense\n/],
        [['events', 'show'], /^error: Missing 1 required arg:\nevent_id/],
        [['events', 'list', '--call', 'creat'], /^error: expected a call: .* did you mean "create"\?\n$/],
        [['incidents', 'list', 'yesterday'], /^error: expected BEGIN as 2026-03-01/],
        [['status', '--server', 'ws://x'], /^error: expected an address like http:/],
        [['replay', 'none.txt'], /^error: expected a file with one incident a line at none\.txt, got ENOENT/],
        [['devnet', '--block-interval', '1'], /^error: expected --block-interval in whole seconds/],
      ];
      for (const [args, message] of cases) {
        const { code, stdout, stderr } = await bos(...args);
        assert.deepEqual([code, stdout], [2, ''], args.join(' '));
        assert.match(stderr, message);
      }
    });
  });

  describe('help', () => {
    it('lists the commands of each binary', async () => {
      const { stdout } = await bos('--help');
      for (const word of [
        'run',
        'dev',
        'devnet',
        'replay',
        'status',
        'incidents',
        'events',
        'proposals',
        'sports',
      ]) {
        assert.match(stdout, new RegExp(`\\n  ${word} +[A-Z]`));
      }
      const auto = await bosAuto('--help');
      assert.match(
        auto.stdout,
        /\n {2}api +Run the API and the scheduler; without Redis and MongoDB the same as `bos run`\./,
      );
      assert.doesNotMatch(auto.stdout, /\n {2}devnet /);
    });

    it('of run has every flag of the settings', async () => {
      const { code, stdout } = await bos('run', '--help');
      assert.equal(code, 0);
      for (const flag of [
        'config',
        'data-dir',
        'store',
        'queue',
        'node',
        'network',
        'sports-folder',
        'host',
        'port',
      ]) {
        assert.match(stdout, new RegExp(`\\n  --${flag}=`));
      }
      for (const flag of ['--proposer=', '--approver=', '--\\[no-\\]scheduler', '--nobroadcast']) {
        assert.match(stdout, new RegExp(`\\n  ${flag}`));
      }
    });
  });
});
