import type { MessageInitShape } from '@bufbuild/protobuf';
import type { HandlerContext } from '@connectrpc/connect';
import type { ObjectId } from '../../../core/chain/types.ts';
import type { Context } from '../../../core/context.ts';
import type { RecordedDecision } from '../../../core/store/store.ts';
import type { ProposalSchema } from '../../../gen/bos/v1/proposal_pb.js';
import type { ProposalService } from '../../../gen/bos/v1/proposal_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';
import type { OurAccounts } from '../../use-cases/our-accounts.ts';
import { proposalsOf } from '../../use-cases/proposal-events.ts';
import { checkReached, makeCursor, readCursor } from '../watch/cursor.ts';
import { follow, type Lot, type Step } from '../watch/follow.ts';
import type { Watching } from '../watch/watching.ts';
import { allProposals, filtered, proposalMessages } from './find.ts';

/** Decisions that are read from the store at once. */
const LOT = 200;
/** Decisions of one call that are looked through for the one before. */
const HISTORY = 100;

type ProposalMessage = MessageInitShape<typeof ProposalSchema>;

/** How far each of the two things that change a proposal was told. */
interface Place {
  /** Position of a decision: the first that mentions a proposal adds to its events. */
  readonly decisions: number;
  /** How many of the proposals that the next decision mentions first were told. */
  readonly mentioned: number;
  /** Place in the journal of the chain. */
  readonly chain: string;
}

/** WatchProposals. Of what decisions and blocks touched, each proposal is told at its last place. */
export function watchProposals(
  ctx: Pick<Context, 'store' | 'chain' | 'clock'>,
  accounts: OurAccounts,
  watching: Watching,
): Implementation<typeof ProposalService> {
  const { decisions } = ctx.store;
  const { bell, journal } = watching;
  const messages = proposalMessages(ctx, accounts);

  /** Proposals that the decision is the first of its call to mention. */
  const firstMentioned = async ({ record }: RecordedDecision): Promise<readonly ObjectId[]> => {
    const mentioned = [...new Set(proposalsOf(record))];
    if (mentioned.length === 0) return [];
    const { items } = await decisions.history(record.eventId, record.call, { pageSize: HISTORY });
    const before = items.find(({ sequence }) => sequence < record.sequence);
    const known = new Set(before && proposalsOf(before));
    return mentioned.filter((id) => !known.has(id));
  };

  return {
    async *watchProposals({ filter, cursor }, call: HandlerContext) {
      const changes = watching.begin(call.signal);
      const last = (await changes.last()).decisions;
      const start = placeOf(cursor) ?? { decisions: last, mentioned: 0, chain: journal.end };
      checkReached(start.decisions, last, 'decision');

      const make = async (id: ObjectId): Promise<ProposalMessage | undefined> => {
        const view = ctx.chain.view();
        if (!view) return undefined;
        const all = allProposals(view).filter(({ proposal }) => proposal.id === id);
        const found = await filtered(ctx, all, filter);
        return found.length === 0 ? undefined : (await messages(view, found))[0];
      };
      const read = async (from: Place): Promise<Lot<Place, ProposalMessage>> => {
        const decided = await changes.decisionsAfter(from.decisions, LOT);
        const { touches, end } = journal.after(from.chain, '1.10');
        let place = from;
        const touched = new Map<ObjectId, Place>();
        const touch = (id: ObjectId, behind: Partial<Place>) => {
          place = { ...place, ...behind };
          // Taken out first, so that it moves to the end.
          touched.delete(id);
          touched.set(id, place);
        };
        for (const decision of decided) {
          const ids = (await firstMentioned(decision)).slice(place.mentioned);
          for (const id of ids.slice(0, -1)) touch(id, { mentioned: place.mentioned + 1 });
          const done = { decisions: decision.position, mentioned: 0 };
          const [lastId] = ids.slice(-1);
          if (lastId === undefined) place = { ...place, ...done };
          else touch(lastId, done);
        }
        for (const { id, place: chain } of touches) touch(id, { chain });
        const steps = [...touched].map(
          ([id, behind]): Step<Place, ProposalMessage> => ({ place: behind, make: () => make(id) }),
        );
        return { steps, end: { ...place, chain: end }, more: decided.length === LOT };
      };
      for await (const { item, place } of follow({ ctx, bell, call, start, read })) {
        const told = [place.decisions, place.mentioned, place.chain] as const;
        yield { cursor: makeCursor('proposals', ...told), ...(item && { proposal: item }) };
      }
    },
  };
}

function placeOf(cursor: string): Place | undefined {
  if (cursor === '') return undefined;
  const shape = ['number', 'number', 'string'] as const;
  const [decisions, mentioned, chain] = readCursor('proposals', shape, cursor);
  return { decisions, mentioned, chain };
}
