import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, createClient } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import {
  ServerReflection,
  type ServerReflectionRequest,
  ServerReflectionRequestSchema,
  type ServerReflectionResponse,
} from '../../../gen/grpc/reflection/v1/reflection_pb.js';
import { type Harness, incidentJson, startHarness } from '../harness.ts';

const BUF = fileURLToPath(new URL('../../../node_modules/.bin/buf', import.meta.url));
const SERVICES = [
  'bos.v1.AdminService',
  'bos.v1.EventService',
  'bos.v1.IncidentService',
  'bos.v1.ProposalService',
  'bos.v1.SportsService',
  'bos.v1.StatusService',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
];

describe('server reflection', () => {
  let harness: Harness;
  let session: Http2SessionManager;
  let folder: string;
  before(async () => {
    harness = await startHarness();
    session = new Http2SessionManager(harness.server.url);
    // Without any of our files around.
    folder = await mkdtemp(join(tmpdir(), 'bos-reflection-'));
  });
  after(async () => {
    session.abort();
    await harness[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  type Question = MessageInitShape<typeof ServerReflectionRequestSchema>['messageRequest'];
  const ask = async (...questions: NonNullable<Question>[]): Promise<ServerReflectionResponse[]> => {
    const transport = createGrpcTransport({ baseUrl: harness.server.url, sessionManager: session });
    const requests = questions.map(
      (messageRequest): ServerReflectionRequest =>
        create(ServerReflectionRequestSchema, { host: 'h', messageRequest }),
    );
    const sent = (async function* () {
      yield* requests;
    })();
    const answers: ServerReflectionResponse[] = [];
    const client = createClient(ServerReflection, transport);
    for await (const answer of client.serverReflectionInfo(sent)) answers.push(answer);
    return answers;
  };
  const filesOf = ({ messageResponse: { case: kind, value } }: ServerReflectionResponse): string[] => {
    assert.equal(kind, 'fileDescriptorResponse');
    return value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
  };
  const curl = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(BUF, ['curl', '--http2-prior-knowledge', ...args], {
      cwd: folder,
    });
    return stdout;
  };

  it('lets buf curl call without any files', async () => {
    for (const protocol of ['grpc', 'connect']) {
      const health = `${harness.server.url}/grpc.health.v1.Health/Check`;
      assert.deepEqual(JSON.parse(await curl('--protocol', protocol, '--data', '{}', health)), {
        status: 'SERVING',
      });
    }
    await harness.post('/trigger', incidentJson());
    const list = `${harness.server.url}/bos.v1.IncidentService/ListIncidents`;
    const { incidents } = JSON.parse(await curl('--protocol', 'grpc', '--data', '{"page_size": 1}', list));
    assert.equal(incidents[0].incident.id.home, 'Washington Capitals');
  });

  it('lets buf curl list services and methods', async () => {
    assert.deepEqual((await curl('--list-services', harness.server.url)).trim().split('\n').sort(), SERVICES);
    const methods = await curl('--list-methods', harness.server.url);
    assert.match(methods, /bos\.v1\.IncidentService\/WatchIncidents/);
  });

  it('answers one question after another, with the question', async () => {
    const answers = await ask(
      { case: 'listServices', value: '' },
      { case: 'fileByFilename', value: 'bos/v1/common.proto' },
    );
    const [services, file] = answers;
    assert.ok(services?.messageResponse.case === 'listServicesResponse' && file);
    assert.deepEqual(
      services.messageResponse.value.service.map(({ name }) => name),
      SERVICES,
    );
    assert.equal(file.validHost, 'h');
    assert.equal(file.originalRequest?.messageRequest.value, 'bos/v1/common.proto');
    assert.deepEqual(filesOf(file), [
      'bos/v1/common.proto',
      'google/protobuf/struct.proto',
      'google/protobuf/timestamp.proto',
    ]);
  });

  it('finds the file of whatever it declares', async () => {
    const symbols = {
      'bos.v1.IncidentService': 'bos/v1/incident_service.proto',
      'bos.v1.IncidentService.WatchIncidents': 'bos/v1/incident_service.proto',
      'bos.v1.Incident': 'bos/v1/incident.proto',
      'bos.v1.Incident.provider_info': 'bos/v1/incident.proto',
      'bos.v1.Incident.arguments': 'bos/v1/incident.proto',
      'bos.v1.ErrorKind': 'bos/v1/common.proto',
      'bos.v1.ERROR_KIND_INVALID': 'bos/v1/common.proto',
      'grpc.health.v1.HealthCheckResponse.ServingStatus': 'grpc/health/v1/health.proto',
      'grpc.health.v1.HealthCheckResponse.SERVING': 'grpc/health/v1/health.proto',
      'google.protobuf.Timestamp': 'google/protobuf/timestamp.proto',
    };
    const answers = await ask(
      ...Object.keys(symbols).map((value) => ({ case: 'fileContainingSymbol', value }) as const),
    );
    assert.deepEqual(
      answers.map((answer) => filesOf(answer)[0]),
      Object.values(symbols),
    );
  });

  it('says what there is not, and goes on', async () => {
    const extension = { containingType: 'bos.v1.Incident', extensionNumber: 7 };
    const answers = await ask(
      { case: 'fileByFilename', value: 'none.proto' },
      { case: 'fileContainingSymbol', value: 'bos.v1.None' },
      { case: 'fileContainingExtension', value: extension },
      { case: 'allExtensionNumbersOfType', value: 'bos.v1.None' },
      { case: undefined },
      { case: 'allExtensionNumbersOfType', value: 'bos.v1.Incident' },
    );
    const codes = answers.map(({ messageResponse: { case: kind, value } }) =>
      kind === 'errorResponse' ? value.errorCode : kind,
    );
    const { NotFound, InvalidArgument } = Code;
    assert.deepEqual(codes, [
      ...[NotFound, NotFound, NotFound, NotFound, InvalidArgument],
      'allExtensionNumbersResponse',
    ]);
  });
});
