import type { EventGroupFile, Files, MarketGroupFile, RulesFile, SportFiles } from './sport-files.ts';
import type { EventGroup, MarketGroupTemplate, Participant, Rules, Sport } from './types.ts';
import type { CheckedFile } from './yaml-file.ts';

/** The sport that files describe; files that are broken are left out. Undefined without an index. */
export function makeSport({ index, eventGroups, ...files }: SportFiles): Sport | undefined {
  if (!index) return undefined;
  const { identifier, name, aliases } = index.data;
  return {
    identifier,
    name,
    aliases,
    eventGroups: [...eventGroups.values()].flatMap((file) => (file ? [eventGroupOf(file.data)] : [])),
    rules: mapped(files.rules, rulesOf),
    marketGroups: mapped(files.marketGroups, (data, key) => templateOf(key, data)),
    participants: mapped(files.participants, (data): readonly Participant[] => data.participants),
  };
}

/** The template of a market group that a file describes. */
export function templateOf(key: string, data: MarketGroupFile['data']): MarketGroupTemplate {
  return {
    key,
    description: data.description,
    assets: data.asset,
    dynamic: data.dynamic === true ? 'other' : data.dynamic,
    dynamicAllowFloat: data.dynamic_allow_float,
    neverInPlay: data.never_in_play,
    delayBeforeSettling: data.delay_before_settling,
    rules: data.rules,
    markets: data.bettingmarkets.map(({ description }) => ({ description })),
  };
}

/** The rules that a file describes. */
export function rulesOf(data: RulesFile['data']): Rules {
  return {
    identifier: data.identifier,
    name: data.name,
    description: data.description,
    // Loose keys of a resolution are kept for the chain; those that are read are texts.
    grading: data.grading as unknown as Rules['grading'],
  };
}

/** The league that a file describes. */
export function eventGroupOf(data: EventGroupFile['data']): EventGroup {
  return {
    identifier: data.identifier,
    name: data.name,
    aliases: data.aliases,
    participants: data.participants,
    marketGroups: data.bettingmarketgroups,
    eventScheme: data.eventscheme.name,
    ...(data.start_date ? { startDate: data.start_date } : {}),
    ...(data.finish_date ? { finishDate: data.finish_date } : {}),
    // Zero means the same as none in the Python suite.
    ...(data.leadtime_Max ? { leadTimeMaxDays: data.leadtime_Max } : {}),
  };
}

function mapped<T, R>(
  files: Files<CheckedFile<T>>,
  make: (data: T, key: string) => R,
): ReadonlyMap<string, R> {
  return new Map(
    [...files].flatMap(([key, file]): [string, R][] => (file ? [[key, make(file.data, key)]] : [])),
  );
}
