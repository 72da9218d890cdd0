import type { IncomingHttpHeaders } from 'node:http';
import { type Address, type AddressSet, isLoopback, parseAddress } from './whitelist.ts';

/** Headers that tell of a proxy between the sender and us. */
const FORWARDING_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-real-ip',
  'via',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
] as const;

/** The address that counts for a request, or why none does. */
export type Peer =
  | { readonly address: Address; readonly untrustedProxy: boolean }
  /** `connection` is the address at the other end of the connection, as text. */
  | { readonly address?: undefined; readonly reason: string; readonly connection: string };

/**
 * Finds the address that counts. From a trusted proxy it is the right-most one in its header that is not a trusted
 * proxy itself; everything left of that could have been written by the sender. Headers of anybody else are not
 * believed, but noticed: `untrustedProxy` says that a proxy on this machine may stand in between, so that being
 * loopback means nothing.
 */
export function findPeer(
  remoteAddress: string | undefined,
  headers: IncomingHttpHeaders,
  trustedProxies: AddressSet,
): Peer {
  const direct = remoteAddress === undefined ? undefined : parseAddress(remoteAddress);
  if (!direct) return { reason: 'the connection is gone', connection: 'unknown' };
  const forwarded = FORWARDING_HEADERS.some((name) => headers[name] !== undefined);
  if (!forwarded) return { address: direct, untrustedProxy: false };
  if (!trustedProxies.has(direct)) return { address: direct, untrustedProxy: isLoopback(direct) };

  const unclear = (reason: string): Peer => ({ reason, connection: direct.toString() });
  const claims = claimedAddresses(headers).map((chain) => rightmostUntrusted(chain, trustedProxies));
  const [first] = claims;
  if (!first) return unclear('the trusted proxy does not say for which address it speaks');
  // A proxy overwrites the headers that it knows and hands on the others as the sender wrote them.
  const agree = claims.every((claim) => claim?.toNormalizedString() === first.toNormalizedString());
  if (!agree) return unclear('the forwarding headers contradict each other');
  return { address: first, untrustedProxy: false };
}

/** The chains of addresses that the headers claim, nearest last. */
function claimedAddresses(headers: IncomingHttpHeaders): string[][] {
  const chains: string[][] = [];
  const text = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(',') : value;
  };
  const forwardedFor = text('x-forwarded-for');
  if (forwardedFor !== undefined) chains.push(forwardedFor.split(','));
  const forwarded = text('forwarded');
  if (forwarded !== undefined) chains.push(forwarded.split(',').map(forParameter));
  const realIp = text('x-real-ip');
  if (realIp !== undefined) chains.push([realIp]);
  return chains;
}

/** `for=192.0.2.60;proto=http` -> `192.0.2.60`. */
function forParameter(element: string): string {
  return /(?:^|;)\s*for\s*=\s*(?:"([^"]*)"|([^;\s]*))/i.exec(element)?.slice(1).find(Boolean) ?? '';
}

function rightmostUntrusted(chain: readonly string[], trusted: AddressSet): Address | undefined {
  let last: Address | undefined;
  for (const text of chain.toReversed()) {
    const address = parseAddress(withoutPort(text.trim()));
    // What is no address hides whoever stands behind it.
    if (!address) return undefined;
    last = address;
    if (!trusted.has(address)) return address;
  }
  return last;
}

/** `192.0.2.60:4711` and `[2001:db8::1]:4711` without the port. */
function withoutPort(text: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
}
