import { isRecord } from './json.ts';
import type { NodeChain } from './node-chain.ts';
import { NodeError } from './node-error.ts';
import { readObject, type Tracked } from './objects.ts';
import { type ClosedProposal, type ObjectId, OP, type PastEvent, WITNESS_ACCOUNT } from './types.ts';

type Caller = Pick<NodeChain, 'call'>;

const HISTORY_PAGE = 100;
/** Operations of witness-account that are looked through, newest first: a settled event is asked for soon after. */
const HISTORY_PAGES = 20;
/** Where a history begins, and what stands for its newest entry. */
const NO_OPERATION = '1.11.0';

/**
 * Reads an event that is gone, and the markets of those groups that were settled: no list has them any more, but their
 * ids are in the resolutions that executed, of which the mirror saw the last itself and witness-account's history has
 * the others (chain reference 4.2, 4.3). Undefined when the bookie API does not tell. One round trip when the mirror saw
 * it all, else a few; rejects with ConnectionError.
 * @param closed proposals that closed while the mirror watched
 */
export async function readPast(
  chain: Caller,
  eventId: ObjectId,
  groupIds: readonly ObjectId[],
  closed: readonly ClosedProposal[] = [],
): Promise<PastEvent | undefined> {
  const seen = executedResolutions(closed, new Set(groupIds));
  const objects = await copies(chain, [eventId, ...groupIds, ...[...seen.values()].flat()]);
  const event = objects.find(({ kind, value }) => kind === 'events' && value.id === eventId);
  if (event?.kind !== 'events' || !['settled', 'canceled'].includes(event.value.status)) return undefined;
  const groups = objects.flatMap((object) =>
    object.kind === 'marketGroups' && object.value.status === 'settled' ? [object.value] : [],
  );
  const unseen = groups.map(({ id }) => id).filter((id) => !seen.has(id));
  const searched = await resolvedMarkets(chain, new Set(unseen));
  const marketIds = new Map([...seen, ...searched]);
  const markets = [...objects, ...(await copies(chain, [...searched.values()].flat()))].flatMap((object) =>
    object.kind === 'markets' ? [object.value] : [],
  );
  return {
    event: event.value,
    groups: groups.flatMap((group) =>
      marketIds.has(group.id)
        ? [{ group, markets: markets.filter(({ group_id }) => group_id === group.id) }]
        : [],
    ),
  };
}

/** What the bookie API has of these objects; nothing where there is no such API. */
async function copies(chain: Caller, ids: readonly ObjectId[]): Promise<readonly Tracked[]> {
  if (ids.length === 0) return [];
  const answer = await unlessRefused(chain.call('bookie', 'get_objects', [ids]));
  return arrayOf(answer).flatMap((raw) => (raw === null ? [] : (readObject(raw) ?? [])));
}

/** The markets that each group was resolved with by proposals that the mirror saw execute. */
function executedResolutions(
  closed: readonly ClosedProposal[],
  groups: ReadonlySet<ObjectId>,
): ReadonlyMap<ObjectId, readonly ObjectId[]> {
  const found = closed
    .filter(({ outcome }) => outcome === 'executed')
    .flatMap(({ proposal }) => proposal.proposed_transaction.operations)
    .flatMap((operation) => resolution(operation))
    .filter(({ group }) => groups.has(group));
  return new Map(found.map(({ group, markets }) => [group, markets]));
}

/** The markets that each group was resolved with, as far as history goes back. */
async function resolvedMarkets(
  chain: Caller,
  groups: ReadonlySet<ObjectId>,
): Promise<ReadonlyMap<ObjectId, readonly ObjectId[]>> {
  const found = new Map<ObjectId, readonly ObjectId[]>();
  let start = NO_OPERATION;
  for (let page = 0; page < HISTORY_PAGES && found.size < groups.size; page += 1) {
    const params = [WITNESS_ACCOUNT, NO_OPERATION, HISTORY_PAGE, start];
    const entries = arrayOf(await unlessRefused(chain.call('history', 'get_account_history', params)));
    for (const { group, markets } of entries.flatMap((entry) =>
      isRecord(entry) ? resolution(entry.op) : [],
    )) {
      if (groups.has(group) && !found.has(group)) found.set(group, markets);
    }
    const last = entries.at(-1);
    const instance = isRecord(last) ? Number(String(last.id).split('.')[2]) : 0;
    if (entries.length < HISTORY_PAGE || !(instance > 1)) break;
    start = `1.11.${instance - 1}`;
  }
  return found;
}

function resolution(
  operation: unknown,
): readonly { readonly group: ObjectId; readonly markets: readonly ObjectId[] }[] {
  const [tag, fields] = arrayOf(operation);
  if (tag !== OP.betting_market_group_resolve || !isRecord(fields)) return [];
  const markets = arrayOf(fields.resolutions).map((pair) => String(arrayOf(pair)[0]));
  return [{ group: String(fields.betting_market_group_id), markets }];
}

/** Undefined where the node refuses: it has no such API, or not for us. */
async function unlessRefused(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NodeError) return undefined;
    throw error;
  }
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
