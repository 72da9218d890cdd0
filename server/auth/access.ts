import type { IncomingHttpHeaders } from 'node:http';
import { BosError } from '../../core/errors.ts';
import type { BearerCheck } from './bearer.ts';
import { findPeer, type Peer } from './peer.ts';
import type { Credential } from './policy.ts';
import type { RefusedAddresses } from './refused-addresses.ts';
import { type AddressSet, isLoopback, parseAddress, type Whitelist } from './whitelist.ts';

/** The part of a request that access depends on, over HTTP/1.1 and HTTP/2 alike. */
export interface Caller {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** Decides who may call. */
export interface Access {
  /**
   * Returns when the caller may.
   * @throws BosError unauthenticated for a missing or wrong token, forbidden for an address; both are counted
   */
  admit(caller: Caller, needed: Credential): void;
}

/** Joins token, whitelist and forwarding headers to one answer. */
export function makeAccess(options: {
  readonly bearer: (header: string | undefined) => BearerCheck;
  readonly whitelist: Whitelist;
  readonly trustedProxies: AddressSet;
  readonly refused: RefusedAddresses;
}): Access {
  const { bearer, whitelist, trustedProxies, refused } = options;
  return {
    admit(caller, needed) {
      if (needed === 'open') return;
      const token = bearer(caller.headers.authorization);
      if (token === 'right') return;
      const peer = findPeer(caller.socket.remoteAddress, caller.headers, trustedProxies);
      const refusal =
        needed === 'token' ? 'this call needs the admin token' : addressRefusal(peer, caller, whitelist);
      if (refusal === undefined) return;
      refused.add(peer.address ? peer.address.toString() : peer.connection);
      if (token === 'wrong') {
        throw new BosError(
          'unauthenticated',
          'expected "authorization: Bearer <admin token>", got another token or scheme',
        );
      }
      if (needed === 'token') {
        throw new BosError(
          'unauthenticated',
          `${refusal}: send "authorization: Bearer <token>" (see the file admin-token in the data folder)`,
        );
      }
      throw new BosError('forbidden', refusal);
    },
  };
}

/** Why the address alone does not admit the caller; undefined when it does. */
function addressRefusal(peer: Peer, caller: Caller, whitelist: Whitelist): string | undefined {
  if (whitelist.anyone) return undefined;
  if (!peer.address) return `the address of the sender is not known (${peer.reason}): check trusted_proxies`;
  if (peer.untrustedProxy) {
    return 'the request came through a proxy on this machine that is not trusted: set trusted_proxies to its address';
  }
  if (!whitelist.has(peer.address)) {
    return `the address ${peer.address.toString()} is not in api_whitelist: add it there or send a token`;
  }
  if (isForeignPage(caller.headers)) {
    return 'a web page of another site may not use the address of its browser: send a token';
  }
  return undefined;
}

/**
 * Whether the request comes from a page in a browser that did not get it from us: its address is that of whoever
 * looks at the page, and says nothing about who wrote it. A host that is no plain address or localhost may have been
 * rebound to ours by the page's author.
 */
function isForeignPage(headers: IncomingHttpHeaders): boolean {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (origin === undefined && site === undefined) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const host = headers[':authority'] ?? headers.host;
  if (typeof host !== 'string') return true;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) return true;
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const address = parseAddress(name);
  return address === undefined ? name !== 'localhost' : false;
}

/** Whether listening there opens the port to other machines. */
export function isOpenHost(host: string): boolean {
  const address = parseAddress(host);
  return address ? !isLoopback(address) : host !== 'localhost';
}
