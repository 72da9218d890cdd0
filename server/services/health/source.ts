import type { Context } from '../../../core/context.ts';
import { isRunning } from '../../presence.ts';
import { ifInTime } from '../../use-cases/if-in-time.ts';

/**
 * Names that Health knows: the process, durable storage of incidents, workers that take work (none does while the queue
 * is paused), a scheduler, the chain, and whether the sports data on disk are those in use.
 */
export const HEALTH_SERVICES = [
  '',
  'bos.v1.IncidentService',
  'bos.worker',
  'bos.scheduler',
  'bos.chain',
  'bos.sports',
] as const;
/** One of them. */
export type HealthService = (typeof HEALTH_SERVICES)[number];

/** Whether Health knows the name. */
export function isHealthService(name: string): name is HealthService {
  return HEALTH_SERVICES.some((known) => known === name);
}

/** Answers for each service whether it can be used. */
export interface HealthSource {
  isServing(service: HealthService): Promise<boolean>;
}

/** An answer is given again for this long, so that many watchers cost no more than one. */
const FRESH_MS = 500;
/** A store that takes longer does not count as usable. */
const CHECK_MS = 2_000;

/** Looks at the store, at heartbeats in it, and at the chain. */
export function makeHealthSource(ctx: Pick<Context, 'store' | 'chain' | 'clock' | 'sports'>): HealthSource {
  const { store, chain, clock } = ctx;
  const answers = new Map<HealthService, { readonly atMs: number; readonly serving: Promise<boolean> }>();

  const hasRunning = async (role: 'worker' | 'scheduler'): Promise<boolean> => {
    const heartbeats = await ifInTime(clock, CHECK_MS, () => store.presence.list());
    const now = clock.now();
    return heartbeats?.some((beat) => beat.role === role && isRunning(beat.at, now)) ?? false;
  };
  const isPaused = async (): Promise<boolean> =>
    (await ifInTime(clock, CHECK_MS, () => store.switches.get('queue_paused'))) ?? false;
  const canStore = async (): Promise<boolean> => {
    await store.check();
    return true;
  };
  const look = async (service: HealthService): Promise<boolean> => {
    switch (service) {
      case '':
        return true;
      case 'bos.v1.IncidentService':
        return (await ifInTime(clock, CHECK_MS, canStore)) ?? false;
      case 'bos.worker':
        return (await hasRunning('worker')) && !(await isPaused());
      case 'bos.scheduler':
        return hasRunning('scheduler');
      case 'bos.chain':
        return chain.state().synced;
      case 'bos.sports':
        return ctx.sports.control?.refusal() === undefined;
    }
  };

  return {
    isServing(service) {
      const last = answers.get(service);
      const atMs = clock.monotonicMs();
      if (last && atMs - last.atMs < FRESH_MS) return last.serving;
      const serving = look(service);
      answers.set(service, { atMs, serving });
      return serving;
    },
  };
}
