import { Args, Flags } from '@oclif/core';
import type { BosClient } from '../../../client/index.ts';
import type { UnknownName } from '../../../gen/bos/v1/sports_pb.js';
import { CommandFailure } from '../../base/failure.ts';
import { gather } from '../../base/paging.ts';
import { RemoteCommand } from '../../base/remote.ts';
import { messageJson } from '../../output/json.ts';
import { counted } from '../../output/text.ts';
import { type NameChoice, nameChoice } from '../../sports/name-choice.ts';

const KINDS = ['sport', 'event_group', 'participant'] as const;

export default class SportsResolve extends RemoteCommand {
  static override summary = 'Say what an unknown name means, and take what had been refused for it.';
  static override description =
    'The name becomes an alias of this witness alone, in aliases.yaml of its data folder; nothing of it goes on chain. Kind and sport are those under which the name came in; give them for one that has not.';
  static override args = {
    name: Args.string({ description: 'The unknown name, as bos sports unknown lists it.', required: true }),
  };
  static override flags = {
    as: Flags.string({ description: 'Identifier that it means.', required: true, helpValue: 'IDENTIFIER' }),
    kind: Flags.string({ description: 'What it names.', options: KINDS }),
    sport: Flags.string({ description: 'Sport of the league or team.', helpValue: 'SPORT' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SportsResolve);
    const client = await this.client(flags, 'changes');
    const choice = await this.#find(client, args.name, flags);
    const answer = await client.sports.resolveName({ ...choice, identifier: flags.as });
    if (flags.json) {
      const { ResolveNameResponseSchema } = await import('../../../gen/bos/v1/sports_service_pb.js');
      this.printJson(messageJson(ResolveNameResponseSchema, answer));
      return;
    }
    const taken = counted(answer.accepted, 'incident');
    const rest = answer.stillRefused === 0 ? '' : `, ${answer.stillRefused} still refused`;
    this.log(`"${args.name}" means ${flags.as} from now on; taken after all: ${taken}${rest}`);
  }

  /** What was given in full is not looked for. */
  async #find(
    { sports }: BosClient,
    name: string,
    given: { readonly kind?: string | undefined; readonly sport?: string | undefined },
  ): Promise<NameChoice> {
    const isComplete = given.kind === 'sport' || (given.kind !== undefined && given.sport !== undefined);
    const unknown: readonly UnknownName[] = isComplete
      ? []
      : (
          await gather({ limit: Number.MAX_SAFE_INTEGER }, async (page) => {
            const answer = await sports.listUnknownNames(page);
            return { items: answer.names, nextPageToken: answer.nextPageToken };
          })
        ).items;
    const choice = nameChoice(name, given, unknown);
    if ('name' in choice) return choice;
    throw new CommandFailure(3, choice.problem);
  }
}
