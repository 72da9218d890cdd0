import { nodeError } from '../errors.ts';
import { transaction, transactionId } from '../wire/operations.ts';
import { uint32 } from '../wire/types.ts';
import { type Api, type Connection, method } from './method.ts';

function checkRefusal({ faults }: Connection): void {
  if (faults.refusal !== undefined) throw nodeError('unspecified', '{reason}', { reason: faults.refusal });
}

/** network_broadcast (chain reference 4.1). Only the callback form does without the check for pending duplicates. */
export const networkBroadcast: Api = {
  broadcast_transaction: method([transaction], (connection, given) => {
    checkRefusal(connection);
    connection.ledger.push(given, true);
    return null;
  }),
  broadcast_transaction_with_callback: method([uint32, transaction], (connection, callback, given) => {
    checkRefusal(connection);
    connection.subscriptions.notifyConfirmation(connection.ledger.push(given, false), callback);
    return null;
  }),
  /** Answers when a block holds the transaction, and never when none does. */
  broadcast_transaction_synchronous: method([transaction], (connection, given) => {
    checkRefusal(connection);
    connection.ledger.push(given, true);
    return connection.subscriptions.confirmation(transactionId(given));
  }),
};
