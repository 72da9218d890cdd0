import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CommandFailure } from '../../../cli/base/failure.ts';
import { planReplay, shiftTarget } from '../../../cli/replay/plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'bos-replay-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'replay.txt');
const now = new Date('2026-01-15T12:00:00Z');

const line = (call: string, start: string) =>
  `{'id': {'start_time': '${start}', 'home': "A's"}, 'call': '${call}', 'arguments': {'unsure': True}, 'unique_string': 'x'}`;

function plan(lines: readonly string[], options: { call?: string; startAt?: Date } = {}) {
  writeFileSync(file, lines.join('\n'));
  return planReplay({ file, call: options.call, startAt: options.startAt, now });
}

describe('the plan of a replay', () => {
  it('reads JSON and Python dicts, leaves out empty lines, and keeps numbers and order', async () => {
    const planned = await plan(['{"call": "result"}', '', line('create', '2018-03-16T23:00:00Z'), '  ']);
    assert.deepEqual(planned, [
      { line: 1, incident: { call: 'result' } },
      {
        line: 3,
        incident: {
          id: { start_time: '2018-03-16T23:00:00Z', home: "A's" },
          call: 'create',
          arguments: { unsure: true },
          unique_string: 'x',
        },
      },
    ]);
  });

  it('tells of a line that cannot be read, and goes on', async () => {
    const [first, second] = await plan(['{"call": ', '{"call": "create"}']);
    assert(first !== undefined && 'problem' in first);
    assert.match(first.problem, /expected a JSON object or a Python dict/);
    assert.deepEqual(second, { line: 2, incident: { call: 'create' } });
  });

  it('keeps only the wanted call', async () => {
    const planned = await plan(['{"call": "create"}', '{"call": "result"}'], { call: 'result' });
    assert.deepEqual(planned, [{ line: 2, incident: { call: 'result' } }]);
  });

  it('moves all starts by what brings the first one there, and drops strings that name the old start', async () => {
    const planned = await plan(
      [
        line('create', '2018-03-16T23:00:00Z'),
        line('create', '2018-03-16T23:00:00Z'),
        line('result', '2018-03-17T01:00:00Z'),
      ],
      { startAt: new Date('2026-01-17T12:00:00Z') },
    );
    const starts = planned.map((one) =>
      'incident' in one ? (one.incident.id as { start_time: string }).start_time : '',
    );
    assert.deepEqual(starts, ['2026-01-17T12:00:00Z', '2026-01-17T12:00:00Z', '2026-01-17T14:00:00Z']);
    assert(planned.every((one) => 'incident' in one && !('unique_string' in one.incident)));
  });

  it('tells of a line without a start that should move', async () => {
    const planned = await plan(['{"call": "create"}', line('create', '2018-03-16T23:00:00Z')], {
      startAt: now,
    });
    assert.deepEqual(planned[0], { line: 1, problem: 'expected id.start_time as a time to move, got none' });
    assert(planned[1] !== undefined && 'incident' in planned[1]);
  });

  it('of a file that is not there is a usage error', async () => {
    await assert.rejects(
      planReplay({ file: join(folder, 'none'), call: undefined, startAt: undefined, now }),
      (error) => error instanceof CommandFailure && error.exitCode === 2 && /got ENOENT/.test(error.message),
    );
  });
});

describe('--shift-to', () => {
  it('names an instant by distance or by time', () => {
    assert.deepEqual(shiftTarget('2d', now), new Date('2026-01-17T12:00:00Z'));
    assert.deepEqual(shiftTarget('1.5h', now), new Date('2026-01-15T13:30:00Z'));
    assert.deepEqual(shiftTarget('90m', now), new Date('2026-01-15T13:30:00Z'));
    assert.deepEqual(shiftTarget('30s', now), new Date('2026-01-15T12:00:30Z'));
    assert.deepEqual(shiftTarget('2026-03-01T19:00:00+01:00', now), new Date('2026-03-01T18:00:00Z'));
  });

  it('that names nothing is a usage error', () => {
    for (const text of ['', '2', 'tomorrow', '-2d', '2026-03-01']) {
      assert.throws(() => shiftTarget(text, now), { name: 'CommandFailure', exitCode: 2 }, text);
    }
  });
});
