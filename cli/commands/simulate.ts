import { Args, Flags } from '@oclif/core';
import { type BosClient, BosError, incidentFromJson } from '../../client/index.ts';
import type { Incident } from '../../gen/bos/v1/incident_pb.js';
import { CommandFailure } from '../base/failure.ts';
import { RemoteCommand } from '../base/remote.ts';
import { callArgument } from '../base/values.ts';
import { decisionsText } from '../output/decision.ts';
import { messageJson } from '../output/json.ts';
import { type PlannedLine, planReplay, shiftTarget } from '../replay/plan.ts';

/** A line that is not pretended, and why. */
interface Refused {
  readonly line: number;
  readonly problem: string;
}

export default class Simulate extends RemoteCommand {
  static override summary =
    'Show what a witness would decide if the incidents of a file came in now. Stores and sends nothing.';
  static override description =
    'One incident a line: JSON, or a Python dict as in the files of the Python suite; all of them go in one request. Every call of their matches is decided, on what is stored already and the present state of the chain. Ends with 1 when a line was refused.';
  static override args = {
    file: Args.string({ description: 'File with one incident a line.', required: true }),
  };
  static override flags = {
    call: Flags.string({ description: 'Only lines with this call.', helpValue: 'CALL' }),
    'shift-to': Flags.string({
      description: 'Move all starts so that the first is then: 2d, 36h, 90m from now, or a time in RFC 3339.',
      helpValue: 'WHEN',
    }),
    'without-stored': Flags.boolean({ description: 'As if nothing were stored but these incidents.' }),
  };
  static override examples = ['<%= config.bin %> simulate incidents.txt --call result'];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Simulate);
    if (flags.call !== undefined) callArgument(flags.call);
    const now = new Date();
    const startAt = flags['shift-to'] === undefined ? undefined : shiftTarget(flags['shift-to'], now);
    const planned = await planReplay({ file: args.file, call: flags.call, startAt, now });
    const { taken, refused } = typed(planned);
    const answer =
      taken.length === 0 ? undefined : await ask(await this.client(flags), taken, flags['without-stored']);
    const decisions = answer?.decisions ?? [];
    for (const { index, error } of answer?.refusals ?? []) {
      refused.push({ line: taken[index]?.line ?? 0, problem: error?.message ?? '' });
    }
    refused.sort((a, b) => a.line - b.line);
    if (flags.json) {
      const { DecisionSchema } = await import('../../gen/bos/v1/event_pb.js');
      this.printJson({
        decisions: decisions.map((decision) => messageJson(DecisionSchema, decision)),
        refused,
      });
    } else {
      this.log(decisionsText(decisions));
      for (const { line, problem } of refused) this.logToStderr(`line ${line}: ${problem}`);
    }
    // All has been said.
    if (refused.length > 0) throw new CommandFailure(1, '');
  }
}

interface TypedLine {
  readonly line: number;
  readonly incident: Incident;
}

function ask(
  { events }: BosClient,
  lines: readonly TypedLine[],
  withoutStored: boolean,
): ReturnType<BosClient['events']['simulateIncidents']> {
  return events.simulateIncidents({ incidents: lines.map(({ incident }) => incident), withoutStored });
}

function typed(lines: readonly PlannedLine[]): { taken: TypedLine[]; refused: Refused[] } {
  const taken: TypedLine[] = [];
  const refused: Refused[] = [];
  for (const planned of lines) {
    const { line } = planned;
    if ('problem' in planned) {
      refused.push(planned);
      continue;
    }
    try {
      taken.push({ line, incident: incidentFromJson(planned.incident) });
    } catch (error) {
      if (!(error instanceof BosError)) throw error;
      refused.push({ line, problem: error.message });
    }
  }
  return { taken, refused };
}
