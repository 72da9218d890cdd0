import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RULES_VERSION } from '../../../core/decide/rules-version.ts';
import { changedCases, currentGolden, INSTRUCTION, readGolden } from './golden.ts';

describe('the version of the rules', () => {
  const recorded = readGolden();
  const current = currentGolden();

  test('is raised when recorded cases are decided otherwise', () => {
    assert.deepEqual(changedCases(recorded, current), [], INSTRUCTION);
    for (const [name, decision] of Object.entries(recorded.decisions)) {
      // Through JSON, as it was recorded.
      assert.deepEqual(
        JSON.parse(JSON.stringify(current.decisions[name])),
        decision,
        `${name}: ${INSTRUCTION}`,
      );
    }
  });

  test('is that of the record, which holds every case', () => {
    assert.equal(recorded.rulesVersion, RULES_VERSION, 'run node test/core/decide/golden.ts');
    assert.deepEqual(
      Object.keys(recorded.digests),
      Object.keys(current.digests),
      'run node test/core/decide/golden.ts',
    );
  });

  test('another decision of a case is noticed by its digest', () => {
    const [name = ''] = Object.keys(current.digests);
    const other = { ...current, digests: { ...current.digests, [name]: 'f'.repeat(64) } };
    assert.deepEqual(changedCases(recorded, other), [name]);
  });
});
