import { Errors } from '@oclif/core';
import { BosError } from '../../core/errors.ts';

/** What a shell is told: 0 ok, 1 failed, 2 usage, 3 not found or refused, 4 unreachable. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** A command that ended as it should say by its exit code; `message` may be empty when all has been said. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}

/** By the number of the RPC code; what is missing is a failure like any other. */
const EXIT_CODES: Readonly<Record<number, ExitCode>> = {
  /* invalid_argument */ 3: 3,
  /* deadline_exceeded */ 4: 4,
  /* not_found */ 5: 3,
  /* already_exists */ 6: 3,
  /* permission_denied */ 7: 3,
  /* resource_exhausted */ 8: 3,
  /* failed_precondition */ 9: 3,
  /* unavailable */ 14: 4,
  /* unauthenticated */ 16: 3,
};

const UNAUTHENTICATED = 16;

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandFailure) return error.exitCode;
  if (error instanceof BosError) {
    if (error.kind === 'unavailable') return 4;
    return ['not_found', 'forbidden', 'unauthenticated'].includes(error.kind) ? 3 : 1;
  }
  if (!(error instanceof Error)) return 1;
  // What oclif throws for a command line that it cannot read.
  if (error instanceof Errors.CLIError) return 2;
  if (error.name === 'ConnectError' && 'code' in error) return EXIT_CODES[Number(error.code)] ?? 1;
  return 1;
}

/** The message of an RPC error without the code that it begins with: `[unavailable] text`. */
export function withoutCode(message: string): string {
  return message.replace(/^\[[a-z_]+\] /, '');
}

/** The exit code and the text for stderr; empty when nothing more is to be said. */
export function describeFailure(error: unknown, bin: string): { code: ExitCode; text: string } {
  // How oclif ends a command that has shown its help.
  if (error instanceof Errors.ExitError) return { code: error.oclif.exit === 0 ? 0 : 1, text: '' };
  const code = exitCodeOf(error);
  if (!(error instanceof Error)) return { code, text: `error: ${String(error)}` };
  if (error.message === '') return { code, text: '' };
  let text = withoutCode(error.message);
  if (error.name === 'ConnectError' && 'code' in error && error.code === UNAUTHENTICATED) {
    text += ': name the file with the admin token by --token-file or BOS_TOKEN_FILE';
  }
  if (error instanceof Errors.CLIError && !/--help/.test(text)) text += `\nsee ${bin} --help`;
  if (process.env.DEBUG !== undefined) text += `\n${error.stack}`;
  return { code, text: `error: ${text}` };
}
