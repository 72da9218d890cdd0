import { BosError, reportPlain } from '../../client/index.ts';
import type { PlannedLine } from './plan.ts';

/** Where lines go. */
export interface Target {
  readonly url: string;
  readonly token?: string;
  readonly timeoutMs: number;
}

/** What became of a line. */
export type LineResult =
  | { readonly line: number; readonly outcome: 'sent'; readonly id: string }
  | { readonly line: number; readonly outcome: 'refused'; readonly status: number; readonly reason: string }
  | { readonly line: number; readonly outcome: 'unreadable' | 'unreachable'; readonly reason: string };

/** Sends one line, and never throws for what the server or the network does. */
export async function send(planned: PlannedLine, target: Target): Promise<LineResult> {
  const { line } = planned;
  if ('problem' in planned) return { line, outcome: 'unreadable', reason: planned.problem };
  try {
    const answer = await reportPlain({ ...target, incident: planned.incident });
    if (answer.accepted) return { line, outcome: 'sent', id: answer.id };
    const reason = [answer.text.trim(), answer.reason ?? ''].filter((text) => text !== '').join(': ');
    return { line, outcome: 'refused', status: answer.status, reason };
  } catch (error) {
    if (error instanceof BosError) return { line, outcome: 'unreachable', reason: error.message };
    throw error;
  }
}

/** `line 3: refused (400): Not normalized incident` */
export function resultText(result: LineResult): string {
  switch (result.outcome) {
    case 'sent':
      return `line ${result.line}: sent, ${result.id}`;
    case 'refused':
      return `line ${result.line}: refused (${result.status}): ${result.reason}`;
    default:
      return `line ${result.line}: ${result.outcome}: ${result.reason}`;
  }
}
