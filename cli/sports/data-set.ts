import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandFailure } from '../base/failure.ts';

/** A data set on disk: a folder in the bookiesports format, and a network in it. */
export interface DataSetChoice {
  readonly folder: string;
  readonly network: string;
}

/**
 * The data sets that a folder means: itself, if it is that of one network (it holds sports), else one per network in
 * it, or the named one.
 */
export async function dataSets(
  given: string,
  network: string | undefined,
): Promise<readonly DataSetChoice[]> {
  const folder = resolve(given);
  if (await hasIndex(folder)) return [{ folder: dirname(folder), network: basename(folder) }];
  const { availableNetworks } = await import('../../core/sports/load.ts');
  const networks = await availableNetworks(folder);
  if (networks.length === 0) {
    throw new CommandFailure(
      3,
      `expected a folder of a network, or one with networks in it, at ${given}, found no index.yaml in or below it: name another folder`,
    );
  }
  if (network !== undefined && !networks.includes(network)) {
    throw new CommandFailure(
      3,
      `expected one of the networks ${networks.join(', ')} in ${given}, got "${network}": correct --network`,
    );
  }
  return networks
    .filter((name) => network === undefined || name === network)
    .map((name) => ({ folder, network: name }));
}

/** The one data set that a folder means. */
export async function oneDataSet(given: string, network: string | undefined): Promise<DataSetChoice> {
  const [only, ...more] = await dataSets(given, network);
  if (only && more.length === 0) return only;
  throw new CommandFailure(
    2,
    `expected one network, ${given} has several: name it by --network, or name its folder`,
  );
}

function hasIndex(folder: string): Promise<boolean> {
  return stat(join(folder, 'index.yaml')).then(
    () => true,
    () => false,
  );
}
