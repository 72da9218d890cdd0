/** Writes one line. */
export type Say = (line: string) => void;

/** What is told while the demo plays. */
export interface Story {
  readonly say: Say;
  /** Name of the step that is being played, or was last. */
  readonly step: () => string;
  /** Begins a step: its name is what the last line says should it fail, its title is what is read. */
  begin(name: string, title: string): void;
}

/** A story that is told on `say`. */
export function makeStory(say: Say): Story {
  let step = 'start';
  return {
    say,
    step: () => step,
    begin(name, title) {
      step = name;
      say(`\n== ${title}`);
    },
  };
}
