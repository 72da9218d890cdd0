import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../core/log.ts';
import type { LocalAlias, SportsData } from '../core/sports/types.ts';

/** The file of this witness's own names in the data folder. */
export interface AliasFile {
  /**
   * What is in it, with a warning for each that means nothing in the data; none where there is no file.
   * @throws BosError `configuration` when it is broken
   */
  load(data: SportsData, log: Log): Promise<readonly LocalAlias[]>;
  /** Adds one after checking it against data and file; returns it as kept, with all there are. */
  add(
    data: SportsData,
    alias: LocalAlias,
  ): Promise<{ readonly alias: LocalAlias; readonly all: readonly LocalAlias[] }>;
}

/** Its code is read only where there is such a file: most witnesses have none, and a start should be quick. */
export function aliasFile(dataDir: string): AliasFile {
  const path = join(dataDir, 'aliases.yaml');
  return {
    async load(data, log) {
      if (!existsSync(path)) return [];
      const { loadAliases, staleAliases } = await import('../core/sports/local-aliases.ts');
      const all = await loadAliases(path);
      for (const alias of staleAliases(data, all)) {
        log.warn({ ...alias, file: path }, 'a local alias means nothing in these sports data');
      }
      return all;
    },
    async add(data, wanted) {
      const { aliasFor, loadAliases, saveAlias } = await import('../core/sports/local-aliases.ts');
      const alias = aliasFor(data, await loadAliases(path), wanted);
      await saveAlias(path, alias);
      return { alias, all: await loadAliases(path) };
    },
  };
}
