import type { ChainView, I18n, ObjectId } from '../../../core/chain/types.ts';
import type { JsonObject } from '../../../core/incidents/types.ts';
import type { EveningRecord, RecordedEvent, RecordedWitness } from './record.ts';
import { matchOfEvent, type NamedMatch } from './support-names.ts';

/** A market group that was on chain at some time. */
export interface IndexedGroup {
  readonly match: NamedMatch;
  readonly texts: ReadonlyMap<string, string>;
  readonly asset: string | undefined;
  /** English texts of its markets, by id. */
  readonly markets: ReadonlyMap<ObjectId, string>;
}

/** What the ids that were ever on chain stand for, read off their texts. */
export interface ChainIndex {
  readonly events: ReadonlyMap<ObjectId, NamedMatch>;
  readonly groups: ReadonlyMap<ObjectId, IndexedGroup>;
  /** Group of a market. */
  readonly groupOf: ReadonlyMap<ObjectId, ObjectId>;
}

/** Reads everything that belongs to matches. */
export function indexOf(record: EveningRecord): ChainIndex {
  const view = record.blocks.at(-1)?.view;
  const events = new Map<ObjectId, NamedMatch>();
  const groups = new Map<ObjectId, IndexedGroup>();
  const groupOf = new Map<ObjectId, ObjectId>();
  for (const recorded of record.events) {
    const match = view && matchOfRecorded(view, recorded);
    if (!match) continue;
    events.set(recorded.id, match);
    for (const { id, group, markets } of recorded.groups) {
      const asset = view.assetSymbol(String(group.asset_id));
      const named = markets.map(
        (market) => [String(market.id), textsOf(market.description).get('en') ?? ''] as const,
      );
      groups.set(id, { match, texts: textsOf(group.description), asset, markets: new Map(named) });
      for (const [market] of named) groupOf.set(market, id);
    }
  }
  return { events, groups, groupOf };
}

/** The match of an event as it was recorded. */
export function matchOfRecorded(view: ChainView, { event }: RecordedEvent): NamedMatch | undefined {
  return matchOfEvent(view, {
    name: pairsOf(event.name),
    start_time: typeof event.start_time === 'string' ? event.start_time : null,
    event_group_id: String(event.event_group_id),
  });
}

/** Texts by key, of anything that may be a list of pairs. */
export function textsOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(pairsOf(value));
}

/** A list of texts in the node's answer. */
export function listOf(object: JsonObject, field: string): readonly string[] {
  const value = object[field];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Witnesses that run our code and are told the truth: what they do is ours. */
export function oursOf({ witnesses }: EveningRecord): readonly RecordedWitness[] {
  return witnesses.filter(({ role }) => role === 'ours' || role === 'slow');
}

function pairsOf(value: unknown): I18n {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair: unknown) =>
    Array.isArray(pair) ? [[String(pair[0]), String(pair[1])] as const] : [],
  );
}
