import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

/*
 * Preloaded into every test file (`--import`): fails the file when servers, sockets, timers, workers or child processes
 * are still there after its last test, and sees to it that its process ends all the same. The runner's own way,
 * `--test-force-exit`, ends a process before its last results are written.
 */

/** What keeps a process alive and is a test's to close. Pipes to the test runner do not count. */
const LEAKS = [
  'TCPSocketWrap',
  'TCPServerWrap',
  'Timeout',
  'MessagePort',
  'ProcessWrap',
  'FSReqCallback',
  'Immediate',
];
/** How long a process that leaked nothing of the above may take to end. */
const GRACE_MS = 5000;
/** How long nothing must wait to be written before all results count as written. */
const QUIET_MS = 500;

function open(): string[] {
  return process.getActiveResourcesInfo().filter((name) => LEAKS.includes(name));
}

/** Ends the process as failed once what it has said is written. */
async function endSoon(): Promise<never> {
  for (let quietMs = 0; quietMs < QUIET_MS; quietMs += 50) {
    await pause(50);
    if (process.stdout.writableLength + process.stderr.writableLength > 0) quietMs = 0;
  }
  process.exit(1);
}

/** Ends a process that goes on although everything seems closed; does not keep it from ending by itself. */
function endIfStuck(): void {
  const stuck = setTimeout(() => {
    const left = process.getActiveResourcesInfo().join(', ');
    process.stderr.write(`the process did not end by itself after the last test: ${left}\n`);
    void endSoon();
  }, GRACE_MS);
  stuck.unref();
}

async function check(): Promise<void> {
  // What has just been closed needs a few turns to go.
  for (let turn = 0; turn < 100 && open().length > 0; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10).unref());
    await new Promise((resolve) => setImmediate(resolve));
  }
  const left = open();
  if (left.length === 0) {
    endIfStuck();
    return;
  }
  void endSoon();
  throw new Error(`left open after the last test: ${left.join(', ')}`);
}

// The runner itself has no tests.
if (!process.execArgv.includes('--test')) after(check);
