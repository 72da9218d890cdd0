import { type DescEnum, type DescFile, type DescMessage, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/** Files of the API, serialized, each followed by all that it imports; by what tools ask for. */
export interface DescribedFiles {
  /** By its path, e.g. `bos/v1/incident.proto`. */
  byName(path: string): readonly Uint8Array[] | undefined;
  /** By the fully qualified name of anything that it declares. */
  bySymbol(symbol: string): readonly Uint8Array[] | undefined;
}

/** Describes the files and all that they import. */
export function describeFiles(roots: readonly DescFile[]): DescribedFiles {
  const all = new Set(roots.flatMap((file) => [...withImports(file)]));
  const byPath = new Map([...all].map((file) => [file.proto.name, file]));
  const bySymbol = new Map([...all].flatMap((file) => symbolsOf(file).map((symbol) => [symbol, file])));
  return {
    byName: (path) => serialized(byPath.get(path)),
    bySymbol: (symbol) => serialized(bySymbol.get(symbol)),
  };
}

function serialized(file: DescFile | undefined): readonly Uint8Array[] | undefined {
  return file && [...withImports(file)].map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
}

/** The file first, each once. */
function withImports(file: DescFile, known = new Set<DescFile>()): ReadonlySet<DescFile> {
  if (known.has(file)) return known;
  known.add(file);
  for (const imported of file.dependencies) withImports(imported, known);
  return known;
}

function symbolsOf(file: DescFile): string[] {
  return [
    ...file.messages.flatMap(symbolsOfMessage),
    ...file.enums.flatMap(symbolsOfEnum),
    ...file.services.flatMap(({ typeName, methods }) => [
      typeName,
      ...methods.map(({ name }) => `${typeName}.${name}`),
    ]),
  ];
}

function symbolsOfMessage({ typeName, fields, oneofs, nestedMessages, nestedEnums }: DescMessage): string[] {
  return [
    typeName,
    ...[...fields, ...oneofs].map(({ name }) => `${typeName}.${name}`),
    ...nestedMessages.flatMap(symbolsOfMessage),
    ...nestedEnums.flatMap(symbolsOfEnum),
  ];
}

/** Values are named beside their enum, not below it. */
function symbolsOfEnum({ typeName, values }: DescEnum): string[] {
  const scope = typeName.slice(0, typeName.lastIndexOf('.') + 1);
  return [typeName, ...values.map(({ name }) => `${scope}${name}`)];
}
