import type { ChangeStore } from '../store.ts';
import type { Collections } from './collections.ts';
import { toDecisionRecord } from './decision-documents.ts';
import type { DecisionFeed, IncidentFeed } from './feed.ts';

/** How many of the newest decisions are looked at; a process that dies leaves out at most those it had in hand. */
const NEWEST = 500;

/** The order of what was added to a MongoDB store, by whatever process. */
export function mongoChanges(
  { decisions }: Collections,
  incidentFeed: IncidentFeed,
  decisionFeed: DecisionFeed,
): ChangeStore {
  return {
    async last() {
      const [ofIncidents, ofDecisions] = await Promise.all([incidentFeed.last(), decisionFeed.last()]);
      return { incidents: ofIncidents, decisions: ofDecisions };
    },
    async decisionsAfter(position, limit) {
      const entries = await decisionFeed.after(position, limit);
      const documents = await decisions.find({ _id: { $in: entries.map(({ item }) => item) } }).toArray();
      const records = new Map(documents.map((document) => [document._id, toDecisionRecord(document)]));
      return entries.flatMap(({ _id, item }) => {
        const record = records.get(item);
        return record ? [{ position: _id, record }] : [];
      });
    },
  };
}

/** Gives positions to decisions whose process died between recording them and giving one. */
export async function repairDecisionFeed({ decisions }: Collections, feed: DecisionFeed): Promise<void> {
  const newest = await decisions
    .find()
    .sort({ order: -1 })
    .limit(NEWEST)
    .project<{ _id: string }>({ _id: 1 })
    .toArray();
  await feed.positions(newest.map(({ _id }) => _id).reverse());
}
