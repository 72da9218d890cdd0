import { join } from 'node:path';
import type { Match } from './matches.ts';
import type { Stage } from './stage.ts';

/** What to try while the demo stays up. */
export function hints({ story, witnesses }: Stage, undecided: Match): void {
  const [first] = witnesses;
  if (!first) return;
  const at = `--server ${first.url} --token-file ${join(first.folder, 'admin-token')}`;
  const { say } = story;
  say('\n== it stays up; try');
  say(`  script/bos incidents list ${at}`);
  say(`  script/bos events list ${at}`);
  say(`  script/bos proposals list ${at}`);
  say(`  script/bos status ${at}`);
  say(`  curl -s ${first.url}/isalive`);
  say(`why ${undecided.letter} is undecided, and who said what:`);
  say(`  script/bos events explain ${undecided.eventId} ${at}`);
  say('Ctrl-C ends it');
}
