/** The settings of a process after defaults < config.yaml < BOS_* environment < flags. Legacy keys are mapped in. */
export interface Config {
  /** `sqlite:` (in the data folder), `sqlite:PATH`, or `mongodb://...`. */
  readonly store: string;
  /** `memory:`, or `redis://...`, `rediss://...`, `unix://...`. */
  readonly queue: string;
  /** Names of the collections that the Python suite has in MongoDB too. */
  readonly collections: { readonly incident: string; readonly event: string };
  /** Node addresses in the order they are tried. */
  readonly node: readonly string[];
  /** Name of the sub-folder of the sports folder; its chain_id must be the node's. */
  readonly network: string;
  /** Folder in the bookiesports format; undefined = the data sets that come with the package. */
  readonly sportsFolder: string | undefined;
  readonly dataDir: string;
  readonly api: {
    readonly host: string;
    readonly port: number;
    /** Addresses, CIDRs and host names that may report incidents; `0.0.0.0` = anyone. */
    readonly whitelist: readonly string[];
    /** Addresses and CIDRs of reverse proxies whose forwarding headers count. */
    readonly trustedProxies: readonly string[];
    /** Bytes after decompression; 65536. */
    readonly bodyLimit: number;
  };
  readonly proposer: string | undefined;
  readonly approver: string | undefined;
  /** Do everything but send nothing to the chain. */
  readonly nobroadcast: boolean;
  readonly scheduler: { readonly enabled: boolean; readonly intervalMs: number };
  readonly worker: { readonly concurrency: number; readonly leaseMs: number };
  /** Most specific wins: `call`, `sport/call`, `sport/league/call`. */
  readonly thresholds: Readonly<Record<string, number>>;
  readonly expirations: {
    readonly cannotOpenMs: number;
    readonly postponedMs: number;
    readonly unhandledMs: number;
  };
  readonly dynamic: {
    readonly handicapFuzzy: number;
    readonly overunderFuzzy: number;
    readonly minAgeMs: number;
  };
  /** Bounds of each proposal of ours. */
  readonly proposals: {
    readonly maxOperations: number;
    readonly maxBytes: number;
    readonly lifetimeMs: number;
  };
  readonly logging: { readonly level: string };
}
