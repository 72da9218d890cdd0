/** Takes the lock of a folder and prints `locked`, then holds it until stdin ends; or prints why it was refused. */
import { BosError } from '../../../../core/errors.ts';
import { lockFolder } from '../../../../core/store/folder-lock.ts';

try {
  await using _lock = await lockFolder(process.argv[2] ?? '');
  process.stdout.write('locked\n');
  for await (const _ of process.stdin);
} catch (error) {
  if (!(error instanceof BosError)) throw error;
  process.stdout.write(`${error.kind} ${error.details.pid}\n`);
}
