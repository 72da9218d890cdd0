import { Args, Flags } from '@oclif/core';
import { DATA_SET_ARG, LocalCommand, NETWORK_FLAG } from '../../base/local.ts';
import { oneDataSet } from '../../sports/data-set.ts';

export default class SportsAddAlias extends LocalCommand {
  static override summary =
    'Add an alias to a sport, league or team of a data set; comments in its file stay.';
  static override description = 'A data set that could not be used with it is left as it was.';
  static override args = {
    folder: DATA_SET_ARG,
    sport: Args.string({ description: 'Identifier of the sport.', required: true }),
    identifier: Args.string({ description: 'Identifier of what gets the alias.', required: true }),
    alias: Args.string({ description: 'The further name.', required: true }),
  };
  static override flags = {
    network: NETWORK_FLAG,
    kind: Flags.option({
      description: 'Where a league and a team have one identifier: which is meant.',
      options: ['sport', 'league', 'team'] as const,
    })(),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SportsAddAlias);
    const set = await oneDataSet(args.folder, flags.network);
    const { addAlias } = await import('../../../core/sports/edit/edit.ts');
    const { sport, identifier, alias } = args;
    const edited = await addAlias(set, { sport, identifier, alias, kind: flags.kind });
    if (flags.json) this.printJson(edited);
    else this.log(`${edited.changed ? 'added to' : 'stands already in'} ${set.network}/${edited.file}`);
  }
}
