import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { incidentsTable } from '../../../cli/output/incidents-table.ts';
import { Call, CallStatus } from '../../../gen/bos/v1/call_pb.js';
import { type StoredIncident, StoredIncidentSchema } from '../../../gen/bos/v1/incident_pb.js';

function stored(changes: {
  provider: string;
  received: string;
  call?: Call;
  status?: CallStatus;
  sent?: string;
  start?: string;
}): StoredIncident {
  const start = changes.start ?? '2018-03-16T23:00:00Z';
  return create(StoredIncidentSchema, {
    incident: {
      id: {
        sport: 'Ice Hockey',
        eventGroupName: 'NHL Regular Season',
        startTime: timestampFromDate(new Date(start)),
        home: 'Washington Capitals',
        away: 'New York Islanders',
      },
      providerInfo: { name: changes.provider },
    },
    uniqueString: 'canonical',
    sentUniqueStrings: changes.sent === undefined ? [] : [changes.sent],
    eventId: `event at ${start}`,
    call: changes.call ?? Call.CREATE,
    receivedAt: timestampFromDate(new Date(changes.received)),
    callStatus: changes.status ?? CallStatus.DONE,
  });
}

const SENT =
  '2018-03-16t230000z-ice-hockey-nhl-regular-season-washington-capitals-new-york-islanders-create-2018-true';
const UID = '-'.repeat(106);

describe('the table of incidents', () => {
  it('is, for two creates of one match, the one that operators know', () => {
    const incidents = [
      stored({ provider: '5e2cdc120c9404f2609936aa3a8d49e4', received: '2018-03-10T00:00:02Z', sent: SENT }),
      stored({ provider: '5e2cdc117c9404f2609936aa3a8d49e4', received: '2018-03-10T00:00:01Z', sent: SENT }),
    ];
    assert.deepEqual(incidentsTable(incidents).split('\n'), [
      `+------------------------------+${'-'.repeat(167)}+`,
      `| identifier                   | Incidents${' '.repeat(156)} |`,
      `+------------------------------+${'-'.repeat(167)}+`,
      `| Ice Hockey                   | +--------+------------+${UID}+----------------------------------+ |`,
      `| NHL Regular Season           | | call   | status     | incident uid${' '.repeat(92)} | incident provider                | |`,
      `| 2018-03-16T23:00:00Z         | +--------+------------+${UID}+----------------------------------+ |`,
      `| home: Washington Capitals    | | create | name: done | ${SENT} | 5e2cdc117c9404f2609936aa3a8d49e4 | |`,
      `| away: New York Islanders     | |        |            | ${SENT} | 5e2cdc120c9404f2609936aa3a8d49e4 | |`,
      `|                              | +--------+------------+${UID}+----------------------------------+ |`,
      `+------------------------------+${'-'.repeat(167)}+`,
    ]);
  });

  it('orders matches by start and calls as a match goes, and spells statuses as the Python suite does', () => {
    const incidents = [
      stored({ provider: 'a', received: '2018-03-10T00:00:04Z', start: '2018-03-15T23:00:00Z' }),
      stored({
        provider: 'b',
        received: '2018-03-10T00:00:03Z',
        call: Call.RESULT,
        status: CallStatus.UNHANDLED_EXCEPTION_RETRYING_SOON,
      }),
      stored({ provider: 'b', received: '2018-03-10T00:00:02Z', status: CallStatus.WAITING }),
    ];
    const table = incidentsTable(incidents);
    const at = (text: string) => {
      const found = table.indexOf(text);
      assert(found >= 0, `${text} in\n${table}`);
      return found;
    };
    assert(at('2018-03-15T23') < at('2018-03-16T23'));
    assert(at('name: unknown') < at('name: unhandled exception, retrying soon'));
    assert(at('| create | name: unknown') < at('| result |'));
  });

  it('shows the canonical string of an incident that was sent without one', () => {
    assert.match(
      incidentsTable([stored({ provider: 'a', received: '2018-03-10T00:00:01Z' })]),
      /\| canonical +\| a /,
    );
  });

  it('is a head alone without incidents', () => {
    assert.equal(incidentsTable([]).split('\n').length, 3);
  });
});
