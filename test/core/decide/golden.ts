import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { RULES_VERSION } from '../../../core/decide/rules-version.ts';
import { type GoldenDecision, goldenDecisions } from './golden-cases.ts';

/** The recorded decisions with the version of the rules that they were made by. */
export interface Golden {
  readonly rulesVersion: string;
  /** SHA-256 of each decision, so that a change shows in one line of a review. */
  readonly digests: Readonly<Record<string, string>>;
  readonly decisions: Readonly<Record<string, GoldenDecision>>;
}

const FILE = new URL('../../fixtures/decide/golden.json', import.meta.url);

/** What an author has to do when a recorded decision comes out otherwise. */
export const INSTRUCTION =
  'the decisions of recorded cases have changed: if that is meant, raise RULES_VERSION in core/decide/rules-version.ts and run node test/core/decide/golden.ts';

export function readGolden(): Golden {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** What would be recorded now. */
export function currentGolden(): Golden {
  const decisions = goldenDecisions();
  const digests = Object.fromEntries(
    Object.entries(decisions).map(([name, decision]) => [
      name,
      createHash('sha256').update(JSON.stringify(decision)).digest('hex'),
    ]),
  );
  return { rulesVersion: RULES_VERSION, digests, decisions };
}

/** Recorded cases whose decision is another one now. Cases that are new or gone are none. */
export function changedCases(recorded: Golden, current: Golden): readonly string[] {
  return Object.keys(recorded.digests).filter(
    (name) => name in current.digests && current.digests[name] !== recorded.digests[name],
  );
}

/** Records what is decided now. @throws Error when decisions changed under an unchanged version */
function write(): void {
  const current = currentGolden();
  if (existsSync(FILE)) {
    const recorded = readGolden();
    const changed = changedCases(recorded, current);
    if (changed.length > 0 && recorded.rulesVersion === current.rulesVersion) {
      throw new Error(`${INSTRUCTION} (${changed.join('; ')})`);
    }
  }
  writeFileSync(FILE, `${JSON.stringify(current, null, 2)}\n`);
}

if (import.meta.main) write();
