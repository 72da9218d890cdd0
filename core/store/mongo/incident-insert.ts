import { type Filter, ObjectId } from 'mongodb';
import type { Incident } from '../../incidents/types.ts';
import { chunks, type Pending } from '../batch.ts';
import type { IncidentStore } from '../store.ts';
import { type Collections, documentKey, type IncidentDocument } from './collections.ts';
import type { IncidentFeed } from './feed.ts';
import { assemble, toDocument, toSighting, toStored } from './incident-documents.ts';
import { insertNew } from './inserting.ts';

type Insert = Pending<Incident, Awaited<ReturnType<IncidentStore['insert']>>>;

/** An insert on its way, with the document that it would become. */
interface Attempt {
  readonly call: Insert;
  readonly document: IncidentDocument;
}

const KEYS_PER_QUERY = 100;

/**
 * Endings of the unique_string under which a document may stand. A document of the Python suite may hold the string of
 * another incident of that provider (data proxy reference 8: one string for two scores); then ours takes the second.
 */
const ENDINGS = ['', '__bos'];

/** Query for incidents by canonical unique_string and provider, whoever wrote the documents. */
export function byKeys(
  keys: readonly { readonly uniqueString: string; readonly provider: string }[],
): Filter<IncidentDocument> {
  return {
    $or: keys.map(({ uniqueString, provider }) => ({
      'bos.key': uniqueString,
      'provider_info.name': provider,
    })),
  };
}

/**
 * Stores a batch. The commit of each is the insert of its document under the unique key of the Python suite
 * (unique_string, provider), where ours carry the canonical string; a duplicate becomes a sighting and a request.
 * @param hasLegacy whether documents of the Python suite are there, whose unique_string may not be the canonical one
 */
export async function insertIncidents(
  collections: Collections,
  feed: IncidentFeed,
  hasLegacy: boolean,
  batch: readonly Insert[],
): Promise<void> {
  let open: readonly Attempt[] = batch.map((call) => ({ call, document: toDocument(call.input) }));
  let there = hasLegacy ? await findByKeys(collections, open) : new Map<string, IncidentDocument>();
  const inserted: Attempt[] = [];
  const duplicates: Duplicate[] = [];
  const sortOut = () => {
    open = open.filter((attempt) => {
      const of = there.get(keyOf(attempt.document));
      if (of) duplicates.push({ ...attempt, of });
      return !of;
    });
  };
  for (const ending of ENDINGS) {
    sortOut();
    const attempts = open.map(({ call, document }) => ({
      call,
      document: { ...document, unique_string: document.bos.key + ending },
    }));
    const taken = await insertNew(
      collections.incidents,
      attempts.map(({ document }) => document),
    );
    inserted.push(...attempts.filter((_, i) => !taken.has(i)));
    open = attempts.filter((_, i) => taken.has(i));
    there = await findByKeys(collections, open);
  }
  sortOut();
  for (const { call, document } of open) {
    call.reject(new Error(`incident ${document.bos.key} conflicts with one that cannot be found`));
  }
  await settleInserted(feed, inserted);
  await settleDuplicates(collections, feed, duplicates);
}

async function findByKeys(
  { incidents }: Collections,
  attempts: readonly Attempt[],
): Promise<ReadonlyMap<string, IncidentDocument>> {
  const found = new Map<string, IncidentDocument>();
  for (const some of chunks(attempts, KEYS_PER_QUERY)) {
    const keys = some.map(({ call: { input } }) => input);
    for await (const document of incidents.find(byKeys(keys))) found.set(keyOf(document), document);
  }
  return found;
}

function keyOf({ bos, provider_info }: IncidentDocument): string {
  return documentKey(bos.key, provider_info.name);
}

async function settleInserted(feed: IncidentFeed, inserted: readonly Attempt[]): Promise<void> {
  const positions = await feed.append(inserted.map(({ document }) => document._id));
  for (const { call, document } of inserted) {
    const position = positions.get(document._id.toHexString());
    if (position === undefined) call.reject(new Error(`incident ${document.bos.key} got no position`));
    else call.resolve({ outcome: 'new', incident: toStored(document, position, []) });
  }
}

/** An insert that met an incident with its key. */
interface Duplicate extends Attempt {
  readonly of: IncidentDocument;
}

async function settleDuplicates(
  collections: Collections,
  feed: IncidentFeed,
  duplicates: readonly Duplicate[],
): Promise<void> {
  if (duplicates.length === 0) return;
  await collections.sightings.insertMany(duplicates.map(({ call, of }) => toSighting(call.input, of)));
  // A call named `unknown` never runs, so nothing would ever answer the request.
  const asking = duplicates.filter(({ of }) => of.bos.call !== 'unknown');
  if (asking.length > 0) {
    await collections.requests.insertMany(
      asking.map(({ call: { input }, of: { bos } }) => ({
        _id: new ObjectId(),
        event: bos.event,
        call: bos.call,
        cause: 'duplicate',
        at: input.receivedAt,
      })),
    );
  }
  const documents = [...new Map(duplicates.map(({ of }) => [of._id.toHexString(), of])).values()];
  const stored = await assemble(collections, feed, documents);
  const byId = new Map(stored.map((incident, i) => [documents[i]?._id.toHexString(), incident]));
  for (const { call, of } of duplicates) {
    const incident = byId.get(of._id.toHexString());
    if (incident) call.resolve({ outcome: 'duplicate', incident });
  }
}
