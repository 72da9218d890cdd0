import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import type { BosClient } from '../../../../client/index.ts';
import { BosError } from '../../../../core/errors.ts';
import { Call } from '../../../../gen/bos/v1/call_pb.js';
import type { WatchIncidentsResponse } from '../../../../gen/bos/v1/incident_service_pb.js';
import { sampleIncident } from '../../../conformance/store-samples.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { until } from '../../../support/until.ts';
import { type Harness, incidentJson, startHarness } from '../../harness.ts';
import { named, type Reading, reading, startBeside } from './support.ts';

type Message = WatchIncidentsResponse;

function watch(
  client: BosClient,
  request: { cursor?: string; filter?: { calls?: Call[]; eventId?: string } } = {},
): Reading<Message> {
  return reading(
    (options) => client.incidents.watchIncidents(request, options),
    ({ incident }) => incident !== undefined,
  );
}

describe('watching incidents', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness[Symbol.asyncDispose]());

  for (const transport of ['connect', 'grpc', 'grpc-web'] as const) {
    it(`begins with a cursor, then tells of what is stored from that moment on, over ${transport}`, async () => {
      await harness.ctx.store.incidents.insert(named(`before-${transport}`));
      await using stream = watch(harness.client({ transport }));
      const first = await stream.next();
      assert.equal(first?.incident, undefined);
      assert.notEqual(first?.cursor, '');
      const incident = named(`since-${transport}`);
      await harness.ctx.store.incidents.insert(incident);
      const told = await stream.told();
      assert.equal(told.incident?.uniqueString, incident.uniqueString);
      assert.equal(told.incident?.call, Call.CREATE);
      assert.notEqual(told.cursor, first?.cursor);
    });
  }

  it('tells at once of what this server takes itself', async () => {
    const clock = manualClock();
    await using still = await startHarness({ server: { clock } });
    await using stream = watch(still.client());
    await stream.next();
    // Besides the looks at the store and at the caller.
    await until('it waits for the bell', async () => {
      await clock.advance(100);
      return clock.sleepers === 3;
    });
    // From here on only the bell can wake it: nobody advances the clock.
    await clock.advance(100);
    await still.post('/trigger', incidentJson());
    assert.equal((await stream.told()).incident?.incident?.id?.home, 'Washington Capitals');
  });

  it('tells each new incident once, not its further reports', async () => {
    await using stream = watch(harness.client());
    await stream.next();
    const incident = named('once');
    for (let report = 0; report < 3; report += 1) await harness.ctx.store.incidents.insert(incident);
    await harness.ctx.store.incidents.insert(named('twice'));
    assert.equal((await stream.told()).incident?.uniqueString, incident.uniqueString);
    assert.equal((await stream.told()).incident?.uniqueString, named('twice').uniqueString);
  });

  it('tells only what the filter lets through, and goes on behind what it kept back', async () => {
    const client = harness.client();
    await using stream = watch(client, { filter: { calls: [Call.RESULT] } });
    await stream.next();
    const insert = (match: string, call: 'create' | 'result') =>
      harness.ctx.store.incidents.insert(sampleIncident({ match, call }));
    await insert('filtered', 'create');
    await insert('filtered', 'result');
    const told = await stream.told();
    assert.equal(told.incident?.call, Call.RESULT);
    // The cursor is good for another filter too.
    await insert('filtered-after', 'create');
    await using all = watch(client, { cursor: told.cursor });
    assert.match((await all.told()).incident?.uniqueString ?? '', /filtered-after/);
  });

  it('over two servers, with breaks at any place and many inserts at once: all, in order, none twice', async () => {
    await using beside = await startBeside(harness);
    const servers = [harness.client(), beside.client({ transport: 'grpc' })];
    const first = watch(servers[0] as BosClient);
    let cursor = (await first.next())?.cursor ?? '';
    await first.leave();
    const names = Array.from({ length: 300 }, (_, i) => `many-${i}`);
    const inserting = (async () => {
      for (let at = 0; at < names.length; at += 30) {
        const some = names.slice(at, at + 30);
        await Promise.all(some.map((name) => harness.ctx.store.incidents.insert(named(name))));
      }
    })();
    const told: string[] = [];
    for (let turn = 0; told.length < names.length; turn += 1) {
      await using stream = watch(servers[turn % 2] as BosClient, { cursor });
      // 1, 8, 15, 5, 12, ... messages before the next break.
      const upTo = Math.min(names.length, told.length + 1 + ((turn * 7) % 17));
      while (told.length < upTo) {
        const message = await stream.told();
        told.push(message.incident?.uniqueString ?? '');
        cursor = message.cursor;
      }
    }
    await inserting;
    const { items } = await harness.ctx.store.incidents.list(
      { contains: 'many-', after: 0 },
      { pageSize: 1000 },
    );
    assert.deepEqual(
      told,
      items.map((incident) => incident.uniqueString),
    );
    assert.equal(new Set(told).size, names.length);
  });

  it('refuses cursors that are damaged, of another stream, or ahead of the store', async () => {
    const client = harness.client();
    await using events = reading(
      (options) => client.events.watchEvents({}, options),
      () => false,
    );
    const foreign = (await events.next())?.cursor ?? '';
    const ahead = Buffer.from('["incidents",1000000]').toString('base64url');
    for (const cursor of [
      'nonsense',
      foreign,
      ahead,
      Buffer.from('["incidents",-1]').toString('base64url'),
    ]) {
      const error = await watch(client, { cursor })
        .next()
        .catch((e) => e);
      assert.equal(error.code, Code.InvalidArgument, cursor);
      assert.match(error.message, /leave it out to watch from now on/);
    }
  });

  it('needs a whitelisted address or a token', async () => {
    await using foreign = await startHarness({ api: { whitelist: ['192.0.2.1'] } });
    const client = foreign.client({ token: 'wrong' });
    const error = await watch(client)
      .next()
      .catch((e) => e);
    assert.equal(error.code, Code.Unauthenticated);
  });
});

describe('a stream without anything to tell', () => {
  it('gives a sign of life every 15 s, with a cursor behind what the filter kept back', async () => {
    const clock = manualClock();
    await using harness = await startHarness({ server: { clock } });
    await using stream = watch(harness.client(), { filter: { eventId: 'none' } });
    const first = await stream.next();
    await harness.ctx.store.incidents.insert(named('kept-back'));
    const came: (Message | undefined)[] = [];
    const waiting = stream.next().then((message) => came.push(message));
    await clock.advance(14_000);
    assert.equal(came.length, 0);
    await until('a sign of life', async () => {
      await clock.advance(500);
      return came.length > 0;
    });
    await waiting;
    const [second] = came;
    assert.ok(second);
    assert.equal(second.incident, undefined);
    assert.notEqual(second.cursor, first?.cursor);
  });
});

describe('the end of a stream', () => {
  it('comes without an error when the server stops', async () => {
    for (const transport of ['connect', 'grpc', 'grpc-web'] as const) {
      await using harness = await startHarness();
      const stream = watch(harness.client({ transport }));
      await stream.next();
      const ended = stream.next();
      await harness.server.close();
      assert.equal(await ended, undefined, transport);
    }
  });

  it('is the store that is away: unavailable', async () => {
    await using harness = await startHarness();
    const away = async () => {
      throw new BosError('unavailable', 'the store is away');
    };
    let isAway = false;
    const { changes } = harness.ctx.store;
    const store = {
      ...harness.ctx.store,
      changes: { ...changes, last: () => (isAway ? away() : changes.last()) },
    };
    await using other = await startHarness({ context: { store } });
    const stream = watch(other.client());
    await stream.next();
    isAway = true;
    const error = await stream.next().catch((e) => e);
    assert.equal(error.code, Code.Unavailable);
    assert.match(error.message, /the store is away/);
  });

  it('that the caller makes leaves nothing behind, over all protocols', async () => {
    const clock = manualClock();
    await using harness = await startHarness({ server: { clock } });
    const before = clock.sleepers;
    for (const transport of ['connect', 'grpc', 'grpc-web'] as const) {
      const client = harness.client({ transport });
      const streams = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const stream = watch(client);
          await stream.next();
          return stream;
        }),
      );
      assert.ok(clock.sleepers > before);
      await Promise.all(streams.map((stream) => stream.leave()));
      await until('all are forgotten', () => clock.sleepers === before);
    }
  });

  it('is made for a caller that reads too slowly, who can go on with the cursor', async () => {
    const clock = manualClock();
    await using stored = await startHarness();
    const { store } = stored.ctx;
    let made = 0;
    const latest: typeof store.decisions.latest = (...call) => {
      made += 1;
      return store.decisions.latest(...call);
    };
    const counted = { ...store, decisions: { ...store.decisions, latest } };
    await using harness = await startBeside(stored, { server: { clock }, context: { store: counted } });
    const { raw, session } = openUnread(harness);
    await fillUntilBlocked(harness, raw);
    await clock.advance(1_000);
    let before = 0;
    let same = 0;
    await until('the stream is blocked', () => {
      same = made === before ? same + 1 : 0;
      before = made;
      return made > 0 && same > 30;
    });
    assert.ok(made < 60, 'not all fits on the way');
    await clock.advance(45_000);
    raw.resume();
    let text = '';
    raw.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    await until('the stream has ended', () => raw.closed);
    session.destroy();
    assert.match(
      text,
      /"code":"unavailable","message":"expected each answer to be read within 30 s, one took 4\d s/,
    );
    const cursor = [...text.matchAll(/"cursor":"([\w-]+)"/g)].at(-1)?.[1] ?? '';
    const told = text.match(/"uniqueString"/g)?.length;
    await using stream = watch(harness.client(), { cursor });
    assert.ok(told && (await stream.told()).incident);
  });

  it('is made for callers that do not read at all, by cutting them off', async () => {
    const clock = manualClock();
    await using harness = await startHarness({ server: { clock } });
    const before = clock.sleepers;
    const http1 = connect(harness.server.port, '127.0.0.1');
    http1.on('error', () => {});
    http1.pause();
    const body = Buffer.concat([Buffer.from([0, 0, 0, 0, 2]), Buffer.from('{}')]);
    http1.write(
      `POST /bos.v1.IncidentService/WatchIncidents HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/connect+json\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    http1.write(body);
    const { raw, session } = openUnread(harness);
    await fillUntilBlocked(harness, raw);
    await until('both are cut off', async () => {
      await clock.advance(10_000);
      return clock.sleepers === before && raw.destroyed;
    });
    session.destroy();
    http1.destroy();
  });
});

/** A watcher over HTTP/2 that takes nothing yet. */
function openUnread(harness: Harness) {
  const session = connectHttp2(harness.server.url);
  session.on('error', () => {});
  const raw = session.request({
    ':method': 'POST',
    ':path': '/bos.v1.IncidentService/WatchIncidents',
    'content-type': 'application/connect+json',
  });
  raw.on('error', () => {});
  raw.end(Buffer.concat([Buffer.from([0, 0, 0, 0, 2]), Buffer.from('{}')]));
  raw.pause();
  return { raw, session };
}

/** Stores so much that no buffer on the way holds it all: sockets take a few megabytes, HTTP/2 windows less. */
async function fillUntilBlocked(harness: Harness, raw: { readonly closed: boolean }): Promise<void> {
  const extra = { padding: 'x'.repeat(200_000) };
  await until('the stream is open', () => !raw.closed);
  for (let at = 0; at < 60; at += 1) {
    await harness.ctx.store.incidents.insert(sampleIncident({ match: `fill-${at}`, extra }));
  }
}
