/**
 * Chain id of every development chain of ours: SHA-256 of the text `bookie-oracle-suite devnet`. The devnet data set
 * names the same; only a chain with this id may be signed for with keys from a plain file.
 */
export const DEVNET_CHAIN_ID = '7c01c00259976729be713e4527c31cc500cef3617733d1aa6a727beb000d3a23';
