import { Flags } from '@oclif/core';
import { RemoteCommand } from '../../base/remote.ts';

export default class QueuePause extends RemoteCommand {
  static override summary =
    'Stop workers from taking work, until bos queue resume; incidents are still taken.';
  static override description =
    'What is being decided is finished. The pause holds for all processes of the witness, and over restarts.';
  static override flags = {
    reason: Flags.string({ description: 'Why; the server logs it.', default: '', helpValue: 'TEXT' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(QueuePause);
    const { admin } = await this.client(flags, 'changes');
    const { paused } = await admin.pauseQueue({ reason: flags.reason });
    if (flags.json) this.printJson({ paused });
    else this.log('paused: workers take nothing until bos queue resume');
  }
}
