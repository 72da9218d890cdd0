import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { configurationPage } from '../../../core/config/docs-page.ts';
import { loadConfig } from '../../../core/config/load.ts';
import { nearest } from '../../../core/config/nearest.ts';
import { SETTING_TYPES } from '../../../core/config/setting-types.ts';
import { masked, SETTINGS, shownSettings, variablesOf } from '../../../core/config/settings.ts';

describe('the table of settings', () => {
  it('has every key, variable and flag once', () => {
    for (const names of [
      SETTINGS.map((s) => s.key),
      SETTINGS.flatMap(variablesOf),
      SETTINGS.flatMap((s) => s.flag ?? []),
    ]) {
      assert.equal(new Set(names).size, names.length);
    }
  });

  it('has defaults that its own types accept', () => {
    for (const { key, type, default: value } of SETTINGS) {
      if (value !== undefined) assert(SETTING_TYPES[type].schema.safeParse(value).success, key);
    }
  });

  it('reads back from a configuration what its defaults say', () => {
    const { config } = loadConfig({ file: '/dev/null', env: {}, flags: {} });
    for (const { key, default: value, read } of SETTINGS) {
      if (read !== undefined) assert.deepEqual(read(config), value, key);
    }
  });

  it('is what docs/configuration.md was written from', () => {
    const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
    assert.equal(page, configurationPage());
  });
});

describe('what is shown of settings', () => {
  it('hides sensitive values and passwords in addresses', () => {
    const setting = (key: string) => SETTINGS.find((s) => s.key === key)!;
    assert.equal(masked(setting('passphrase'), 'x'), '***');
    assert.equal(masked(setting('store'), 'mongodb://u:p@ss@h/db'), 'mongodb://u:***@h/db');
    assert.deepEqual(masked(setting('node'), ['wss://u:p@h/ws', 'ws://h']), ['wss://u:***@h/ws', 'ws://h']);
    assert.equal(masked(setting('queue'), 'redis://:p@h:6379/0'), 'redis://:***@h:6379/0');
    assert.equal(
      masked(setting('queue'), 'unix:///run/r.sock?db=1&password=p&username=u'),
      'unix:///run/r.sock?db=1&password=***&username=u',
    );
    assert.equal(masked(setting('network'), 'alice'), 'alice');
  });

  it('are all settings in use, in the order of the table', () => {
    const { config } = loadConfig({ file: '/dev/null', env: {}, flags: {} });
    assert.deepEqual(
      shownSettings(config).map(({ setting }) => setting.key),
      SETTINGS.filter((s) => s.read !== undefined).map((s) => s.key),
    );
  });
});

describe('the nearest known word', () => {
  it('is found for typical slips and not for other words', () => {
    const known = ['network', 'node', 'api.port', 'BOOKIE_PROPOSER'];
    assert.equal(nearest('netwrok', known), 'network');
    assert.equal(nearest('nodes', known), 'node');
    assert.equal(nearest('bookie_propser', known), 'BOOKIE_PROPOSER');
    assert.equal(nearest('colour', known), undefined);
    assert.equal(nearest('', []), undefined);
  });
});
