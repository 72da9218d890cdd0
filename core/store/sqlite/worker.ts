/**
 * The thread that owns the database's only connection, so that neither queries nor the flush of a commit hold up the
 * event loop. Requests that arrive while a commit runs wait in the port and make up the next group.
 */
import { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { GroupCommit, sendableError } from './group-commit.ts';
import { makeOperations } from './operations.ts';
import type { FromThread, Request, ToThread } from './protocol.ts';
import { migrate } from './schema.ts';

/** Opens the database; whoever opens it holds the folder's lock, so nobody can be using what is left from before. */
function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  migrate(db, path);
  db.exec('UPDATE lease SET released = 1 WHERE released = 0; DELETE FROM presence');
  return db;
}

function serve(port: MessagePort, db: DatabaseSync): void {
  const send = (message: FromThread) => port.postMessage(message);
  const group: GroupCommit = new GroupCommit(db, makeOperations(db), (replies) =>
    send({ kind: 'replies', replies, statistics: group.statistics }),
  );
  const finish = () => {
    db.close();
    port.close();
  };
  port.on('message', (first: ToThread) => {
    const requests: Request[] = [];
    let message: ToThread | undefined = first;
    let closing = false;
    while (message !== undefined) {
      if (message === 'close') closing = true;
      else for (const request of message) requests.push(request);
      // What else has arrived; its type is that of every message on this port.
      message = receiveMessageOnPort(port)?.message as ToThread | undefined;
    }
    group.run(requests);
    if (closing) finish();
  });
  send({ kind: 'ready' });
}

function start(port: MessagePort, path: string): void {
  let db: DatabaseSync;
  try {
    db = open(path);
  } catch (error) {
    const failed: FromThread = { kind: 'failed', error: sendableError(error) };
    port.postMessage(failed);
    return;
  }
  serve(port, db);
}

if (parentPort) start(parentPort, workerData.path);
