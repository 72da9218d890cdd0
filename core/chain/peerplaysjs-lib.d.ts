/** The part of peerplaysjs-lib 0.8.9 that is used; the package brings no types. */
declare module 'peerplaysjs-lib' {
  /** How a value gets from JSON to the library's own form, to bytes, and back. */
  export interface Codec {
    fromObject(value: unknown): unknown;
    toObject(value: unknown): unknown;
    appendByteBuffer(buffer: unknown, value: unknown): void;
    fromByteBuffer(buffer: unknown): unknown;
    /** Keeps arrays of this type in the order given. */
    nosort?: boolean;
  }

  export class Serializer implements Codec {
    constructor(name: string, fields: Readonly<Record<string, Codec>>);
    readonly operation_name: string;
    readonly types: Readonly<Record<string, Codec>>;
    fromObject(value: unknown): unknown;
    toObject(value: unknown): unknown;
    appendByteBuffer(buffer: unknown, value: unknown): void;
    fromByteBuffer(buffer: unknown): unknown;
    fromBuffer(buffer: Buffer): unknown;
    toBuffer(value: unknown): Buffer;
    nosort?: boolean;
  }

  export const types: {
    readonly uint16: Codec;
    readonly uint32: Codec;
    readonly int64: Codec;
    readonly string: Codec;
    readonly bool: Codec;
    readonly void: Codec;
    readonly time_point_sec: Codec;
    readonly object_id_type: Codec;
    readonly public_key: Codec;
    protocol_id_type(name: string): Codec;
    optional(element: Codec): Codec;
    array(element: Codec): Codec;
    set(element: Codec): Codec;
    map(key: Codec, value: Codec): Codec;
    enumeration(names: string[]): Codec;
    static_variant(alternatives: readonly (Codec | undefined)[]): Codec;
  };

  export const ops: { readonly memo_data: Serializer };

  export class PublicKey {
    static fromStringOrThrow(text: string, prefix?: string): PublicKey;
    static fromBuffer(bytes: Buffer): PublicKey;
    toString(prefix?: string): string;
    toBuffer(): Buffer;
  }
  export class PrivateKey {
    static fromWif(wif: string): PrivateKey;
    toPublicKey(): PublicKey;
  }
  export class Signature {
    static fromBuffer(bytes: Buffer): Signature;
    static signBufferSha256(digest: Buffer, key: PrivateKey): Signature;
    verifyHash(digest: Buffer, key: PublicKey): boolean;
    toHex(): string;
  }
}
