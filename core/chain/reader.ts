import { BosError } from '../errors.ts';
import { isRecord } from './json.ts';
import { type Kind, readObject, type Tracked } from './objects.ts';
import type { NodeClient } from './rpc.ts';
import { type ObjectId, WITNESS_ACCOUNT } from './types.ts';
import type { ChainFacts } from './world.ts';

const PARALLEL_CALLS = 16;
const IDS_A_CALL = 200;
const RULES_A_CALL = 100;
const ASSETS_A_CALL = 100;

/** The list call that answers what hangs under an object, per kind of object. */
const CHILDREN: Readonly<Partial<Record<Kind, string>>> = {
  sports: 'list_event_groups',
  eventGroups: 'list_events_in_group',
  events: 'list_betting_market_groups',
  marketGroups: 'list_betting_markets',
};

/** The objects of a call that answers an array; `invalid` when it is none. */
export async function readList(
  client: Pick<NodeClient, 'call'>,
  method: string,
  params: readonly unknown[],
): Promise<Tracked[]> {
  const answer = await readArray(client, method, params);
  return answer.flatMap((raw: unknown) => (raw === null ? [] : (readObject(raw) ?? [])));
}

/** Reads objects by their ids and, after `set_subscribe_callback`, subscribes to them. Null for what is not there. */
export async function readByIds(
  client: Pick<NodeClient, 'call'>,
  ids: readonly ObjectId[],
): Promise<Map<ObjectId, Tracked | null>> {
  const raw = await readRaw(client, ids);
  return new Map(ids.map((id) => [id, (raw.has(id) && readObject(raw.get(id))) || null]));
}

/** What is there of these ids, as the node answers it; subscribes like `readByIds`. */
export async function readRaw(
  client: Pick<NodeClient, 'call'>,
  ids: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, unknown>> {
  const found = new Map<ObjectId, unknown>();
  const chunks = Array.from({ length: Math.ceil(ids.length / IDS_A_CALL) }, (_, i) =>
    ids.slice(i * IDS_A_CALL, (i + 1) * IDS_A_CALL),
  );
  await inParallel(chunks, async (chunk) => {
    for (const raw of await readArray(client, 'get_objects', [chunk])) {
      if (isRecord(raw) && typeof raw.id === 'string') found.set(raw.id, raw);
      else if (raw !== null)
        throw new BosError('invalid', `expected objects, got ${JSON.stringify(raw)?.slice(0, 100)}`);
    }
  });
  return found;
}

async function readArray(
  client: Pick<NodeClient, 'call'>,
  method: string,
  params: readonly unknown[],
): Promise<readonly unknown[]> {
  const answer = await client.call('database', method, params);
  if (Array.isArray(answer)) return answer;
  throw new BosError('invalid', `expected an array from ${method}, got ${typeof answer}`);
}

/** Everything that views hold, by listing it from the sports down. Two calls a level would not do: lists have no batch. */
export async function listAll(client: Pick<NodeClient, 'call'>): Promise<Map<ObjectId, Tracked | null>> {
  const found = new Map<ObjectId, Tracked | null>();
  const [sports, proposals, rules] = await Promise.all([
    readList(client, 'list_sports', []),
    readList(client, 'get_proposed_transactions', [WITNESS_ACCOUNT]),
    listRules(client),
  ]);
  let level = [...sports, ...proposals, ...rules];
  while (level.length > 0) {
    for (const object of level) found.set(object.value.id, object);
    const parents = level.filter(({ kind }) => CHILDREN[kind]);
    const children: Tracked[] = [];
    await inParallel(parents, async ({ kind, value }) => {
      children.push(...(await readList(client, CHILDREN[kind] ?? '', [value.id])));
    });
    level = children;
  }
  return found;
}

/** No node lists rules, but they are never deleted: their ids have no gaps (chain reference 3.4). */
async function listRules(client: Pick<NodeClient, 'call'>): Promise<Tracked[]> {
  const rules: Tracked[] = [];
  for (let first = 0; ; first += RULES_A_CALL) {
    const ids = Array.from({ length: RULES_A_CALL }, (_, i) => `1.23.${first + i}`);
    const chunk = await readList(client, 'get_objects', [ids]);
    rules.push(...chunk);
    if (chunk.length === 0) return rules;
  }
}

/** Chain id and assets. */
export async function readFacts(client: Pick<NodeClient, 'call'>, chainId: string): Promise<ChainFacts> {
  const assets = new Map<ObjectId, string>();
  for (let lower = ''; ; ) {
    const page = await client.call('database', 'list_assets', [lower, ASSETS_A_CALL]);
    if (!Array.isArray(page))
      throw new BosError('invalid', `expected an array from list_assets, got ${typeof page}`);
    for (const asset of page) {
      if (!isRecord(asset) || typeof asset.id !== 'string' || typeof asset.symbol !== 'string') {
        throw new BosError(
          'invalid',
          `expected assets with id and symbol, got ${JSON.stringify(asset)?.slice(0, 100)}`,
        );
      }
      assets.set(asset.id, asset.symbol);
      lower = asset.symbol;
    }
    if (page.length < ASSETS_A_CALL) break;
  }
  return { chainId, assets };
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_CALLS, items.length) }, lane));
}
