import { Args } from '@oclif/core';
import { LocalCommand } from '../../base/local.ts';

export default class SportsSchema extends LocalCommand {
  static override summary = 'Write the JSON Schemas of the data files, for editors.';
  static override args = {
    folder: Args.string({ description: 'Folder to write them to; made if missing.', required: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SportsSchema);
    const { writeSchemas } = await import('../../../core/sports/edit/init.ts');
    const files = await writeSchemas(args.folder);
    if (flags.json) this.printJson({ files });
    else this.log(`wrote ${files.join(', ')} to ${args.folder}`);
  }
}
