import type { DatabaseSync } from 'node:sqlite';
import { accountLogOperations } from './account-log.ts';
import { changeOperations } from './changes.ts';
import { decisionOperations } from './decisions.ts';
import { eventOperations } from './events.ts';
import { incidentOperations } from './incidents.ts';
import { leaseOperations } from './leases.ts';
import { presenceOperations } from './presence.ts';
import { refusedOperations } from './refused.ts';
import { makeSql, type Sql } from './sql.ts';
import { workOperations } from './work.ts';

function probeOperations(sql: Sql) {
  return {
    reads: {},
    writes: {
      /** Writes something, to find out whether the disk takes it. */
      probe: () => {
        sql.run('UPDATE probe SET n = n + 1');
      },
    },
  };
}

/** All that the store's thread can be asked for, by name. Writes run in a transaction, reads outside of one. */
export function makeOperations(db: DatabaseSync) {
  const sql = makeSql(db);
  const rooms = {
    incidents: incidentOperations(sql),
    refused: refusedOperations(sql),
    work: workOperations(sql),
    decisions: decisionOperations(sql),
    events: eventOperations(sql),
    leases: leaseOperations(sql),
    accountLog: accountLogOperations(sql),
    presence: presenceOperations(sql),
    changes: changeOperations(sql),
    probe: probeOperations(sql),
  };
  return {
    reads: {
      ...rooms.incidents.reads,
      ...rooms.refused.reads,
      ...rooms.work.reads,
      ...rooms.decisions.reads,
      ...rooms.events.reads,
      ...rooms.leases.reads,
      ...rooms.accountLog.reads,
      ...rooms.presence.reads,
      ...rooms.changes.reads,
    },
    writes: {
      ...rooms.incidents.writes,
      ...rooms.refused.writes,
      ...rooms.work.writes,
      ...rooms.decisions.writes,
      ...rooms.leases.writes,
      ...rooms.accountLog.writes,
      ...rooms.presence.writes,
      ...rooms.probe.writes,
    },
  };
}

type Tables = ReturnType<typeof makeOperations>;

/** Every operation by name, with its arguments and result. */
export type Operations = Tables['reads'] & Tables['writes'];
