import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { lockFolder } from '../../../core/store/folder-lock.ts';
import { mountSmallDisk } from '../../support/small-disk.ts';

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-lock-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Starts a process that tries to lock the folder, and tells what it said: `locked` or `conflict <pid>`. */
async function locker(t: TestContext, folder: string): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'children/lock.ts'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const [said] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, said: String(said) };
}

test('a folder is locked for one holder and free again after it', async (t) => {
  const folder = join(await newFolder(t), 'made', 'on demand');
  const lock = await lockFolder(folder);
  const { pid } = JSON.parse(await readFile(join(folder, 'bos.pid'), 'utf8'));
  assert.equal(pid, process.pid);
  await assert.rejects(lockFolder(folder), {
    kind: 'conflict',
    details: { dataDir: folder, pid: process.pid },
  });
  await lock[Symbol.asyncDispose]();
  await lock[Symbol.asyncDispose]();
  await assert.rejects(access(join(folder, 'bos.pid')));
  await using _again = await lockFolder(folder);
});

test('a second process is refused with the pid of the first, in words', async (t) => {
  const folder = await newFolder(t);
  const { child, said } = await locker(t, folder);
  assert.equal(said, 'locked');
  await assert.rejects(lockFolder(folder), {
    kind: 'conflict',
    message: new RegExp(`process ${child.pid} is using it; stop that one, or set data_dir`),
  });
  child.stdin?.end();
  await once(child, 'exit');
  await using _lock = await lockFolder(folder);
});

test('the lock of a process that was killed is taken over', async (t) => {
  const folder = await newFolder(t);
  const { child, said } = await locker(t, folder);
  assert.equal(said, 'locked');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(JSON.parse(await readFile(join(folder, 'bos.pid'), 'utf8')).pid, child.pid);
  await using _lock = await lockFolder(folder);
  assert.equal(JSON.parse(await readFile(join(folder, 'bos.pid'), 'utf8')).pid, process.pid);
});

test('a pid that now belongs to another process, or a damaged file, holds nobody up', async (t) => {
  const folder = await newFolder(t);
  for (const left of [`{"pid":${process.ppid},"started":"another boot:1"}`, `{"pid":1,`, '', 'null', '7']) {
    await writeFile(join(folder, 'bos.pid'), left);
    await using _lock = await lockFolder(folder);
    assert.equal(JSON.parse(await readFile(join(folder, 'bos.pid'), 'utf8')).pid, process.pid);
  }
});

test('of several processes that start at once one gets the folder and the others name it', async (t) => {
  const folder = await newFolder(t);
  // What a crash left: the refused must not name it.
  await writeFile(join(folder, 'bos.pid'), '{"pid":1,"started":"another boot:1"}');
  const lockers = await Promise.all(Array.from({ length: 5 }, () => locker(t, folder)));
  const winners = lockers.filter(({ said }) => said === 'locked');
  assert.equal(winners.length, 1);
  const pid = winners[0]?.child.pid;
  for (const { said } of lockers) assert.ok(said === 'locked' || said === `conflict ${pid}`, said);
});

test('a folder on a full disk is locked all the same, and no one before is named as its holder', async (t) => {
  const disk = await mountSmallDisk(64);
  if ('missing' in disk) return t.skip(disk.missing);
  await using _disk = disk;
  const before = JSON.stringify({ pid: 1, started: 'long ago' });
  await writeFile(join(disk.folder, 'bos.pid'), before);
  await assert.rejects(writeFile(join(disk.folder, 'filler'), Buffer.alloc(1 << 20)), { code: 'ENOSPC' });
  await using _lock = await lockFolder(disk.folder);
  assert.deepEqual((await readdir(disk.folder)).sort(), ['bos.lock', 'filler']);
  await assert.rejects(lockFolder(disk.folder), { kind: 'conflict', message: /but another process/ });
});
