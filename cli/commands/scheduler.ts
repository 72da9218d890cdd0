import { SeparateRole } from '../base/separate.ts';

export default class Scheduler extends SeparateRole {
  static override summary = 'Run the scheduler alone (needs MongoDB and Redis, not built yet: use bos run).';
  protected readonly role = 'scheduler';
}
