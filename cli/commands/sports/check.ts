import type { SportsReport } from '../../../core/sports/check/check.ts';
import { CommandFailure } from '../../base/failure.ts';
import { DATA_SET_ARG, LocalCommand, NETWORK_FLAG } from '../../base/local.ts';
import { problemRow } from '../../output/sports.ts';
import { aligned, counted } from '../../output/text.ts';
import { dataSets } from '../../sports/data-set.ts';

export default class SportsCheck extends LocalCommand {
  static override summary = 'Check a data set: everything that is wrong or odd in it, at once.';
  static override description =
    'Errors make the data set unusable (exit code 1); warnings are most likely mistakes and can be used all the same.';
  static override args = { folder: DATA_SET_ARG };
  static override flags = { network: NETWORK_FLAG };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SportsCheck);
    const { checkSports } = await import('../../../core/sports/check/check.ts');
    const reports: SportsReport[] = [];
    for (const { folder, network } of await dataSets(args.folder, flags.network)) {
      reports.push(await checkSports(folder, network));
    }
    if (flags.json) this.printJson(reports);
    else for (const report of reports) this.#print(report);
    // All has been said.
    if (reports.some(({ errors }) => errors.length > 0)) throw new CommandFailure(1, '');
  }

  #print({ network, digest, errors, warnings }: SportsReport): void {
    const rows = [
      ...errors.map((problem) => problemRow('error', problem)),
      ...warnings.map((problem) => problemRow('warning', problem)),
    ];
    if (rows.length > 0) this.log(aligned(['', 'place', 'what', 'problem'], rows));
    const usable = digest === undefined ? 'cannot be used' : `digest ${digest}`;
    this.log(
      `${network}: ${counted(errors.length, 'error')}, ${counted(warnings.length, 'warning')}; ${usable}`,
    );
  }
}
