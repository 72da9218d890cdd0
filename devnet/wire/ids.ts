import { ensure, traced } from '../errors.ts';
import { asText, asUint } from './cast.ts';
import type { WireType } from './types.ts';

/** The three numbers of an object id. */
export interface IdParts {
  readonly space: number;
  readonly type: number;
  readonly instance: number;
}

/** @throws NodeError for what is no `space.type.instance`. */
export function idParts(value: string): IdParts {
  const first = value.indexOf('.');
  const second = value.indexOf('.', first + 1);
  return traced(
    ['object_id.hpp', 192, 'from_variant'],
    () => ({ var: value }),
    () => {
      const where = ['object_id.hpp', 183, 'from_variant'] as const;
      ensure(first !== second, 'first_dot != second_dot', '', {}, where);
      ensure(
        first !== -1 && first !== 0 && second !== -1,
        'first_dot != 0 && first_dot != std::string::npos',
        '',
        {},
        where,
      );
      return {
        space: asUint(value.slice(0, first)),
        type: asUint(value.slice(first + 1, second)),
        instance: asUint(value.slice(second + 1)),
      };
    },
  );
}

/** Compares ids by number, as the node's sets do. */
export function compareIds(a: string, b: string): number {
  const left = idParts(a);
  const right = idParts(b);
  return left.space - right.space || left.type - right.type || left.instance - right.instance;
}

/** An id of one type; only its instance is written. */
export function idOf(space: number, type: number): WireType<string> {
  return {
    parse(value) {
      const given = asText(value);
      const parts = idParts(given);
      return traced(
        ['object_id.hpp', 210, 'from_variant'],
        () => ({ var: given }),
        () => {
          ensure(
            parts.space === space && parts.type === type,
            'fc::to_uint64( s.substr( 0, first_dot ) ) == SpaceID && fc::to_uint64( s.substr( first_dot+1, second_dot-first_dot-1 ) ) == TypeID',
            "Space.Type.0 ({SpaceID}.{TypeID}.0) doesn't match expected value {var}",
            { TypeID: type, SpaceID: space, var: given },
            ['object_id.hpp', 206, 'from_variant'],
          );
          return `${space}.${type}.${parts.instance}`;
        },
      );
    },
    write: (out, value) => out.varint(idParts(value).instance),
    missing: () => `${space}.${type}.0`,
  };
}

/** An id of any type, perhaps relative; eight bytes. */
export const objectId: WireType<string> = {
  parse(value) {
    const { space, type, instance } = idParts(asText(value));
    return `${space}.${type}.${instance}`;
  },
  write(out, value) {
    const { space, type, instance } = idParts(value);
    out.int64((BigInt(space) << 56n) + (BigInt(type) << 48n) + BigInt(instance));
  },
  missing: () => '0.0.0',
};
