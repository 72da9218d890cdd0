import { loadConfig } from '../../core/config/load.ts';
import type { Config } from '../../core/config/types.ts';

/** The defaults on any free port, with the given settings by their keys in the table. */
export function testConfig(settings: Readonly<Record<string, unknown>>): Config {
  return loadConfig({ file: '/dev/null', env: {}, flags: { 'api.port': 0, ...settings } }).config;
}
