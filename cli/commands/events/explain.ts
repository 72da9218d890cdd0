import { Args, Flags } from '@oclif/core';
import type { BosClient } from '../../../client/index.ts';
import { Call } from '../../../gen/bos/v1/call_pb.js';
import type { Decision } from '../../../gen/bos/v1/event_pb.js';
import { gather, LIST_FLAGS, moreHint } from '../../base/paging.ts';
import { RemoteCommand } from '../../base/remote.ts';
import { callArgument } from '../../base/values.ts';
import { decisionsText } from '../../output/decision.ts';
import { messageJson } from '../../output/json.ts';

export default class EventsExplain extends RemoteCommand {
  static override summary =
    'Explain why the calls of a match stand as they do: what counted, what was wanted, found, proposed, approved, refused.';
  static override description =
    'Shows the latest decision of each call; with --history all of them, newest first.';
  static override args = {
    event_id: Args.string({ description: 'Id of the event, as `events list` shows it.', required: true }),
  };
  static override flags = {
    ...LIST_FLAGS,
    call: Flags.string({ description: 'Only this call.', helpValue: 'CALL' }),
    history: Flags.boolean({ description: 'All decisions, newest first.' }),
  };
  static override examples = [
    '<%= config.bin %> events explain 2030-03-16t230000z__ice-hockey__nhl-regular-season__washington-capitals__new-york-islanders',
  ];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EventsExplain);
    const eventId = args.event_id;
    const call = flags.call === undefined ? Call.UNSPECIFIED : callArgument(flags.call);
    const { events } = await this.client(flags);
    const found = flags.history
      ? await gather(flags, async (page) => {
          const answer = await events.explainEvent({ eventId, call, ...page });
          return { items: answer.decisions, nextPageToken: answer.nextPageToken };
        })
      : { items: await latest(events, eventId, call), nextPageToken: '' };
    if (flags.json) {
      const { DecisionSchema } = await import('../../../gen/bos/v1/event_pb.js');
      const data = found.items.map((decision) => messageJson(DecisionSchema, decision));
      this.printJson(data, found.nextPageToken);
      return;
    }
    this.log(decisionsText(found.items));
    const more = moreHint(found);
    if (more !== undefined) this.logToStderr(more);
  }
}

/** The latest decision of the call, or of every call, in the order of a match's life. */
async function latest(
  events: BosClient['events'],
  eventId: string,
  only: Call,
): Promise<readonly Decision[]> {
  const all = Object.values(Call).filter((call) => typeof call === 'number' && call !== Call.UNSPECIFIED);
  const calls = only === Call.UNSPECIFIED ? all : [only];
  const answers = await Promise.all(calls.map((call) => events.explainEvent({ eventId, call, pageSize: 1 })));
  return answers.flatMap(({ decisions }) => decisions);
}
