import { CommandFailure } from './failure.ts';

/** Milliseconds of `1s` or `3000ms`; block times of the chain are whole seconds. */
export function blockInterval(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  const ms = Number(amount) * (unit === 's' ? 1000 : 1);
  if (ms >= 1000 && ms % 1000 === 0) return ms;
  throw new CommandFailure(
    2,
    `expected --block-interval in whole seconds like 1s, got "${text}": write it like that`,
  );
}
