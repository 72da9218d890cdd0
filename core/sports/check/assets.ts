import type { SportFiles } from '../sport-files.ts';
import type { SportsProblem } from '../yaml-file.ts';

/** Symbols that no chain can have (3 to 16 capitals, digits and dots, from a letter on). */
export function assetWarnings({ marketGroups }: SportFiles): readonly SportsProblem[] {
  return [...marketGroups.values()].flatMap((file) =>
    (file?.data.asset ?? []).flatMap((symbol, at) => {
      if (!file || /^[A-Z][A-Z0-9.]{1,14}[A-Z0-9]$/.test(symbol)) return [];
      const expected = 'expected the symbol of an asset, 3 to 16 capitals and digits';
      return [file.problem(['asset', at], `${expected}, got "${symbol}": no chain has it`)];
    }),
  );
}
