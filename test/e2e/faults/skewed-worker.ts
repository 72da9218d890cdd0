import { once } from 'node:events';
import { startProcess } from '../../../app/run.ts';
import { systemClock } from '../../../core/clock.ts';
import { loadConfig } from '../../../core/config/load.ts';

/** A worker whose wall clock is off: `skewed-worker.ts DATA_DIR SECONDS`, with ./config.yaml. */
const [dataDir, seconds] = process.argv.slice(2);
const { config } = loadConfig({ env: {}, flags: { data_dir: dataDir } });
const clock = {
  ...systemClock,
  now: () => new Date(systemClock.now().getTime() + Number(seconds) * 1000),
};
await using _worker = await startProcess(
  config,
  { roles: { api: false, worker: true, scheduler: false } },
  { clock },
);
process.stderr.write('ready worker\n');
await once(process, 'SIGTERM');
