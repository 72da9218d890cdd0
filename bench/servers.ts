import { spawnSync } from 'node:child_process';
import { missingMongo } from '../test/support/mongo-server.ts';

/** What keeps a server from being started here, in words; undefined when nothing does. */
const MISSING = {
  MongoDB: missingMongo,
  Redis: async () =>
    spawnSync('redis-server', ['--version']).error
      ? 'no redis-server on the PATH: script/test-servers installs it'
      : undefined,
} as const;

/** Says which servers are missing on this machine; true when there is one, and the bench has to be left out. */
export async function isLeftOut(bench: string, needed: readonly (keyof typeof MISSING)[]): Promise<boolean> {
  const reasons = await Promise.all(needed.map((name) => MISSING[name]()));
  const missing = reasons.filter((reason) => reason !== undefined);
  if (missing.length > 0) console.log(`     ${bench} is left out: ${missing.join('; ')}`);
  return missing.length > 0;
}
