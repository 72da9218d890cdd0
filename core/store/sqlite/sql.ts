import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Values of the named parameters of a statement. Every name must occur in the statement. */
export type Parameters = Record<string, SQLInputValue>;

/**
 * Runs statements that are prepared once and kept. Texts of statements must come from a small set: what varies is a
 * parameter (a list is one parameter, read with json_each).
 */
export interface Sql {
  all<Row>(text: string, parameters?: Parameters): Row[];
  get<Row>(text: string, parameters?: Parameters): Row | undefined;
  /** Answers how many rows were changed. */
  run(text: string, parameters?: Parameters): number;
}

export function makeSql(db: DatabaseSync): Sql {
  const prepared = new Map<string, StatementSync>();
  const statement = (text: string): StatementSync => {
    let found = prepared.get(text);
    if (!found) {
      found = db.prepare(text);
      prepared.set(text, found);
    }
    return found;
  };
  return {
    // The shape of a row follows from the statement, which stands beside the row type at each call.
    all: <Row>(text: string, parameters: Parameters = {}) => statement(text).all(parameters) as Row[],
    get: <Row>(text: string, parameters: Parameters = {}) =>
      statement(text).get(parameters) as Row | undefined,
    run: (text, parameters = {}) => Number(statement(text).run(parameters).changes),
  };
}

/** A list as one parameter, for `IN (SELECT value FROM json_each(:name))`. */
export function listParameter(values: readonly (string | number)[]): string {
  return JSON.stringify(values);
}

/** Conditions of a filter, joined by AND; a part whose value is absent does not restrict. */
export class Conditions {
  readonly parameters: Parameters = {};
  readonly #parts: string[] = [];

  /** Adds `text`, which names the parameter as `:name`, unless `value` is absent. */
  add(text: string, name: string, value: SQLInputValue | undefined): this {
    if (value === undefined) return this;
    this.#parts.push(`(${text})`);
    this.parameters[name] = value;
    return this;
  }

  /** `WHERE ...`, or nothing when there is no condition. */
  get where(): string {
    return this.#parts.length === 0 ? '' : `WHERE ${this.#parts.join(' AND ')}`;
  }
}
