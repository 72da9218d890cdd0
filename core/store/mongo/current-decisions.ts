import { chunks } from '../batch.ts';
import { type Collections, type DecisionDocument, documentKey } from './collections.ts';

/*
 * A decision is current from its insert until a higher sequence of its call was seen. The mark is taken away after the
 * insert of the higher one, never before, so the latest decision always carries it; one that should not carry it any
 * more (a process died in between) is recognised by its sequence and loses it then.
 */

const EVENTS_PER_QUERY = 500;

/** Takes the mark from all decisions of a call but the latest. */
export async function settleCurrent(
  { decisions }: Pick<Collections, 'decisions'>,
  event: string,
  call: DecisionDocument['call'],
): Promise<void> {
  const latest = await decisions.findOne(
    { event, call },
    { sort: { sequence: -1 }, projection: { sequence: 1 } },
  );
  if (!latest || latest.sequence === 1) return;
  await decisions.updateMany(
    { event, call, sequence: { $lt: latest.sequence }, current: true },
    { $set: { current: false } },
  );
}

/** The latest decision of each call of the events. */
export async function latestOfEvents(
  { decisions }: Pick<Collections, 'decisions'>,
  events: readonly string[],
): Promise<readonly DecisionDocument[]> {
  const found: DecisionDocument[] = [];
  for (const some of chunks(events, EVENTS_PER_QUERY)) {
    found.push(...(await decisions.find({ event: { $in: [...some] }, current: true }).toArray()));
  }
  return highest(found);
}

/** Of documents that were found by their mark, those that are the latest of their calls; the others lose the mark. */
export async function takeLatest(
  collections: Pick<Collections, 'decisions'>,
  marked: readonly DecisionDocument[],
): Promise<readonly DecisionDocument[]> {
  const events = [...new Set(marked.map(({ event }) => event))];
  const latest = new Set<string>();
  for (const some of chunks(events, EVENTS_PER_QUERY)) {
    const sequences = await collections.decisions
      .find({ event: { $in: [...some] }, current: true })
      .project<Pick<DecisionDocument, '_id' | 'event' | 'call' | 'sequence'>>({
        event: 1,
        call: 1,
        sequence: 1,
      })
      .toArray();
    for (const { _id } of highest(sequences)) latest.add(_id);
  }
  const stale = marked.filter(({ _id }) => !latest.has(_id));
  for (const { event, call } of stale) await settleCurrent(collections, event, call);
  return marked.filter(({ _id }) => latest.has(_id));
}

function highest<T extends Pick<DecisionDocument, 'event' | 'call' | 'sequence'>>(
  documents: readonly T[],
): readonly T[] {
  const ofCalls = new Map<string, T>();
  for (const document of documents) {
    const key = documentKey(document.event, document.call);
    const before = ofCalls.get(key);
    if (!before || before.sequence < document.sequence) ofCalls.set(key, document);
  }
  return [...ofCalls.values()];
}
