import { type ChainEvent, type ChainView, type I18n, OP, type Operation } from '../core/chain/types.ts';

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(OP).map(([name, tag]) => [tag, name]));

/** The English of texts on chain. */
export function english(texts: I18n): string {
  return texts.find(([key]) => key === 'en')?.[1] ?? '?';
}

/** All events that are on chain. */
export function liveEvents(view: ChainView): readonly ChainEvent[] {
  return view
    .sports()
    .flatMap((sport) => view.eventGroups(sport.id))
    .flatMap((group) => view.events(group.id));
}

/** The event of that English name; undefined when it is not on chain. */
export function liveEvent(view: ChainView, name: string): ChainEvent | undefined {
  return liveEvents(view).find((event) => english(event.name) === name);
}

/** The events on chain with their groups and markets, as lines, two spaces a level. */
export function tree(view: ChainView): readonly string[] {
  return liveEvents(view).flatMap((event) => [
    `${event.id} ${english(event.name)}, ${event.status}`,
    ...view
      .marketGroups(event.id)
      .flatMap((group) => [
        `  ${group.id} ${english(group.description)} (${view.assetSymbol(group.asset_id) ?? group.asset_id}), ${group.status}`,
        ...view.markets(group.id).map((market) => `    ${market.id} ${english(market.description)}`),
      ]),
  ]);
}

/** What a proposal holds, in a few words: what matters of a match by name, all else counted by kind. */
export function summary(view: ChainView, operations: readonly Operation[]): string {
  const counts = new Map<string, number>();
  for (const operation of operations) {
    const words = wordsFor(view, operation);
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([words, count]) => (count === 1 ? words : `${count} ${words}`)).join(', ');
}

function wordsFor(view: ChainView, [tag, fields]: Operation): string {
  const kind = NAMES.get(tag) ?? `operation_${tag}`;
  switch (tag) {
    case OP.event_create:
      return `${kind} ${JSON.stringify(textIn(fields.name))}`;
    case OP.betting_market_group_create:
      return `${kind} ${JSON.stringify(textIn(fields.description))}`;
    case OP.betting_market_group_resolve:
      return `${kind} ${String(fields.betting_market_group_id)}`;
    case OP.event_update_status: {
      const id = String(fields.event_id);
      const event = liveEvents(view).find((each) => each.id === id);
      return `${kind} ${event ? JSON.stringify(english(event.name)) : id} ${String(fields.status)}`;
    }
    default:
      return kind;
  }
}

/** Proposals hold whatever somebody put into them. */
function textIn(value: unknown): string {
  const pairs: readonly unknown[] = Array.isArray(value) ? value : [];
  const pair = pairs.find((each): each is readonly unknown[] => Array.isArray(each) && each[0] === 'en');
  return String(pair?.[1] ?? '?');
}
