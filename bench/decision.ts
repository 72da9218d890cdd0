import { decide } from '../core/decide/decide.ts';
import type { DecideInput } from '../core/decide/types.ts';
import { type DecisionCase, decisionCases } from './decision-cases.ts';
import { beside, figure, percentile, type Result } from './results.ts';

const WARM_UP = 300;
const RUNS = 1000;
/** What a decision may take, in milliseconds. */
const BOUND_MS = 1;

/**
 * One decision of each typical kind, in a process that has run for a while, without the chain's answers; beside the
 * time that reading and writing the incidents that it is about takes as JSON.
 */
export async function benchDecision(): Promise<readonly Result[]> {
  const results: Result[] = [];
  let incidents = 0;
  let totalMs = 0;
  for (const each of await decisionCases()) {
    const { decided, floors } = measure(each);
    const p50 = percentile(decided, 0.5);
    incidents += each.incidents;
    totalMs += p50;
    results.push(
      { ...beside(`decision: ${each.name}, p50`, p50, 'ms', percentile(floors, 0.5)), ok: p50 < BOUND_MS },
      figure(`decision: ${each.name}, p99`, percentile(decided, 0.99), 'ms'),
    );
  }
  const perIncident = totalMs / incidents;
  return [
    ...results,
    { ...figure('decision: all of these, per incident', perIncident, 'ms'), ok: perIncident < BOUND_MS },
  ];
}

function measure({ input }: DecisionCase): {
  readonly decided: readonly number[];
  readonly floors: readonly number[];
} {
  const decided: number[] = [];
  const floors: number[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run += 1) {
    const one = input(run);
    const decidedMs = timed(() => decide(one));
    const floorMs = timed(() => throughJson(one));
    if (run < WARM_UP) continue;
    decided.push(decidedMs);
    floors.push(floorMs);
  }
  return { decided, floors };
}

function throughJson({ incidents }: DecideInput): unknown {
  return JSON.parse(JSON.stringify(incidents));
}

function timed(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}
