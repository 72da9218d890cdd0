import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { BosError } from '../../../../core/errors.ts';
import { silentLog } from '../../../../core/log.ts';
import type { Report } from '../../../../core/store/spool/record.ts';
import { openSpool, type Spool } from '../../../../core/store/spool/spool.ts';
import { minutes, sampleIncident } from '../../../conformance/store-samples.ts';
import { mountSmallDisk } from '../../../support/small-disk.ts';
import { until } from '../../../support/until.ts';

const root = mkdtempSync(join(tmpdir(), 'bos-spool-'));
after(() => rmSync(root, { recursive: true }));

let folders = 0;
const newFolder = () => join(root, `data-${++folders}`, 'spool');
const open = (folder: string) => openSpool({ folder, log: silentLog });

const by = (...providers: string[]) => providers.map((provider) => sampleIncident({ provider }));

/** Drains into a list, which is what a store that takes everything does. */
async function drained(spool: Spool): Promise<Report[]> {
  const taken: Report[] = [];
  await spool.drain(async (incident) => taken.push(incident));
  return taken;
}

const away = () => new BosError('unavailable', 'the store is away');

/** Paths of the files of lines of a spool, by its number. */
const files = (folder: string, n = 1, kind = 'lines') =>
  readdirSync(join(folder, String(n)))
    .filter((name) => name.endsWith(`.${kind}`))
    .map((name) => join(folder, String(n), name));

describe('the spool', () => {
  it('gives back what it took, in order and with every field', async () => {
    await using spool = await open(newFolder());
    const incidents = [
      sampleIncident({
        provider: 'one',
        pushed: minutes(3),
        sent: 'as it was sent',
        extra: { more: ['ü', 1] },
      }),
      ...by('two', 'three'),
    ];
    await Promise.all(incidents.map((incident) => spool.append(incident)));
    assert.equal(spool.count, 3);
    assert.deepEqual(await drained(spool), incidents);
    assert.equal(spool.count, 0);
    assert(spool.isEmpty);
  });

  it('has what it acknowledged after its process died, whatever was half written then', async () => {
    const folder = newFolder();
    const incidents = by('one', 'two');
    {
      await using spool = await open(folder);
      for (const incident of incidents) await spool.append(incident);
    }
    appendFileSync(files(folder)[0]!, '5d3f1a77 {"body":{"uniq');
    await using again = await open(folder);
    assert.equal(again.count, 2);
    const [more] = by('three');
    await again.append(more!);
    assert.deepEqual(await drained(again), [...incidents, more]);
    assert.deepEqual(files(folder), []);
  });

  it('keeps the file when a line in the middle of it is damaged, and gives the others', async () => {
    const folder = newFolder();
    const incidents = by('one', 'two', 'three');
    {
      await using spool = await open(folder);
      for (const incident of incidents) await spool.append(incident);
    }
    const [path] = files(folder);
    writeFileSync(path!, readFileSync(path!, 'utf8').replace('"provider":"two"', '"provider":"tow"'));
    await using again = await open(folder);
    assert.deepEqual(await drained(again), [incidents[0], incidents[2]]);
    assert.equal(files(folder, 1, 'damaged').length, 1);
  });

  it('keeps what the store could not take while it was away, and does not give the rest twice', async () => {
    await using spool = await open(newFolder());
    const incidents = by('one', 'two', 'three', 'four');
    for (const incident of incidents) await spool.append(incident);
    const taken: string[] = [];
    const flaky = async ({ provider }: Report) => {
      if (provider === 'three') throw away();
      taken.push(provider);
    };
    await assert.rejects(spool.drain(flaky), { kind: 'unavailable' });
    assert.equal(spool.count, 1);
    assert.deepEqual(
      (await drained(spool)).map(({ provider }) => provider),
      ['three'],
    );
    assert.deepEqual(taken, ['one', 'two', 'four']);
  });

  it('asks a store that is away with one incident only', async () => {
    await using spool = await open(newFolder());
    await Promise.all(by('one', 'two', 'three').map((incident) => spool.append(incident)));
    let asked = 0;
    await assert.rejects(
      spool.drain(async () => {
        asked += 1;
        throw away();
      }),
    );
    assert.equal(asked, 1);
  });

  it('keeps aside what the store refuses for another reason, and goes on', async () => {
    const folder = newFolder();
    await using spool = await open(folder);
    for (const incident of by('bad', 'good')) await spool.append(incident);
    const taken: string[] = [];
    await spool.drain(async ({ provider }) => {
      if (provider === 'bad') throw new Error('no such thing');
      taken.push(provider);
    });
    assert.deepEqual(taken, ['good']);
    const [kept] = files(folder, 1, 'refused');
    assert.match(readFileSync(kept!, 'utf8'), /"provider":"bad"/);
  });

  it('leaves out what was stored after all', async () => {
    await using spool = await open(newFolder());
    const [first, second] = by('one', 'two');
    const spooled = await spool.append(first!);
    await spool.append(second!);
    spooled.forget();
    assert.equal(spool.count, 1);
    assert.deepEqual(await drained(spool), [second]);
  });

  it('tells of an incident that it holds the same one already, until that is stored', async () => {
    const folder = newFolder();
    const [one, two] = by('one', 'two');
    {
      await using spool = await open(folder);
      const kept = await Promise.all([one, one, two].map((incident) => spool.append(incident!)));
      assert.deepEqual(
        kept.map(({ isRepeat }) => isRepeat),
        [false, true, false],
      );
      kept[2]?.forget();
      kept[2]?.forget();
      assert.equal(spool.count, 2);
      assert.equal((await spool.append(two!)).isRepeat, false);
    }
    await using again = await open(folder);
    assert.equal(again.count, 4);
    assert.equal((await again.append(one!)).isRepeat, true);
    assert.equal((await drained(again)).length, 5);
    assert.equal(again.count, 0);
    assert.equal((await again.append(one!)).isRepeat, false);
  });

  it('keeps refused bodies among incidents, and does not count them as such', async () => {
    const folder = newFolder();
    const [one, two] = by('one', 'two');
    const body = {
      body: { id: { home: 'Nobody' } },
      unknown: [{ kind: 'participant', name: 'Nobody', sport: 'Ice Hockey' }],
      provider: 'one',
      receivedAt: minutes(1),
    } as const;
    {
      await using spool = await open(folder);
      for (const report of [one!, body, body, two!])
        assert.equal((await spool.append(report)).isRepeat, false);
      assert.equal(spool.count, 2);
    }
    await using again = await open(folder);
    assert.equal(again.count, 2);
    assert.deepEqual(await drained(again), [one, body, body, two]);
  });

  it('takes more while it is drained', async () => {
    await using spool = await open(newFolder());
    const [first, second] = by('one', 'two');
    await spool.append(first!);
    const taken: Report[] = [];
    await spool.drain(async (incident) => {
      if (taken.length === 0) await spool.append(second!);
      taken.push(incident);
    });
    assert.deepEqual(taken, [first, second]);
  });

  it('goes through many files in order', async () => {
    await using spool = await open(newFolder());
    const incidents = Array.from({ length: 2500 }, (_, i) => sampleIncident({ provider: `p${i}` }));
    await Promise.all(incidents.map((incident) => spool.append(incident)));
    assert.deepEqual(await drained(spool), incidents);
  });

  it('is one for each process on a data folder; who is left takes over what a dead one had', async () => {
    const folder = newFolder();
    const [first, second] = by('one', 'two');
    await using one = await open(folder);
    await one.append(first!);
    const two = await open(folder);
    assert(two.isEmpty);
    await two.append(second!);
    await one.adopt();
    assert.equal(one.count, 1);
    await two[Symbol.asyncDispose]();
    await one.adopt();
    assert.deepEqual(new Set(await drained(one)), new Set([first, second]));
  });
});

describe('what a spool acknowledges', () => {
  it('was flushed before, and so was the entry of its file in the folder', async (t) => {
    await using spool = await open(newFolder());
    const file = await openFile(root, 'r');
    const { prototype } = file.constructor as { prototype: FileHandle };
    await file.close();
    const flushed = Promise.withResolvers<void>();
    const calls: string[] = [];
    t.mock.method(prototype, 'sync', async () => void calls.push('folder'));
    t.mock.method(prototype, 'datasync', async () => {
      calls.push('file');
      await flushed.promise;
    });
    let isAcknowledged = false;
    const appended = spool.append(by('one')[0]!).then(() => {
      isAcknowledged = true;
    });
    await until('the flush', () => calls.includes('file'));
    assert.deepEqual([calls, isAcknowledged], [['folder', 'file'], false]);
    flushed.resolve();
    await appended;
  });
});

describe('a spool on a full disk', () => {
  it('has nothing left of what it refused, right before what it takes next', async (t) => {
    const disk = await mountSmallDisk(64);
    if ('missing' in disk) return t.skip(disk.missing);
    await using _disk = disk;
    const folder = join(disk.folder, 'spool');
    {
      await using spool = await open(folder);
      await spool.append(by('one')[0]!);
      const tooLarge = sampleIncident({ provider: 'two', extra: { x: 'y'.repeat(100_000) } });
      await assert.rejects(spool.append(tooLarge), { kind: 'unavailable', message: /ENOSPC/ });
      await spool.append(by('three')[0]!);
    }
    await using again = await open(folder);
    assert.deepEqual(await drained(again), by('one', 'three'));
    assert.deepEqual(files(folder, 1, 'damaged'), []);
  });

  it('takes nothing, keeps what it had, and works again when there is room', async (t) => {
    const disk = await mountSmallDisk(64);
    if ('missing' in disk) return t.skip(disk.missing);
    await using _disk = disk;
    const folder = join(disk.folder, 'spool');
    {
      await using spool = await open(folder);
      await spool.append(by('one')[0]!);
      await spool.check();
      const filler = join(disk.folder, 'filler');
      assert.throws(() => writeFileSync(filler, Buffer.alloc(1 << 20)), { code: 'ENOSPC' });
      await assert.rejects(
        spool.append(sampleIncident({ provider: 'two', extra: { x: 'y'.repeat(20_000) } })),
        {
          kind: 'unavailable',
          message: /^expected to write to the spool in .*, got "Error: ENOSPC/,
        },
      );
      await assert.rejects(spool.check(), { kind: 'unavailable' });
      rmSync(filler);
      await spool.check();
      await spool.append(by('three')[0]!);
    }
    await using again = await open(folder);
    assert.deepEqual(await drained(again), by('one', 'three'));
  });
});
