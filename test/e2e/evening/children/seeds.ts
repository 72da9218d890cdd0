import { parentPort } from 'node:worker_threads';
import { findings } from '../findings.ts';
import { planEvening } from '../plan.ts';
import { playEvening } from '../play.ts';
import type { EveningOptions } from '../types.ts';

/*
 * A thread that plays one evening after another: it is sent the options of an evening and answers what was found.
 */

async function play(options: EveningOptions): Promise<readonly string[]> {
  try {
    const evening = planEvening(options);
    return findings(evening, await playEvening(evening));
  } catch (error) {
    return [`it could not be played: ${error instanceof Error ? error.stack : String(error)}`];
  }
}

parentPort?.on('message', async (options: EveningOptions) => parentPort?.postMessage(await play(options)));
