import type { ObjectId } from '../../core/chain/types.ts';
import { ensure } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Ledger } from '../ledger.ts';
import { idParts } from '../wire/ids.ts';

/** Highest type number that a real node knows in each space; the devnet has objects of some of them. */
const LAST_TYPE = [-1, 39, 30];
const BLOCK_SUMMARY = 8;

/**
 * Any object by its id, or null.
 * @throws NodeError for ids of types that no node has.
 */
export function objectOrNull(ledger: Ledger, id: ObjectId): Json {
  const { space, type, instance } = idParts(id);
  const where = ['object_database.cpp', 40, 'get_index'] as const;
  ensure(space < LAST_TYPE.length, '_index.size() > space_id', '', {}, where);
  ensure(space > 0, '_index[space_id].size() > type_id', '', {}, where);
  ensure(type <= (LAST_TYPE[space] ?? -1), 'tmp', '', {}, where);
  if (space === 2 && type === BLOCK_SUMMARY) {
    return instance > 0xffff ? null : { id, block_id: ledger.reference(instance) };
  }
  return ledger.state.present(id) ?? null;
}
