import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary, toJsonString } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { ReportIncidentRequestSchema } from '../gen/bos/v1/incident_service_pb.js';
import { startNode } from './child.ts';
import { createIncident, startIn } from './incidents.ts';
import { grpcAll, type Load, postAll } from './load.ts';
import { against, median, type Result } from './results.ts';

const PATH = '/bos.v1.IncidentService/ReportIncident';
const PARALLEL = 64;
const AMOUNT = 4000;
const ROUNDS = 3;

/** ReportIncident over Connect JSON and gRPC against a Connect handler that does nothing. */
export async function benchRpc(bos: (dataDir: string) => readonly string[]): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bos-bench-'));
  const start = new Date(startIn(3));
  const loads = { json: [] as Load[], jsonFloor: [] as Load[], grpc: [] as Load[], grpcFloor: [] as Load[] };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [h2c, list] of [
        [false, loads.jsonFloor],
        [true, loads.grpcFloor],
      ] as const) {
        const floor = await startNode(['bench/floors/noop-connect.ts', ...(h2c ? ['h2c'] : [])]);
        list.push(await burst(floor.url, h2c, 0, start));
        await floor.stop();
      }
      const server = await startNode(bos(join(folder, String(round))));
      loads.json.push(await burst(server.url, false, 0, start));
      loads.grpc.push(await burst(server.url, true, 2 * AMOUNT, start));
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const rate = (list: readonly Load[]) => median(list.map((load) => load.perSecond));
  return [
    against('ReportIncident over Connect JSON', rate(loads.json), 'requests/s', rate(loads.jsonFloor), {
      min: 0.6,
    }),
    against('ReportIncident over gRPC', rate(loads.grpc), 'requests/s', rate(loads.grpcFloor), { min: 0.6 }),
  ];
}

async function burst(url: string, grpc: boolean, from: number, start: Date): Promise<Load> {
  const send = async (begin: number, amount: number): Promise<Load> => {
    if (grpc)
      return grpcAll({
        url,
        path: PATH,
        parallel: PARALLEL,
        amount,
        message: (i) => toBinary(ReportIncidentRequestSchema, request(begin + i, start)),
      });
    return postAll({
      url,
      path: PATH,
      connections: PARALLEL,
      amount,
      body: (i) => toJsonString(ReportIncidentRequestSchema, request(begin + i, start)),
    });
  };
  await send(from + AMOUNT, 500);
  const load = await send(from, AMOUNT);
  if (load.failed > 0) throw new Error(`${load.failed} of ${AMOUNT} calls to ${url} failed`);
  return load;
}

function request(i: number, start: Date) {
  const { id, provider_info, unique_string } = createIncident(i, start.toISOString());
  return create(ReportIncidentRequestSchema, {
    incident: {
      id: {
        sport: id.sport,
        eventGroupName: id.event_group_name,
        startTime: timestampFromDate(start),
        home: id.home ?? '',
        away: id.away ?? '',
      },
      arguments: { case: 'create', value: { season: '2026' } },
      providerInfo: { name: provider_info.name },
      uniqueString: unique_string,
    },
  });
}
