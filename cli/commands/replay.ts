import { Args, Flags } from '@oclif/core';
import { CommandFailure } from '../base/failure.ts';
import { RemoteCommand } from '../base/remote.ts';
import { callArgument } from '../base/values.ts';
import { startProgress } from '../output/progress.ts';
import { counted } from '../output/text.ts';
import { planReplay, shiftTarget } from '../replay/plan.ts';
import type { LineResult } from '../replay/send.ts';

export default class Replay extends RemoteCommand {
  static override summary = 'Send the incidents of a file to a server, in the order of the file.';
  static override description =
    'One incident a line: JSON, or a Python dict as in the files of the Python suite. Tells for each line what became of it. Ends with 1 when one of them was refused, with 4 when the server could not be reached at all.';
  static override args = {
    file: Args.string({ description: 'File with one incident a line.', required: true }),
  };
  static override flags = {
    url: Flags.string({
      description: 'Where to send them to; not given: /trigger of the server.',
      helpValue: 'http://localhost:8010/trigger',
    }),
    'shift-to': Flags.string({
      description: 'Move all starts so that the first is then: 2d, 36h, 90m from now, or a time in RFC 3339.',
      helpValue: 'WHEN',
    }),
    call: Flags.string({ description: 'Only lines with this call.', helpValue: 'CALL' }),
    'dry-run': Flags.boolean({ description: 'Print what would be sent, as JSON lines.' }),
    proposer: Flags.string({ description: 'Read and ignored: the server has its own.', hidden: true }),
    approver: Flags.string({ description: 'Read and ignored: the server has its own.', hidden: true }),
  };
  static override examples = [
    '<%= config.bin %> replay --url http://localhost:8010/trigger --shift-to 2d replay.txt',
  ];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Replay);
    for (const name of ['proposer', 'approver'] as const) {
      if (flags[name] !== undefined)
        this.logToStderr(`warning: --${name} is ignored: the server has its own`);
    }
    if (flags.call !== undefined) callArgument(flags.call);
    const now = new Date();
    const startAt = flags['shift-to'] === undefined ? undefined : shiftTarget(flags['shift-to'], now);
    const lines = await planReplay({ file: args.file, call: flags.call, startAt, now });
    if (flags['dry-run']) {
      for (const planned of lines) {
        if ('incident' in planned) this.log(JSON.stringify(planned.incident));
        else this.logToStderr(`line ${planned.line}: ${planned.problem}`);
      }
      if (lines.some((planned) => 'problem' in planned)) throw new CommandFailure(1, '');
      return;
    }

    const { resultText, send } = await import('../replay/send.ts');
    const target = await this.plainTarget(flags);
    const progress = await startProgress(lines.length, flags.json ? () => {} : (text) => this.log(text));
    const results: LineResult[] = [];
    for (const planned of lines) {
      const result = await send(planned, target);
      results.push(result);
      progress.step(resultText(result));
    }
    progress.done();

    const failed = results.filter((result) => result.outcome !== 'sent');
    if (flags.json) this.printJson(results);
    else this.log(`${counted(results.length - failed.length, 'incident')} sent, ${failed.length} not`);
    if (failed.length === 0) return;
    const reached = results.some((result) => result.outcome === 'sent' || result.outcome === 'refused');
    const tried = results.some((result) => result.outcome === 'unreachable');
    throw new CommandFailure(tried && !reached ? 4 : 1, '');
  }
}
