import { ObjectId } from 'mongodb';
import type { Log } from '../../log.ts';
import { startPaging } from '../paging.ts';
import type { DecisionStore } from '../store.ts';
import type { Collections } from './collections.ts';
import { latestOfEvents, settleCurrent, takeLatest } from './current-decisions.ts';
import { toDecisionDocument, toDecisionRecord } from './decision-documents.ts';
import { projectDecision } from './event-documents.ts';
import type { DecisionFeed } from './feed.ts';
import { insertIfNew } from './inserting.ts';

/** Decisions of a MongoDB store. Inserting one is the commit; what follows from it can be made again at any time. */
export function mongoDecisions(collections: Collections, feed: DecisionFeed, log: Log): DecisionStore {
  const { decisions } = collections;
  return {
    async insert(record) {
      const document = toDecisionDocument(record);
      if (!(await insertIfNew(decisions, document))) return false;
      const followUps = await Promise.allSettled([
        settleCurrent(collections, record.eventId, record.call),
        projectDecision(collections, record),
        feed.append([document._id]),
      ]);
      for (const followUp of followUps) {
        if (followUp.status === 'rejected') {
          log.warn(
            { err: followUp.reason, event: record.eventId, call: record.call, sequence: record.sequence },
            'a decision is recorded, but what follows from it is not up to date: the next start and "bos events rebuild" repair it',
          );
        }
      }
      return true;
    },
    async latest(eventId, call) {
      const document = await decisions.findOne({ event: eventId, call }, { sort: { sequence: -1 } });
      return document ? toDecisionRecord(document) : undefined;
    },
    async latestOfEvent(eventId) {
      const records = (await latestOfEvents(collections, [eventId])).map(toDecisionRecord);
      return new Map(records.map((record) => [record.call, record]));
    },
    async history(eventId, call, request) {
      const list = { list: 'decisions', filter: { eventId, call } };
      if (call === undefined) {
        const paging = startPaging({ ...list, key: ['string'] }, request);
        const after = paging.after && ObjectId.createFromHexString(paging.after[0]);
        const documents = await decisions
          .find({ event: eventId, ...(after && { order: { $lt: after } }) })
          .sort({ order: -1 })
          .limit(paging.limit)
          .toArray();
        return paging.page(documents, ({ order }) => [order.toHexString()], toDecisionRecord);
      }
      const paging = startPaging({ ...list, key: ['number'] }, request);
      const documents = await decisions
        .find({ event: eventId, call, ...(paging.after && { sequence: { $lt: paging.after[0] } }) })
        .sort({ sequence: -1 })
        .limit(paging.limit)
        .toArray();
      return paging.page(documents, ({ sequence }) => [sequence], toDecisionRecord);
    },
    async unfinished() {
      const open = await decisions.find({ current: true, final: false }).toArray();
      return (await takeLatest(collections, open)).map(toDecisionRecord);
    },
    async countByStatus() {
      const counts = await decisions
        .aggregate<{ _id: string; count: number }>([
          { $match: { current: true } },
          { $group: { _id: '$status', count: { $sum: 1 } } },
          { $sort: { _id: 1 } },
        ])
        .toArray();
      return new Map(counts.map(({ _id, count }) => [_id, count]));
    },
  };
}
