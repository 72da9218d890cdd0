/** Inserts incidents from many callers at once, without end, and prints the key of each that was acknowledged. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../../../core/clock.ts';
import { silentLog } from '../../../../core/log.ts';
import { openSqliteStore } from '../../../../core/store/sqlite/open.ts';
import { sampleIncident } from '../../../conformance/store-samples.ts';

const path = process.argv[2] ?? '';
const store = await openSqliteStore({ path, clock: systemClock, log: silentLog });

async function caller(name: string): Promise<void> {
  for (let i = 0; ; i += 1) {
    const { incident } = await store.incidents.insert(sampleIncident({ match: `${name}-${i}` }));
    writeSync(1, `${incident.uniqueString}\n`);
  }
}

await Promise.all(Array.from({ length: 32 }, (_, i) => caller(`c${i}`)));
