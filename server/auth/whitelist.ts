import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import type { Clock } from '../../core/clock.ts';
import { BosError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';

/** An IPv4 or IPv6 address; IPv4-mapped IPv6 has become IPv4. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Parses an address; IPv4-mapped IPv6 becomes IPv4, a zone is dropped. Undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const bare = text.replace(/%.*$/, '');
  const wellFormed = bare.includes(':')
    ? ipaddr.IPv6.isValid(bare)
    : ipaddr.IPv4.isValidFourPartDecimal(bare);
  return wellFormed ? ipaddr.process(bare) : undefined;
}

/** Whether the address is of this machine. */
export function isLoopback(address: Address): boolean {
  return address.range() === 'loopback';
}

/** Addresses and CIDRs. */
export class AddressSet {
  readonly #exact = new Set<string>();
  readonly #ranges: [Address, number][] = [];
  /** Entries that are neither: host names, perhaps. */
  readonly others: readonly string[];

  constructor(entries: readonly string[]) {
    this.others = entries.filter((entry) => !this.add(entry));
  }

  /** Adds an address or a CIDR; false when it is neither. */
  add(entry: string): boolean {
    const address = parseAddress(entry);
    if (address) this.#exact.add(address.toNormalizedString());
    else if (ipaddr.isValidCIDR(entry)) this.#ranges.push(canonicalRange(entry));
    return address !== undefined || ipaddr.isValidCIDR(entry);
  }

  has(address: Address): boolean {
    if (this.#exact.has(address.toNormalizedString())) return true;
    return this.#ranges.some(([net, bits]) => net.kind() === address.kind() && address.match(net, bits));
  }
}

function canonicalRange(cidr: string): [Address, number] {
  const [net, bits] = ipaddr.parseCIDR(cidr);
  if (net instanceof ipaddr.IPv6 && net.isIPv4MappedAddress() && bits >= 96)
    return [net.toIPv4Address(), bits - 96];
  return [net, bits];
}

/** Finds the addresses of a host name; tests bring their own. */
export type Resolve = (name: string) => Promise<readonly string[]>;

const systemResolve: Resolve = async (name) =>
  (await lookup(name, { all: true })).map((found) => found.address);

/** Who may report incidents and read: `api.whitelist`. */
export interface Whitelist {
  /** Whether everybody is on it (`0.0.0.0`). */
  readonly anyone: boolean;
  has(address: Address): boolean;
}

/** How often host names are resolved again. */
export const RESOLVE_EVERY_MS = 60_000;

/**
 * Reads the whitelist and keeps the addresses of its host names fresh until `signal` aborts. A name that can't be
 * resolved keeps its last addresses; before it has any, it admits nobody.
 * @throws BosError configuration for an entry that is no address, CIDR or host name
 */
export async function openWhitelist(options: {
  readonly entries: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly resolve?: Resolve;
}): Promise<Whitelist> {
  const { clock, log, signal, resolve = systemResolve } = options;
  const entries = options.entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
  const anyone = entries.some((entry) => entry === '0.0.0.0' || entry === '::');
  const fixed = new AddressSet(entries);
  for (const name of fixed.others) assertHostName(name);
  const resolved = new Map<string, AddressSet>();

  const refresh = async () => {
    await Promise.all(
      fixed.others.map(async (name) => {
        try {
          resolved.set(name, new AddressSet(await resolve(name)));
        } catch (error) {
          log.warn(
            { name, err: error },
            'a host name of api.whitelist cannot be resolved; its last addresses stay',
          );
        }
      }),
    );
  };
  if (fixed.others.length > 0) {
    await refresh();
    void repeat(refresh, clock, signal);
  }
  return {
    anyone,
    has: (address) => anyone || fixed.has(address) || [...resolved.values()].some((set) => set.has(address)),
  };
}

async function repeat(refresh: () => Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(RESOLVE_EVERY_MS, signal);
    if (!signal.aborted) await refresh();
  }
}

function assertHostName(name: string): void {
  if (/^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i.test(name)) {
    // A last part of digits only is a mistyped address, never a name.
    if (!/(^|\.)\d+\.?$/.test(name)) return;
  }
  throw new BosError(
    'configuration',
    `expected an address, a CIDR or a host name in api.whitelist, got "${name}": correct or remove it`,
    { key: 'api.whitelist', got: name },
  );
}
