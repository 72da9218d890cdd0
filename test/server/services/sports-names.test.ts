import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Code } from '@connectrpc/connect';
import { openSports } from '../../../app/sports.ts';
import type { BosClient } from '../../../client/index.ts';
import { systemClock } from '../../../core/clock.ts';
import { silentLog } from '../../../core/log.ts';
import { defaultSportsFolder } from '../../../core/sports/load.ts';
import { NameKind } from '../../../gen/bos/v1/common_pb.js';
import { HealthCheckResponse_ServingStatus as ServingStatus } from '../../../gen/grpc/health/v1/health_pb.js';
import { EVENT_ID, type Harness, incidentJson, startHarness } from '../harness.ts';

const INDEX = 'Ice Hockey/index.yaml';

describe('names and reloads of the SportsService', () => {
  let folder: string;
  let harness: Harness;
  let client: BosClient;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bos-names-'));
    await cp(join(defaultSportsFolder(), 'devnet'), join(folder, 'sports/devnet'), { recursive: true });
    const config = { sportsFolder: join(folder, 'sports'), network: 'devnet', dataDir: join(folder, 'data') };
    const sports = await openSports(config, { clock: systemClock, log: silentLog });
    harness = await startHarness({ context: { sports } });
    client = harness.client();
  });
  after(async () => {
    await harness[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  let number = 0;
  /** Reports a match between what is given and the Islanders; the status it is answered with. */
  const report = async (id: Record<string, unknown>): Promise<number> => {
    number += 1;
    const json = incidentJson({
      id: { ...(incidentJson().id as object), ...id },
      provider_info: { name: `provider-${number}`, pushed: '2030-03-01T10:00:00Z' },
    });
    return (await harness.post('/trigger', json)).status;
  };
  const unknown = async () =>
    (await client.sports.listUnknownNames({})).names.map(({ hint }) => hint?.name ?? '').sort();
  const stored = () => harness.ctx.store.incidents.ofEvent(EVENT_ID);

  it('lists with an unknown name the known ones that come nearest', async () => {
    assert.equal(await report({ home: 'Washingtn Capitols' }), 400);
    assert.equal(await report({ event_group_name: 'Nacional Hockey League' }), 400);
    const { names } = await client.sports.listUnknownNames({});
    const nearest = new Map(names.map(({ hint }) => [hint?.name, hint?.nearest]));
    assert.equal(nearest.get('Washingtn Capitols')?.[0], 'Washington Capitals');
    assert.deepEqual(nearest.get('Nacional Hockey League'), ['NHL Regular Season']);
  });

  it('takes what had been refused once somebody says what the name means, and keeps no more of it', async () => {
    assert.equal(await report({ home: 'WASHINGTN capitols' }), 400);
    assert.equal((await stored()).length, 0);
    const answer = await client.sports.resolveName({
      kind: NameKind.PARTICIPANT,
      sport: 'Ice Hockey',
      name: 'washingtn capitols ',
      identifier: 'Washington Capitals',
    });
    assert.deepEqual([answer.accepted, answer.stillRefused], [2, 0]);
    assert.deepEqual((await stored()).map(({ provider }) => provider).sort(), ['provider-1', 'provider-3']);
    assert.deepEqual(await unknown(), ['Nacional Hockey League']);
    assert.equal((await harness.ctx.store.refused.list({})).items.length, 1);
    const due = await harness.ctx.store.work.dueOfEvent(EVENT_ID, new Date());
    assert.deepEqual(
      due.map(({ call }) => call),
      ['create'],
    );
    assert.equal(await report({ home: 'Washingtn Capitols' }), 200);
  });

  it('goes on where it was cut off when the same is said again', async () => {
    const answer = await client.sports.resolveName({
      kind: NameKind.PARTICIPANT,
      sport: 'Ice Hockey',
      name: 'Washingtn Capitols',
      identifier: 'Washington Capitals',
    });
    assert.deepEqual([answer.accepted, answer.stillRefused], [0, 0]);
  });

  it('keeps what is refused for other names, under these', async () => {
    const id = { sport: 'Hokkey', home: 'Caps of Washington', away: 'Isles' };
    assert.equal(await report(id), 400);
    const say = (kind: NameKind, name: string, identifier: string) =>
      client.sports.resolveName({ kind, sport: 'Ice Hockey', name, identifier });
    const first = await say(NameKind.SPORT, 'Hokkey', 'Ice Hockey');
    assert.deepEqual([first.accepted, first.stillRefused], [0, 1]);
    assert.ok((await unknown()).includes('Caps of Washington'));
    assert.ok(!(await unknown()).includes('Hokkey'));
    const before = (await stored()).length;
    const names = (await unknown()).filter((name) => name !== 'Nacional Hockey League');
    for (const name of names) {
      await say(NameKind.PARTICIPANT, name, name === 'Isles' ? 'New York Islanders' : 'Washington Capitals');
    }
    assert.equal((await stored()).length, before + 1);
    assert.deepEqual(await unknown(), ['Nacional Hockey League']);
  });

  it('refuses what cannot be meant, in words', async () => {
    const cases: [Parameters<BosClient['sports']['resolveName']>[0], Code, RegExp][] = [
      [{ name: 'x', identifier: 'Ice Hockey' }, Code.InvalidArgument, /kind of the name/],
      [{ kind: NameKind.PARTICIPANT, name: 'x', identifier: 'y' }, Code.InvalidArgument, /the sport/],
      [{ kind: NameKind.SPORT, name: ' ', identifier: 'Ice Hockey' }, Code.InvalidArgument, /unknown name/],
      [{ kind: NameKind.SPORT, name: 'x', identifier: 'Chess' }, Code.NotFound, /"Chess"/],
      [
        { kind: NameKind.SPORT, name: 'Basketball', identifier: 'Ice Hockey' },
        Code.FailedPrecondition,
        /means Basketball already/,
      ],
    ];
    for (const [request, code, message] of cases) {
      await assert.rejects(client.sports.resolveName(request), { code, message });
    }
    await assert.rejects(harness.client({ token: '' }).sports.resolveName({}), {
      code: Code.Unauthenticated,
    });
  });

  it('puts changed data to use without a restart, and says what changed', async () => {
    const { data: before } = await client.sports.listSports({});
    const path = join(folder, 'sports/devnet', INDEX);
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replace(/^identifier: .*$/m, '$&\naliases: [Puck]').replace(/\naliases: (?!\[Puck\]).*/, ''),
    );
    const answer = await client.sports.reloadSports({});
    assert.deepEqual([answer.changed, answer.previousDigest], [true, before?.digest]);
    assert.equal((await client.sports.getSport({ sport: 'puck' })).sport?.identifier, 'Ice Hockey');
    assert.equal((await client.status.getStatus({})).status?.sports?.digest, answer.data?.digest);
    assert.equal(await report({ sport: 'Hokkey' }), 200, 'local aliases stay');

    await writeFile(path, 'identifier: [\n');
    await assert.rejects(client.sports.reloadSports({}), {
      code: Code.FailedPrecondition,
      message: /Ice Hockey\/index\.yaml:\d+/,
    });
    const { data } = await client.sports.listSports({});
    assert.equal(data?.digest, answer.data?.digest);
    assert.match(data?.problem ?? '', /Ice Hockey\/index\.yaml/);
    const { status } = await client.status.getStatus({});
    assert.match(status?.sports?.problem ?? '', /Ice Hockey\/index\.yaml/);
    assert.ok(status?.sports?.problemSince);
    assert.match(status?.alerts.at(-1)?.text ?? '', /sports data on disk are refused, those in use stay/);
    assert.equal(await report({}), 200);

    await writeFile(path, text);
    assert.equal((await client.sports.reloadSports({})).data?.digest, before?.digest);
    assert.deepEqual((await client.status.getStatus({})).status?.alerts, []);
  });

  it('tells Health that the data on disk are not those in use', async () => {
    const path = join(folder, 'sports/devnet', INDEX);
    const text = await readFile(path, 'utf8');
    await writeFile(path, '');
    await assert.rejects(client.sports.reloadSports({}));
    const { status } = await client.health.check({ service: 'bos.sports' });
    assert.equal(status, ServingStatus.NOT_SERVING);
    assert.equal((await client.health.check({ service: '' })).status, ServingStatus.SERVING);
    await writeFile(path, text);
  });
});
