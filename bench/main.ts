import { parseArgs } from 'node:util';
import { benchDecision } from './decision.ts';
import { benchEvening } from './evening.ts';
import { benchLatency } from './latency.ts';
import { benchNormalizer } from './normalizer.ts';
import { benchQueue } from './queue.ts';
import { type Result, report } from './results.ts';
import { benchRoundTrips } from './round-trips.ts';
import { benchRpc } from './rpc.ts';
import { benchSignatures } from './signatures.ts';
import { benchStackTrigger, type StackCommand } from './stack-trigger.ts';
import { benchStart } from './start.ts';
import { benchTrigger } from './trigger.ts';
import { benchWorkers } from './workers.ts';

// Everything is measured on the built package, as users run it, with no chain in reach where none is needed.
const COMMON = ['--port=0', '--network=devnet', '--node=ws://127.0.0.1:9', '--nobroadcast'];
const bos = (dataDir: string): readonly string[] => [
  'dist/cli/bin/bos.js',
  'run',
  ...COMMON,
  `--data-dir=${dataDir}`,
];
const api: StackCommand = ({ store, queue, dataDir }) => [
  'dist/cli/bin/bos.js',
  'api',
  '--no-scheduler',
  ...COMMON,
  `--store=${store}`,
  `--queue=${queue}`,
  `--data-dir=${dataDir}`,
];

const BENCHES: Readonly<Record<string, () => Promise<readonly Result[]>>> = {
  trigger: () => benchTrigger(bos),
  rpc: () => benchRpc(bos),
  latency: benchLatency,
  start: () => benchStart(bos),
  signatures: benchSignatures,
  decision: benchDecision,
  normalizer: benchNormalizer,
  'round-trips': benchRoundTrips,
  evening: benchEvening,
  'stack-trigger': () => benchStackTrigger(api),
  queue: benchQueue,
  workers: benchWorkers,
};

const { positionals } = parseArgs({ allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
const results: Result[] = [];
for (const name of names) {
  const bench = BENCHES[name];
  if (!bench) throw new Error(`expected one of ${Object.keys(BENCHES).join(', ')}, got ${name}`);
  results.push(...(await bench()));
}
await report(
  results,
  new URL(positionals.length > 0 ? './results-part.json' : './results.json', import.meta.url),
);
if (results.some((result) => result.ok === false)) process.exitCode = 1;
