import { writeFile } from 'node:fs/promises';

/** One line of `bench/results.json`. Absolute values vary from machine to machine; ratios hold. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is measured against, taken in the same run; absent for figures that are only printed. */
  readonly floor?: number;
  /** value / floor. */
  readonly ratio?: number;
  /** Whether the ratio is as good as it has to be; absent for figures that are only printed. */
  readonly ok?: boolean;
}

/** Compares with a floor: `min` when more is better, `max` when less is better. */
export function against(
  name: string,
  value: number,
  unit: string,
  floor: number,
  bound: { readonly min: number } | { readonly max: number },
): Result {
  const ratio = value / floor;
  return {
    name,
    value: round(value),
    unit,
    floor: round(floor),
    ratio: round(ratio),
    ok: 'min' in bound ? ratio >= bound.min : ratio <= bound.max,
  };
}

/** The same where nothing is asked of the ratio. */
export function beside(name: string, value: number, unit: string, floor: number): Result {
  return { name, value: round(value), unit, floor: round(floor), ratio: round(value / floor) };
}

/** A figure without a floor. */
export function figure(name: string, value: number, unit: string): Result {
  return { name, value: round(value), unit };
}

/** The middle of several rounds. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The value below which `share` (0..1) of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export async function report(results: readonly Result[], file: URL): Promise<void> {
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  for (const { name, value, unit, floor, ratio, ok } of results) {
    const compared = floor === undefined ? '' : `  floor ${floor}  ratio ${ratio}`;
    console.log(`${ok === undefined ? '    ' : ok ? 'ok  ' : 'LOW '} ${name}: ${value} ${unit}${compared}`);
  }
}

const round = (value: number) => Number(value.toPrecision(4));
