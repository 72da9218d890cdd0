import type { Command } from '@oclif/core';
import type { Binary } from './main.ts';

/** Loads the class of a command; only the one that runs is loaded, so that start stays quick. */
export type CommandLoader = () => Promise<Command.Class>;

/** What oclif calls a class also has an id, which it sets itself. */
function only(load: () => Promise<{ default: unknown }>): CommandLoader {
  return async () => (await load()).default as Command.Class;
}

const SHARED: Readonly<Record<string, CommandLoader>> = {
  'events:explain': only(() => import('./commands/events/explain.ts')),
  'events:list': only(() => import('./commands/events/list.ts')),
  'events:rebuild': only(() => import('./commands/events/rebuild.ts')),
  'events:replay': only(() => import('./commands/events/replay.ts')),
  'events:set-status': only(() => import('./commands/events/set-status.ts')),
  'events:show': only(() => import('./commands/events/show.ts')),
  'events:watch': only(() => import('./commands/events/watch.ts')),
  'incidents:list': only(() => import('./commands/incidents/list.ts')),
  'incidents:resend': only(() => import('./commands/incidents/resend.ts')),
  'incidents:show': only(() => import('./commands/incidents/show.ts')),
  'incidents:watch': only(() => import('./commands/incidents/watch.ts')),
  'jobs:list': only(() => import('./commands/jobs/list.ts')),
  'jobs:retry': only(() => import('./commands/jobs/retry.ts')),
  'proposals:list': only(() => import('./commands/proposals/list.ts')),
  'proposals:show': only(() => import('./commands/proposals/show.ts')),
  'queue:pause': only(() => import('./commands/queue/pause.ts')),
  'queue:resume': only(() => import('./commands/queue/resume.ts')),
  replay: only(() => import('./commands/replay.ts')),
  scheduler: only(() => import('./commands/scheduler.ts')),
  simulate: only(() => import('./commands/simulate.ts')),
  'sports:add-alias': only(() => import('./commands/sports/add-alias.ts')),
  'sports:add-team': only(() => import('./commands/sports/add-team.ts')),
  'sports:check': only(() => import('./commands/sports/check.ts')),
  'sports:diff': only(() => import('./commands/sports/diff.ts')),
  'sports:init': only(() => import('./commands/sports/init.ts')),
  'sports:list': only(() => import('./commands/sports/list.ts')),
  'sports:reload': only(() => import('./commands/sports/reload.ts')),
  'sports:resolve': only(() => import('./commands/sports/resolve.ts')),
  'sports:schema': only(() => import('./commands/sports/schema.ts')),
  'sports:show': only(() => import('./commands/sports/show.ts')),
  'sports:sync': only(() => import('./commands/sports/sync.ts')),
  'sports:unknown': only(() => import('./commands/sports/unknown.ts')),
  status: only(() => import('./commands/status.ts')),
  worker: only(() => import('./commands/worker.ts')),
};

/** Commands by binary and id: ours, and those of the Python suite in its spellings. */
export const COMMANDS: Readonly<Record<Binary, Readonly<Record<string, CommandLoader>>>> = {
  bos: {
    ...SHARED,
    api: only(() => import('./commands/api.ts')),
    dev: only(() => import('./commands/dev.ts')),
    devnet: only(() => import('./commands/devnet.ts')),
    run: only(() => import('./commands/run.ts')),
  },
  'bos-auto': {
    ...SHARED,
    api: only(() => import('./commands/auto-api.ts')),
    'event:replay': only(() => import('./commands/event-replay.ts')),
    'event:show': only(() => import('./commands/event-show.ts')),
  },
};
