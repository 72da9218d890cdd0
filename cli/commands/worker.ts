import { SeparateRole } from '../base/separate.ts';

export default class Worker extends SeparateRole {
  static override summary = 'Run the worker alone (needs MongoDB and Redis, not built yet: use bos run).';
  protected readonly role = 'worker';
}
