import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findPeer } from '../../../server/auth/peer.ts';
import { AddressSet } from '../../../server/auth/whitelist.ts';

const trusted = new AddressSet(['127.0.0.1', '10.0.0.0/8']);
const nobody = new AddressSet([]);

describe('the address that counts', () => {
  it('is that of the connection when no header speaks of a proxy', () => {
    const peer = findPeer('::ffff:192.0.2.1', {}, trusted);
    assert.equal(peer.address?.toString(), '192.0.2.1');
  });

  it('is that of the connection when the sender is not trusted, whatever its headers say', () => {
    const peer = findPeer('192.0.2.1', { 'x-forwarded-for': '127.0.0.1' }, trusted);
    assert.equal(peer.address?.toString(), '192.0.2.1');
    assert.ok(peer.address && !peer.untrustedProxy);
  });

  it('is doubtful when a proxy on this machine is not trusted', () => {
    const peer = findPeer('127.0.0.1', { via: '1.1 x' }, nobody);
    assert.ok(peer.address && peer.untrustedProxy);
  });

  const chains: [header: string, value: string, expected: string | undefined][] = [
    ['x-forwarded-for', '203.0.113.9', '203.0.113.9'],
    ['x-forwarded-for', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['x-forwarded-for', '198.51.100.1, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
    ['x-forwarded-for', '10.9.9.9, 10.1.2.3', '10.9.9.9'],
    ['x-forwarded-for', '203.0.113.9:4711', '203.0.113.9'],
    ['x-forwarded-for', '198.51.100.1, unknown', undefined],
    ['x-forwarded-for', '', undefined],
    ['x-real-ip', '2001:db8::1', '2001:db8::1'],
    ['forwarded', 'for=198.51.100.1, for="[2001:db8::1]:80";proto=https;by=10.0.0.1', '2001:db8::1'],
    ['forwarded', 'for=_hidden', undefined],
    ['forwarded', 'proto=https', undefined],
  ];
  for (const [header, value, expected] of chains) {
    it(`is ${expected ?? 'not known'} when a trusted proxy sends ${header}: ${value}`, () => {
      assert.equal(findPeer('10.0.0.1', { [header]: value }, trusted).address?.toString(), expected);
    });
  }

  it('is not known when headers of a trusted proxy contradict each other', () => {
    const headers = { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '203.0.113.9' };
    assert.equal(findPeer('10.0.0.1', headers, trusted).address, undefined);
  });
});
