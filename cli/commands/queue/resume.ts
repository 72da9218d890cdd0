import { RemoteCommand } from '../../base/remote.ts';

export default class QueueResume extends RemoteCommand {
  static override summary = 'Let workers take work again after bos queue pause.';

  async run(): Promise<void> {
    const { flags } = await this.parse(QueueResume);
    const { admin } = await this.client(flags, 'changes');
    const { paused } = await admin.resumeQueue({});
    if (flags.json) this.printJson({ paused });
    else this.log('resumed: workers take work');
  }
}
