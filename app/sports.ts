import type { Clock } from '../core/clock.ts';
import type { Config } from '../core/config/types.ts';
import type { SportsInUse, SportsRefusal } from '../core/context.ts';
import { BosError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { defaultSportsFolder, loadSportsData, parsedOwnFiles } from '../core/sports/load.ts';
import { makeNormalizer } from '../core/sports/normalizer.ts';
import type { LocalAlias, Normalizer, SportsData } from '../core/sports/types.ts';
import { makeFolder } from '../core/store/folder.ts';
import { aliasFile } from './alias-file.ts';

interface Loaded {
  readonly data: SportsData;
  readonly aliases: readonly LocalAlias[];
  readonly normalizer: Normalizer;
}

/**
 * The sports data of a process: loaded and checked at its start, replaced as a whole when they are loaded again. What is
 * broken on disk then is told and changes nothing; those in use stay until the disk is right.
 * @throws BosError `configuration` for data or local aliases that cannot be used
 */
export async function openSports(
  config: Pick<Config, 'sportsFolder' | 'network' | 'dataDir'>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<SportsInUse> {
  const aliases = aliasFile(config.dataDir);
  const load = async (): Promise<Loaded> => {
    const folder = config.sportsFolder;
    const data =
      folder === undefined
        ? await loadSportsData(defaultSportsFolder(), config.network, await parsedOwnFiles())
        : await loadSportsData(folder, config.network);
    const known = await aliases.load(data, log);
    return { data, aliases: known, normalizer: makeNormalizer(data, known) };
  };

  let inUse = await load();
  let refusal: SportsRefusal | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const oneAtATime = <T>(change: () => Promise<T>): Promise<T> => {
    const next = last.then(change);
    last = next.catch(() => {});
    return next;
  };

  const reload = async () => {
    const previous = inUse.data;
    try {
      const fresh = await load();
      requireSameChain(previous, fresh.data);
      inUse = fresh;
      refusal = undefined;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      refusal = { problem, since: refusal?.since ?? clock.now() };
      log.error({ err: error, digest: previous.digest }, 'sports data refused; those in use stay');
      throw error;
    }
    const { digest } = inUse.data;
    log.info({ digest, previousDigest: previous.digest }, 'sports data loaded again');
    return { previousDigest: previous.digest, digest };
  };
  const addAlias = async (wanted: LocalAlias): Promise<LocalAlias> => {
    await makeFolder(config.dataDir);
    const { alias, all } = await aliases.add(inUse.data, wanted);
    inUse = { data: inUse.data, aliases: all, normalizer: makeNormalizer(inUse.data, all) };
    log.info({ ...alias }, 'local alias added');
    return alias;
  };

  return {
    current: () => inUse,
    control: {
      reload: () => oneAtATime(reload),
      addAlias: (alias) => oneAtATime(() => addAlias(alias)),
      refusal: () => refusal,
    },
  };
}

/** The node is the old chain's: a data set for another one needs a new start. */
function requireSameChain(before: SportsData, fresh: SportsData): void {
  if (before.chainId === fresh.chainId) return;
  throw new BosError(
    'configuration',
    `expected sports data for chain ${before.chainId.slice(0, 8)}..., got some for ${fresh.chainId.slice(0, 8)}...: restart to change the chain`,
    { expected: before.chainId, got: fresh.chainId },
  );
}
