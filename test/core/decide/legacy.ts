import { operationKeys } from '../../../core/chain/operation-key.ts';
import type { AccountRef, ChainView, ObjectId, Operation } from '../../../core/chain/types.ts';
import { decide } from '../../../core/decide/decide.ts';
import type { StoredIncident } from '../../../core/incidents/types.ts';
import type { World } from '../../support/view-builder.ts';
import { MATCH_CALLS, type MatchCall, ranked, SPORTS } from './match.ts';
import { inputOf } from './scenario.ts';

/** A peer as the Python suite is: what it wants is what we want, how it goes about it is not. */
export interface LegacyWitness {
  readonly account: AccountRef;
  incidents: readonly StoredIncident[];
  run(view: ChainView): void;
}

/**
 * Makes a legacy peer: it knows no ranks and proposes at once what it finds neither on chain nor pending, in pieces
 * of a size of its own; it approves every proposal whose operations are all wanted, twins included, and never
 * withdraws an approval.
 * @param pieceSize operations of one proposal; parents are never parted from a child that follows them by relative id
 */
export function makeLegacyWitness(world: World, account: AccountRef, pieceSize: number): LegacyWitness {
  const approved = new Set<ObjectId>();
  const proposedFor = new Map<MatchCall, string>();

  /** What it would propose on an empty table, before anything is pending. */
  const wantedBy = (view: ChainView, call: MatchCall): readonly Operation[] => {
    const table: ChainView = { ...view, proposals: () => [], proposal: () => undefined };
    const witness = ranked(world, call)[0];
    const input = { call, sports: SPORTS, incidents: peer.incidents, ...(witness ? { witness } : {}) };
    return decide(inputOf(table, input)).propose?.operations ?? [];
  };

  const peer: LegacyWitness = {
    account,
    incidents: [],
    run(view) {
      for (const call of MATCH_CALLS) {
        if (!peer.incidents.some((incident) => incident.call === call)) continue;
        const operations = wantedBy(view, call);
        const keys = operationKeys(operations);
        const wanted = new Set(keys);
        const pending = new Set<string>();
        for (const proposal of view.proposals()) {
          const held = operationKeys(proposal.proposed_transaction.operations);
          if (!held.every((key) => wanted.has(key))) continue;
          for (const key of held) pending.add(key);
          if (approved.has(proposal.id) || !world.view().proposal(proposal.id)) continue;
          approved.add(proposal.id);
          world.approve(proposal.id, account);
        }
        const missing = keys.filter((key) => !pending.has(key)).join();
        if (missing === '' || proposedFor.get(call) === missing) continue;
        proposedFor.set(call, missing);
        world.propose(account, firstPiece(operations, pieceSize));
      }
    },
  };
  return peer;
}

/** The first operations; each refers at most to earlier ones, so any beginning stands by itself. */
function firstPiece(operations: readonly Operation[], size: number): readonly Operation[] {
  return operations.slice(0, Math.max(1, size));
}
