import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { OP, type Operation } from '../../core/chain/types.ts';
import { canonicalJson } from '../../core/store/canonical-json.ts';
import type { OperationSchema } from '../../gen/bos/v1/proposal_pb.js';

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(OP).map(([name, tag]) => [tag, name]));

/** An operation of the chain for the API; one that oracles never use is named by its number. */
export function operationMessage([tag, fields]: Operation): MessageInitShape<typeof OperationSchema> {
  const json = canonicalJson(fields);
  return {
    operationId: tag,
    name: NAMES.get(tag) ?? `operation_${tag}`,
    json,
    // Parsed from the text of an object.
    fields: JSON.parse(json) as JsonObject,
  };
}
