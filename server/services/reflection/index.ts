import { create, type DescService, type MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import {
  ServerReflection,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionResponseSchema,
} from '../../../gen/grpc/reflection/v1/reflection_pb.js';
import type { Register } from '../../edge/rpc.ts';
import { type DescribedFiles, describeFiles } from './files.ts';

/** Registers `grpc.reflection.v1.ServerReflection` over the services, so that tools need no files of ours. */
export function registerReflection(register: Register, services: readonly DescService[]): void {
  const files = describeFiles(services.map(({ file }) => file));
  const names = services.map(({ typeName }) => typeName).sort();
  register(ServerReflection, {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) yield answer(request, files, names);
    },
  });
}

/** What is answered. */
type Response = NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>['messageResponse']>;

function answer(
  request: ServerReflectionRequest,
  files: DescribedFiles,
  services: readonly string[],
): ServerReflectionResponse {
  return create(ServerReflectionResponseSchema, {
    validHost: request.host,
    originalRequest: request,
    messageResponse: responseTo(request.messageRequest, files, services),
  });
}

function responseTo(
  request: ServerReflectionRequest['messageRequest'],
  files: DescribedFiles,
  services: readonly string[],
): Response {
  switch (request.case) {
    case 'listServices': {
      const value = { service: services.map((name) => ({ name })) };
      return { case: 'listServicesResponse', value };
    }
    case 'fileByFilename':
      return fileResponse(files.byName(request.value), `no file is called "${request.value}"`);
    case 'fileContainingSymbol':
      return fileResponse(files.bySymbol(request.value), `no file declares "${request.value}"`);
    case 'fileContainingExtension': {
      const { containingType, extensionNumber } = request.value;
      return refusal(Code.NotFound, `"${containingType}" has no extension ${extensionNumber}`);
    }
    case 'allExtensionNumbersOfType': {
      if (!files.bySymbol(request.value))
        return refusal(Code.NotFound, `no file declares "${request.value}"`);
      const value = { baseTypeName: request.value };
      return { case: 'allExtensionNumbersResponse', value };
    }
    case undefined:
      return refusal(
        Code.InvalidArgument,
        'expected one of the questions of ServerReflectionRequest, got none',
      );
  }
}

function fileResponse(found: readonly Uint8Array[] | undefined, otherwise: string): Response {
  if (!found) return refusal(Code.NotFound, otherwise);
  return { case: 'fileDescriptorResponse', value: { fileDescriptorProto: [...found] } };
}

function refusal(errorCode: Code, errorMessage: string): Response {
  return { case: 'errorResponse', value: { errorCode, errorMessage } };
}
