import { ensure, nodeError } from '../errors.ts';
import type { Json } from '../json.ts';
import type { Ledger } from '../ledger.ts';
import type { Objects } from '../state/objects.ts';
import type { Parsed, WireType } from '../wire/types.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Faults that tests and demos switch on; read at every call. */
export interface FaultSwitches {
  /** While set, every broadcast is refused with this text. */
  refusal: string | undefined;
  /** Form of error messages: as nodes of today write them, or as those of 2018 did. */
  errorStyle: 'head' | '2018';
}

/** What a method works with: the chain and the connection that asked. */
export interface Connection {
  readonly ledger: Ledger;
  readonly faults: FaultSwitches;
  readonly subscriptions: Subscriptions;
  /** The id of an API on this connection; the same one each time until the next login. */
  apiId(name: string): number;
  /** Forgets the ids handed out, as a login does. */
  renewApis(): void;
}

/** One method of an API. */
export interface Method {
  readonly parameters: readonly WireType[];
  run(connection: Connection, args: readonly unknown[]): Json | Promise<Json>;
}

/** An API: its methods by name. */
export type Api = Readonly<Record<string, Method>>;

/** Makes a method whose arguments are parsed by their types; surplus arguments are ignored. */
export function method<const P extends readonly WireType[]>(
  parameters: P,
  run: (connection: Connection, ...args: { [I in keyof P]: Parsed<P[I]> }) => Json | Promise<Json>,
): Method {
  return {
    parameters,
    run: (connection, args) => {
      const parsed = parameters.map((type, index) => {
        ensure(index < args.length, 'a0 != e', 'too few arguments passed to method', {}, [
          'api_connection.hpp',
          169,
          'call_generic',
        ]);
        return type.parse(args[index]);
      });
      // One parsed argument for each type, in order.
      return run(connection, ...(parsed as { [I in keyof P]: Parsed<P[I]> }));
    },
  };
}

/** The account that a text names, by id (first character a digit) or by name. */
export function findAccount(ledger: Ledger, nameOrId: string): Objects['account'] | undefined {
  if (/^\d/.test(nameOrId)) return ledger.state.find('account', nameOrId);
  return ledger.state.where('account', (a) => a.name === nameOrId)[0];
}

/** @throws NodeError `no such account` */
export function getAccount(ledger: Ledger, nameOrId: string): Objects['account'] {
  const account = findAccount(ledger, nameOrId);
  ensure(account !== undefined, 'account', 'no such account', {}, [
    'database_api.cpp',
    2501,
    'get_account_from_string',
  ]);
  return account;
}

/** The asset that a text names, by id or by symbol. */
export function findAsset(ledger: Ledger, symbolOrId: string): Objects['asset'] | undefined {
  if (/^\d/.test(symbolOrId)) return ledger.state.find('asset', symbolOrId);
  return ledger.state.where('asset', (a) => a.symbol === symbolOrId)[0];
}

/** The error for a method that an API does not have. */
export function noMethod(name: string, api: readonly string[]): Error {
  const known = [...api].sort().map((each, index) => [each, index] as const);
  return nodeError('assert', "itr != _by_name.end(): no method with name '{name}'", { name, api: known }, [
    'api_connection.hpp',
    111,
    'call',
  ]);
}

/** @throws NodeError when more is asked for than the node answers at once. */
export function checkLimit(limit: number, highest: number): void {
  ensure(limit <= highest, `limit <= ${highest}`, '', {}, ['database_api.cpp', 1719, 'lookup']);
}
