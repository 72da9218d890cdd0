import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decide } from '../../core/decide/decide.ts';
import { diffSports } from '../../core/decide/diff-sports.ts';
import { decideSettings } from '../../core/decide/settings.ts';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../server/harness.ts';
import { runCli } from '../support/cli.ts';
import { makeWorld } from '../support/view-builder.ts';

const result = (name: string, home: string, away: string) =>
  incidentJson({
    call: 'result',
    arguments: { home_score: home, away_score: away },
    provider_info: { name, pushed: '2030-03-17T02:00:00Z' },
  });

describe('why a match stands as it does', () => {
  const world = makeWorld({ time: '2030-03-14T12:00:00Z' });
  let harness: Harness;
  let folder: string;

  const bos = (...args: string[]) => runCli(args, { cwd: folder, env: { BOS_SERVER: harness.server.url } });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bos-explain-'));
    harness = await startHarness({ config: { proposer: 'witness1', approver: 'witness1' } });
    const { store, sports, config } = harness.ctx;
    const { data, normalizer } = sports.current();
    world.execute(diffSports(world.view(), data).map(({ operation }) => operation));
    harness.chain.set(world.view());
    for (const incident of [result('a', '3', '1'), result('b', '1', '3')]) {
      await harness.post('/trigger', incident);
    }
    const [us] = world.witnesses;
    const input = {
      eventId: EVENT_ID,
      call: 'result',
      sports: data,
      normalizer,
      view: world.view(),
      settings: decideSettings(config),
      proposer: us,
      approver: us,
      memory: {},
    } as const;
    const incidents = await store.incidents.ofEvent(EVENT_ID);
    const common = { eventId: EVENT_ID, call: 'result', worker: 'w', softwareVersion: '0.1.0' } as const;
    for (const [at, counting] of [incidents.slice(0, 1), incidents].entries()) {
      await store.decisions.insert({
        ...decide({ ...input, incidents: counting }),
        ...common,
        memory: { proposals: ['1.10.4', '1.10.9'] },
        sequence: at + 1,
        epoch: 1,
        decidedAt: new Date('2030-03-17T02:00:00Z'),
      });
    }
  });
  after(async () => {
    await harness[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it('is explained by the latest decision of each call', async () => {
    const { code, stdout, stderr } = await bos('events', 'explain', EVENT_ID);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const lines = stdout.split('\n').map((line) => line.replace(/ +/g, ' ').trim());
    assert.equal(lines[0], `event ${EVENT_ID}`);
    for (const line of [
      'call result',
      'status undecided (until the next incident)',
      'providers 2 of 2 needed',
      'proposals 1.10.4, 1.10.9',
      'decided 2030-03-17T02:00:00Z by w (decision 2, lease 1)',
    ]) {
      assert.ok(lines.includes(line), `expected "${line}" in\n${stdout}`);
    }
    assert.match(stdout, /why +.*3:1/);
    assert.match(stdout, /counted +a {2}\S+result\S+\n +b {2}\S+/);
    assert.match(
      stdout,
      /on +block \d+ of 2030-03-14T12:00:00Z, sports data [0-9a-f]{12}, rules \d+, software 0\.1\.0/,
    );
    assert.doesNotMatch(stdout, /decision 1,/);
  });

  it('is explained by all decisions with --history, newest first', async () => {
    const { code, stdout } = await bos('events', 'explain', EVENT_ID, '--history', '--json');
    assert.equal(code, 0);
    const { data } = JSON.parse(stdout);
    assert.deepEqual(
      data.map(({ sequence }: { sequence: number }) => sequence),
      [2, 1],
    );
  });

  it('is not explained for a match that nobody knows', async () => {
    const { code, stderr } = await bos('events', 'explain', 'nothing');
    assert.equal(code, 3);
    assert.match(stderr, /no event has the id "nothing"/);
  });

  it('is shown for incidents that are not sent yet, without sending them', async () => {
    const file = join(folder, 'incidents.txt');
    await writeFile(
      file,
      [result('c', '3', '1'), { call: 'create' }].map((json) => JSON.stringify(json)).join('\n'),
    );
    const { code, stdout, stderr } = await bos('simulate', file);
    assert.equal(code, 1);
    assert.match(stderr, /^line 2: expected an object in id, got none\n/);
    assert.match(stdout, /providers +3 of 2 needed/);
    assert.match(stdout, /decided +not at all: this is pretended/);
    assert.equal((await harness.ctx.store.incidents.ofEvent(EVENT_ID)).length, 2);

    const alone = await bos('simulate', file, '--call', 'result', '--without-stored', '--json');
    assert.equal(alone.code, 0);
    const { data } = JSON.parse(alone.stdout);
    assert.equal(data.decisions[0].status, 'CALL_STATUS_INSUFFICIENT_INCIDENTS');
    assert.deepEqual(data.refused, []);
  });
});
