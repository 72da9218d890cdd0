import { type DestinationStream, destination, type LevelWithSilent, pino, stdTimeFunctions } from 'pino';
import type { Log } from '../core/log.ts';

/** Names under which secrets travel, wherever they turn up in what is logged. */
const SECRET_KEYS = [
  'passphrase',
  'password',
  'token',
  'adminToken',
  'wif',
  'privateKey',
  'authorization',
  'keys',
];

/** `LEVEL time message {details}` for people who watch a terminal. */
function forTerminal(out: { write(text: string): unknown }): DestinationStream {
  return {
    write(line) {
      const {
        level,
        time,
        msg,
        pid: _pid,
        hostname: _host,
        ...details
      } = JSON.parse(line) as Record<string, unknown>;
      const rest = Object.keys(details).length === 0 ? '' : ` ${JSON.stringify(details)}`;
      out.write(
        `${String(level).toUpperCase().padEnd(5)} ${String(time).slice(11, 19)} ${String(msg)}${rest}\n`,
      );
    },
  };
}

/**
 * The log of a process, on stderr: JSON lines, or short lines when that is a terminal. Values under names of secrets
 * are replaced by `***`.
 * @param level debug, info, warn or error
 */
export function makeLog(level: string): Log {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  const options = {
    // The settings let no other level pass.
    level: level as LevelWithSilent,
    redact: { paths, censor: '***' },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: stdTimeFunctions.isoTime,
  };
  // Written at once, so that the last lines before an end, however it comes, are there and in order.
  return pino(
    options,
    process.stderr.isTTY ? forTerminal(process.stderr) : destination({ fd: 2, sync: true }),
  );
}
