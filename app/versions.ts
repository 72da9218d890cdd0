import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Components of the Python suite whose versions monitors look for; here they are all of one piece. */
const LEGACY_COMPONENTS = ['bos-auto', 'bookiesports', 'bos-incidents', 'bos-sync'];

/** The package.json of this package: above app/ in a checkout, above dist/ in a package. */
function findPackage(): { root: string; version: string } {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    const found = readVersion(join(at, 'package.json'), 'bookie-oracle-suite');
    if (found !== undefined) return { root: at, version: found };
  }
  return { root: '.', version: 'unknown' };
}

/** The version in a package.json, if it is there and of that name. */
function readVersion(path: string, name: string): string | undefined {
  try {
    const json = JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown; version?: unknown };
    return json.name === name && typeof json.version === 'string' ? json.version : undefined;
  } catch {
    return undefined;
  }
}

/** Versions of our parts by name, for isalive, status and decisions; `peerplays` is the client library. */
export function readVersions(): Readonly<Record<string, string>> {
  const { root, version } = findPackage();
  const library = readVersion(join(root, 'node_modules/peerplaysjs-lib/package.json'), 'peerplaysjs-lib');
  return {
    'bookie-oracle-suite': version,
    ...Object.fromEntries(LEGACY_COMPONENTS.map((name) => [name, version])),
    peerplays: library ?? 'unknown',
    node: process.versions.node,
  };
}
