/** Shows how far a longer work is. */
export interface Progress {
  /** One more is done; `text` says what became of it. */
  step(text: string): void;
  done(): void;
}

/**
 * A bar on stderr when that is a terminal; else the texts alone, one a line.
 * @param print takes each text, one line; on a terminal that shows stdout as well the bar puts them above itself
 */
export async function startProgress(total: number, print: (text: string) => void): Promise<Progress> {
  if (!process.stderr.isTTY || total === 0) return { step: print, done: () => {} };
  const { default: cliProgress } = await import('cli-progress');
  const bars = new cliProgress.MultiBar({
    stream: process.stderr,
    format: '{bar} {percentage}% | {value} of {total}',
    barCompleteChar: '#',
    barIncompleteChar: '-',
    // Ctrl-C ends the command; nothing has to be restored then.
    gracefulExit: false,
  });
  const bar = bars.create(total, 0);
  const show = process.stdout.isTTY ? (text: string) => bars.log(`${text}\n`) : print;
  return {
    step(text) {
      show(text);
      bar.increment();
      bars.update();
    },
    done: () => bars.stop(),
  };
}
