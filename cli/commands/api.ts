import { SeparateRole } from '../base/separate.ts';

export default class Api extends SeparateRole {
  static override summary = 'Run the api alone (needs MongoDB and Redis, not built yet: use bos run).';
  protected readonly role = 'api';
}
