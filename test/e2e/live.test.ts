import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BosClient, createBosClient } from '../../client/index.ts';
import { Call, CallStatus } from '../../gen/bos/v1/call_pb.js';
import type { WatchEventsResponse } from '../../gen/bos/v1/event_service_pb.js';
import type { WatchIncidentsResponse } from '../../gen/bos/v1/incident_service_pb.js';
import { until } from '../support/until.ts';
import { sendLoad } from './faults/load.ts';
import { missingServers, openStage, untilSettled } from './faults/stage.ts';

const MATCHES = 4;
const PROVIDERS = 10;
const skip = (await missingServers()) ?? false;

/** What was told by a stream, over as many servers as it took. */
interface Diary<Message> {
  readonly told: Message[];
  /** Of the last message, signs of life included. */
  cursor: string;
}

/** Writes down what the stream tells, until it breaks or is left. */
async function read<Message extends { readonly cursor: string }>(
  diary: Diary<Message>,
  stream: AsyncIterable<Message>,
  isTold: (message: Message) => boolean,
): Promise<void> {
  try {
    for await (const message of stream) {
      diary.cursor = message.cursor;
      if (isTold(message)) diary.told.push(message);
    }
  } catch {
    // The server was killed, or the test has seen enough: what counts is what was told.
  }
}

describe('live streams over several processes', { skip }, () => {
  it('tell at one API what is reported at another and decided by a worker, and go on there when the first is killed', async () => {
    await using stage = await openStage({ workers: 1 });
    await using owned = new AsyncDisposableStack();
    const second = await stage.start('api', '--port', '0', '--no-scheduler');
    const connect = (baseUrl: string) => owned.use(createBosClient({ baseUrl }));
    const incidents: Diary<WatchIncidentsResponse> = { told: [], cursor: '' };
    const events: Diary<WatchEventsResponse> = { told: [], cursor: '' };
    const stop = new AbortController();
    const { signal } = stop;
    owned.defer(() => stop.abort());
    const watch = ({ incidents: one, events: other }: BosClient) =>
      Promise.all([
        read(
          incidents,
          one.watchIncidents({ cursor: incidents.cursor }, { signal }),
          (told) => !!told.incident,
        ),
        read(events, other.watchEvents({ cursor: events.cursor }, { signal }), (told) => !!told.event),
      ]);

    const atFirst = watch(connect(stage.url));
    await until('both streams to have begun', () => incidents.cursor !== '' && events.cursor !== '');
    const load = sendLoad({ url: second.url, matches: MATCHES, providers: PROVIDERS, pauseMs: 400 });
    await until('reports and decisions to be told', () => {
      return (
        incidents.told.length >= 10 && events.told.some(({ event }) => event?.calls[0]?.decisionSequence)
      );
    });
    await stage.api.end('SIGKILL');
    await atFirst;
    const before = incidents.told.length;
    assert(before < MATCHES * PROVIDERS, 'expected some to be told by the second one');

    const atSecond = watch(connect(second.url));
    await load.done;
    assert.equal(load.acknowledged.length, MATCHES * PROVIDERS);
    await untilSettled(stage, MATCHES);
    await until('all reports to be told', () => incidents.told.length >= MATCHES * PROVIDERS);
    const latest = () => new Map(events.told.map(({ event }) => [event?.id, event]));
    await until('all events to be told as they end', () => {
      const found = [...latest().values()];
      return (
        found.length === MATCHES &&
        found.every((event) => event?.chain && event.calls[0]?.status === CallStatus.DONE)
      );
    });
    const { events: list } = connect(second.url);
    const now = await list.listEvents({});
    await until('nothing more to be told', () =>
      now.events.every(({ id, calls }) => {
        const told = latest().get(id)?.calls[0];
        return told?.decisionSequence === calls[0]?.decisionSequence && told?.incidents.length === PROVIDERS;
      }),
    );
    stop.abort();
    await atSecond;

    const keyOf = (uniqueString: string, provider: string) => `${provider} ${uniqueString}`;
    const toldKeys = incidents.told.map(({ incident }) =>
      keyOf(incident?.incident?.uniqueString ?? '', incident?.incident?.providerInfo?.name ?? ''),
    );
    assert.deepEqual(
      toldKeys.toSorted(),
      load.acknowledged.map(({ uniqueString, provider }) => keyOf(uniqueString, provider)).toSorted(),
      'each report is told once',
    );
    for (const { told } of [incidents, events]) {
      assert.equal(new Set(told.map(({ cursor }) => cursor)).size, told.length, 'no place is told twice');
    }
    for (const { id } of now.events) {
      const sequences = events.told
        .filter(({ event }) => event?.id === id)
        .map(({ event }) => event?.calls.find(({ call }) => call === Call.CREATE)?.decisionSequence ?? 0);
      assert.deepEqual(
        sequences,
        sequences.toSorted((a, b) => a - b),
        'an event is never told as it was before',
      );
    }
  });
});
