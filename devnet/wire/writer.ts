/** Collects the bytes of the chain's binary form (chain reference 10.1). */
export class ByteWriter {
  readonly #bytes: number[] = [];

  /** Fixed width, little endian, `width` bytes of an unsigned number. */
  uint(value: number, width: 1 | 2 | 4): void {
    for (let shift = 0; shift < width; shift += 1)
      this.#bytes.push(Math.floor(value / 2 ** (8 * shift)) % 256);
  }

  /** Eight bytes, little endian, two's complement. */
  int64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    for (let index = 0; index < 8; index += 1) {
      this.#bytes.push(Number(rest & 255n));
      rest >>= 8n;
    }
  }

  /** Unsigned LEB128; used for lengths, variant tags and instances. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes.push(rest);
  }

  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  get length(): number {
    return this.#bytes.length;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
