import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../../core/log.ts';
import { AddressSet, openWhitelist, parseAddress, RESOLVE_EVERY_MS } from '../../../server/auth/whitelist.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

function address(text: string) {
  const parsed = parseAddress(text);
  assert.ok(parsed, text);
  return parsed;
}

describe('an address set', () => {
  const set = new AddressSet([
    '10.0.0.0/8',
    '192.0.2.7',
    '2001:db8::/32',
    '::ffff:203.0.113.0/120',
    'example.org',
  ]);

  for (const inside of ['10.255.0.1', '192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', '203.0.113.9']) {
    it(`has ${inside}`, () => assert.ok(set.has(address(inside))));
  }
  for (const outside of ['11.0.0.1', '192.0.2.8', '2001:db9::1', '203.0.114.1']) {
    it(`does not have ${outside}`, () => assert.ok(!set.has(address(outside))));
  }
  it('hands back what is neither an address nor a CIDR', () => assert.deepEqual(set.others, ['example.org']));
});

describe('parsing addresses', () => {
  it('refuses shorthand and octal notations that other programs read differently', () => {
    for (const text of ['127.1', '0x7f.0.0.1', '0177.0.0.1', '1', '', 'localhost', '127.0.0.1:80']) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });
});

describe('the whitelist', () => {
  const open = (entries: string[], resolve = async (): Promise<string[]> => []) => {
    const stop = new AbortController();
    const clock = manualClock();
    return {
      stop,
      clock,
      list: openWhitelist({ entries, clock, log: silentLog, signal: stop.signal, resolve }),
    };
  };

  it('admits everybody only with 0.0.0.0', async () => {
    assert.equal((await open(['0.0.0.0']).list).anyone, true);
    assert.equal((await open(['127.0.0.1']).list).anyone, false);
  });

  it('resolves host names at the start and again, and keeps the last addresses of one that cannot be resolved', async () => {
    let answer: () => Promise<string[]> = async () => ['198.51.100.1'];
    const { stop, clock, list } = open(['proxy.example'], () => answer());
    const whitelist = await list;
    assert.ok(whitelist.has(address('198.51.100.1')));

    answer = async () => ['198.51.100.2', '2001:db8::5'];
    await clock.advance(RESOLVE_EVERY_MS);
    await until('the new address', () => whitelist.has(address('198.51.100.2')));
    assert.ok(whitelist.has(address('2001:db8::5')));
    assert.ok(!whitelist.has(address('198.51.100.1')));

    answer = () => Promise.reject(new Error('no DNS'));
    await clock.advance(RESOLVE_EVERY_MS);
    assert.ok(whitelist.has(address('198.51.100.2')));
    stop.abort();
  });

  it('starts with a name that cannot be resolved, and admits nobody for it', async () => {
    const { stop, list } = open(['proxy.example'], () => Promise.reject(new Error('no DNS')));
    assert.ok(!(await list).has(address('198.51.100.1')));
    stop.abort();
  });

  for (const entry of ['127.0.0.1.5', '10.0.0.0/33', 'http://x', 'a b', '300.1.1.1']) {
    it(`refuses to start with "${entry}", naming the key`, async () => {
      await assert.rejects(open([entry]).list, { kind: 'configuration', message: /api\.whitelist, got/ });
    });
  }
});
