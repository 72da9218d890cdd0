import { BosError } from '../../errors.ts';
import { templateOf } from '../make-sport.ts';
import { nameKey } from '../names.ts';
import type { NetworkFiles } from '../network-files.ts';
import type { EventGroupFile, MarketGroupFile, SportFiles } from '../sport-files.ts';
import type { TextPairs } from '../texts.ts';
import type { SportsProblem } from '../yaml-file.ts';
import { sampleGroupText, sampleMarketText } from './chain-texts.ts';

/**
 * Things of one sport that the chain could not tell apart: it knows leagues by identifier, market groups and markets
 * by their English text (oracle reference 7). Each would be taken for the other.
 */
export function sportIdentityErrors(sport: SportFiles): readonly SportsProblem[] {
  return [...eventGroupErrors(sport), ...participantErrors(sport), ...marketErrors(sport)];
}

/** The same among sports, by identifier, and among the rules of all sports, by English name. */
export function networkIdentityErrors({ sports }: NetworkFiles): readonly SportsProblem[] {
  const identifiers = makeRegister();
  const rulesNames = makeRegister();
  return sports.flatMap(({ folder, index, rules }) => [
    ...(index
      ? identifiers(index.data.identifier, folder, (first) =>
          index.problem(['identifier'], `expected an identifier of its own, got that of ${first}`),
        )
      : []),
    ...[...rules].flatMap(([key, file]) =>
      file
        ? rulesNames(file.data.name.en ?? '', `${folder}/rules/${key}.yaml`, (first) =>
            file.problem(
              ['name', 'en'],
              `expected an English name of its own, got that of ${first}: on chain rules are known by it`,
            ),
          )
        : [],
    ),
  ]);
}

function eventGroupErrors({ folder, index, eventGroups }: SportFiles): readonly SportsProblem[] {
  if (!index) return [];
  const found: SportsProblem[] = [];
  const listed = makeRegister();
  for (const [at, name] of index.data.eventgroups.entries()) {
    found.push(
      ...listed(name, name, () => index.problem(['eventgroups', at], `expected "${name}" to be listed once`)),
    );
  }
  const identifiers = makeRegister();
  for (const [name, file] of eventGroups) {
    if (!file) continue;
    found.push(
      ...identifiers(file.data.identifier, `${folder}/${name}`, (first) =>
        file.problem(['identifier'], `expected an identifier of its own, got that of ${first}`),
      ),
    );
  }
  return found;
}

function participantErrors({ participants }: SportFiles): readonly SportsProblem[] {
  const found: SportsProblem[] = [];
  for (const file of participants.values()) {
    if (!file) continue;
    const identifiers = makeRegister();
    for (const [at, { identifier }] of file.data.participants.entries()) {
      found.push(
        ...identifiers(nameKey(identifier), identifier, () =>
          file.problem(['participants', at], `expected each team once, got "${identifier}" again`),
        ),
      );
    }
  }
  return found;
}

function marketErrors({ eventGroups, marketGroups }: SportFiles): readonly SportsProblem[] {
  return [
    ...[...marketGroups].flatMap(([key, file]) => (file ? marketTextErrors(key, file) : [])),
    ...[...eventGroups.values()].flatMap((file) => (file ? groupTextErrors(file, marketGroups) : [])),
  ];
}

function marketTextErrors(key: string, file: MarketGroupFile): readonly SportsProblem[] {
  const template = templateOf(key, file.data);
  const texts = makeRegister();
  return template.markets.flatMap((_, at) => {
    const text = english(() => sampleMarketText(template, at));
    if (text === undefined || template.dynamic === 'other') return [];
    return texts(text, `market ${at + 1}`, (first) =>
      file.problem(
        ['bettingmarkets', at, 'description'],
        `expected an English text of its own, got that of ${first}, "${text}"`,
      ),
    );
  });
}

function groupTextErrors(
  league: EventGroupFile,
  marketGroups: SportFiles['marketGroups'],
): readonly SportsProblem[] {
  const texts = makeRegister();
  const found: SportsProblem[] = [];
  for (const [at, key] of league.data.bettingmarketgroups.entries()) {
    const file = marketGroups.get(key);
    const template = file && templateOf(key, file.data);
    if (!template || template.dynamic === 'other') continue;
    const text = english(() => sampleGroupText({ ...template, assets: template.assets.slice(0, 1) }));
    if (text === undefined) continue;
    // Groups of one text and different assets are told apart by the asset.
    for (const asset of template.assets) {
      found.push(
        ...texts(`${text} ${asset}`, key, (first) =>
          league.problem(
            ['bettingmarketgroups', at],
            `expected market groups with English texts of their own, got "${text}" (${asset}) of ${first} again`,
          ),
        ),
      );
    }
  }
  return found;
}

/** The English text; undefined for one that cannot be rendered, which is another error. */
function english(render: () => TextPairs): string | undefined {
  try {
    return render().find(([key]) => key === 'en')?.[1];
  } catch (error) {
    if (error instanceof BosError) return undefined;
    throw error;
  }
}

/** Remembers who had a name first; whoever has it again is a problem. */
function makeRegister() {
  const owners = new Map<string, string>();
  return (
    name: string,
    owner: string,
    problem: (first: string) => SportsProblem,
  ): readonly SportsProblem[] => {
    const first = owners.get(name);
    if (first !== undefined) return [problem(first)];
    owners.set(name, owner);
    return [];
  };
}
