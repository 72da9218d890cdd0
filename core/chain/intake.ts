import { BosError } from '../errors.ts';
import { Doubts, type Reading } from './doubts.ts';
import { isRecord } from './json.ts';
import { kindOf, readObject, type Tracked } from './objects.ts';
import { OutOfStep } from './out-of-step.ts';
import { type ChainProposal, type ObjectId, WITNESS_ACCOUNT } from './types.ts';
import type { World } from './world.ts';

/** Where in the stream of notices and blocks a read began. */
export interface Position {
  readonly position: number;
  /** Number of the last block whose notice had come. */
  readonly block: number;
}

/** Takes what notices and reads say into a world. */
export class Intake {
  readonly world: World;
  readonly #doubts = new Doubts();
  #gone: ChainProposal[] = [];
  #irreversible = 0;
  /** Everything that is on chain has been read, so that an object that is new to us is new. */
  #isComplete = false;

  constructor(world: World) {
    this.world = world;
  }

  /** Last irreversible block, as far as the node told. */
  get irreversible(): number {
    return this.#irreversible;
  }

  position(block: number): Position {
    return { position: this.#doubts.position, block };
  }

  /** Ids that reads and the world disagree on. */
  doubtful(): readonly ObjectId[] {
    return this.#doubts.ids();
  }

  /** Proposals that went away since the last call. */
  takeGone(): readonly ChainProposal[] {
    const gone = this.#gone;
    this.#gone = [];
    return gone;
  }

  /**
   * Takes in a notice of objects and answers the ids that are new, with those that were left out before them. Throws
   * OutOfStep for what it does not understand.
   */
  takeNotice(payload: unknown): ObjectId[] {
    const items: unknown = Array.isArray(payload) ? payload[0] : undefined;
    if (!Array.isArray(items))
      throw new OutOfStep(`expected objects in a notice, got ${JSON.stringify(payload)}`);
    return items.flatMap((item: unknown) => {
      if (typeof item !== 'string') return this.takeObject(item);
      this.#takeRemoval(item);
      return [];
    });
  }

  /** Takes in one object as a block left it; answers its id when it is new, with those left out. Throws OutOfStep. */
  takeObject(raw: unknown): ObjectId[] {
    try {
      if (isRecord(raw) && typeof raw.id === 'string' && kindOf(raw.id) === undefined) {
        this.#takeOther(raw.id, raw);
        return [];
      }
      const object = readObject(raw);
      if (object) return this.#takeTracked(object);
      // A proposal that is none of our business counts all the same.
      return this.#isComplete && isRecord(raw) ? [...this.world.noteCreated(String(raw.id))] : [];
    } catch (error) {
      // What is not understood means that the view may be wrong from here on.
      if (error instanceof BosError)
        throw new OutOfStep(`not understood: ${error.message}`, { cause: error });
      throw error;
    }
  }

  /** Takes in what a read found. A full listing says of everything else that it is not there. */
  takeReading(found: Reading, from: Position, isFullListing: boolean): void {
    const others = isFullListing ? [...this.world.ids(), ...this.#doubts.ids()] : [];
    const reading = new Map([...others.map((id) => [id, null] as const), ...found]);
    for (const removed of this.#doubts.consider(reading, from, this.world)) this.#noteRemoval(removed);
    this.#isComplete ||= isFullListing;
  }

  #takeTracked(object: Tracked): ObjectId[] {
    const { id } = object.value;
    const isNew = this.world.get(id) === undefined;
    this.#doubts.notice(id);
    this.world.put(object);
    if (!isNew) return [];
    return this.#isComplete ? [id, ...this.world.noteCreated(id)] : [id];
  }

  #takeOther(id: ObjectId, raw: Readonly<Record<string, unknown>>): void {
    if (id === '2.0.0') this.world.putGlobalProperties(raw);
    else if (id === '2.1.0')
      this.#irreversible = Math.max(this.#irreversible, Number(raw.last_irreversible_block_num) || 0);
    else if (id === WITNESS_ACCOUNT) this.world.putWitnessAccount(raw);
    else if (/^1\.3\.\d+$/.test(id) && typeof raw.symbol === 'string') this.world.putAsset(id, raw.symbol);
  }

  #takeRemoval(id: ObjectId): void {
    if (kindOf(id) === undefined) return;
    this.#doubts.notice(id);
    const removed = this.world.remove(id);
    if (removed) this.#noteRemoval(removed);
  }

  #noteRemoval(removed: Tracked): void {
    if (removed.kind === 'proposals') this.#gone.push(removed.value);
  }
}
