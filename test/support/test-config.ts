import type { Config } from '../../core/config/types.ts';

/** Settings of a witness on the embedded store and queue that is called witness1; tests replace what they are about. */
export const testConfig: Config = {
  store: 'sqlite:',
  queue: 'memory:',
  node: [],
  network: 'devnet',
  sportsFolder: undefined,
  dataDir: '',
  api: { host: '127.0.0.1', port: 0, whitelist: [], trustedProxies: [], bodyLimit: 65_536 },
  proposer: 'witness1',
  approver: 'witness1',
  nobroadcast: false,
  scheduler: { enabled: true, intervalMs: 60_000 },
  worker: { concurrency: 4, leaseMs: 30_000 },
  thresholds: {},
  expirations: { cannotOpenMs: 43_200_000, postponedMs: 3_600_000, unhandledMs: 300_000 },
  dynamic: { handicapFuzzy: 1, overunderFuzzy: 1, minAgeMs: 3_600_000 },
  logging: { level: 'info' },
};
