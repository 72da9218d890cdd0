import { Command } from '@oclif/core';
import { BosError } from '../../core/errors.ts';
import { configOf, PROCESS_FLAGS } from './settings.ts';

/** A role as a process of its own, which needs a store and a queue that several processes can share. */
export abstract class SeparateRole extends Command {
  static override flags = PROCESS_FLAGS;
  /** As it is called in messages. */
  protected abstract readonly role: string;

  async run(): Promise<void> {
    const { flags } = await this.parse(this.ctor);
    // Refuses MongoDB and Redis by itself, so what is left is the embedded store.
    const { store, queue } = await configOf(flags);
    throw new BosError(
      'configuration',
      `expected a store and a queue that several processes can share for the ${this.role} alone (mongodb and redis, which are not built yet), got "${store}" with "${queue}": use bos run, which holds api, worker and scheduler in one process`,
    );
  }
}
