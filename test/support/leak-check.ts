import { after } from 'node:test';

/**
 * Preloaded into every test file (`--import`): fails the file when servers, sockets, timers, workers or child
 * processes are still there after its last test. Pipes to the test runner do not count.
 */
const LEAKS = [
  'TCPSocketWrap',
  'TCPServerWrap',
  'Timeout',
  'MessagePort',
  'ProcessWrap',
  'FSReqCallback',
  'Immediate',
];

function open(): string[] {
  return process.getActiveResourcesInfo().filter((name) => LEAKS.includes(name));
}

after(async () => {
  // What has just been closed needs a few turns to go.
  for (let turn = 0; turn < 100 && open().length > 0; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10).unref());
    await new Promise((resolve) => setImmediate(resolve));
  }
  const left = open();
  if (left.length > 0) throw new Error(`left open after the last test: ${left.join(', ')}`);
});
