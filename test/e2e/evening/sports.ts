import { defaultSportsFolder, loadSportsData } from '../../../core/sports/load.ts';
import { makeNormalizer } from '../../../core/sports/normalizer.ts';

/** The package's data for the development chain: what everybody in an evening goes by. */
export const sports = await loadSportsData(defaultSportsFolder(), 'devnet');
export const normalizer = makeNormalizer(sports);
