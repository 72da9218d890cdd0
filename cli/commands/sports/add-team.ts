import { Args, Flags } from '@oclif/core';
import { DATA_SET_ARG, LocalCommand, NETWORK_FLAG } from '../../base/local.ts';
import { oneDataSet } from '../../sports/data-set.ts';

export default class SportsAddTeam extends LocalCommand {
  static override summary = 'Add a team to a list of participants of a data set; comments in its file stay.';
  static override description = 'A data set that could not be used with it is left as it was.';
  static override args = {
    folder: DATA_SET_ARG,
    sport: Args.string({ description: 'Identifier of the sport.', required: true }),
    identifier: Args.string({ description: 'Identifier of the team: its usual full name.', required: true }),
  };
  static override flags = {
    network: NETWORK_FLAG,
    list: Flags.string({
      description: 'List of participants, where the sport has several.',
      helpValue: 'KEY',
    }),
    alias: Flags.string({ description: 'A further name; may be given again.', multiple: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SportsAddTeam);
    const set = await oneDataSet(args.folder, flags.network);
    const { addTeam } = await import('../../../core/sports/edit/edit.ts');
    const { sport, identifier } = args;
    const team = { sport, identifier, list: flags.list, aliases: flags.alias ?? [] };
    const edited = await addTeam(set, team);
    if (flags.json) this.printJson(edited);
    else this.log(`added to ${set.network}/${edited.file}`);
  }
}
