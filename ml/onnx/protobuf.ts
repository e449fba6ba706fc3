/** Writes the protobuf wire format: messages of varints, 32-bit floats and length-delimited bytes. Grows as needed. */
export class ProtobufWriter {
  private bytes = new Uint8Array(256)
  private used = 0
  private static readonly encoder = new TextEncoder()

  /** A whole number; negative ones take ten bytes, as int64 does. */
  int(field: number, value: number | bigint): this {
    this.varint((field << 3) | 0)
    return this.varint(value)
  }

  float(field: number, value: number): this {
    this.varint((field << 3) | 5)
    const at = this.reserve(4)
    new DataView(this.bytes.buffer).setFloat32(at, value, true)
    return this
  }

  raw(field: number, value: Uint8Array): this {
    this.varint((field << 3) | 2).varint(value.length)
    const at = this.reserve(value.length)
    this.bytes.set(value, at)
    return this
  }

  /** A field with its key, as another message had it. */
  copy(whole: Uint8Array): this {
    const at = this.reserve(whole.length)
    this.bytes.set(whole, at)
    return this
  }

  text(field: number, value: string): this {
    return this.raw(field, ProtobufWriter.encoder.encode(value))
  }

  message(field: number, message: ProtobufWriter): this {
    return this.raw(field, message.done())
  }

  /** Whole numbers, packed. */
  packed(field: number, values: Iterable<number | bigint>): this {
    const inner = new ProtobufWriter()
    for (const value of values) inner.varint(value)
    return this.raw(field, inner.done())
  }

  /** The bytes so far; valid until the next write. */
  done(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.used)
  }

  private varint(value: number | bigint): this {
    if (typeof value === 'bigint' || value < 0 || value > 0xffffffff) return this.longVarint(BigInt.asUintN(64, BigInt(value)))
    let rest = value
    while (rest > 127) {
      this.byte((rest & 127) | 128)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
    return this
  }

  private longVarint(value: bigint): this {
    let rest = value
    while (rest > 127n) {
      this.byte(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    this.byte(Number(rest))
    return this
  }

  private byte(value: number): void {
    const at = this.reserve(1)
    this.bytes[at] = value
  }

  /** Room for `length` more bytes; returns where they begin. */
  private reserve(length: number): number {
    const at = this.used
    this.used += length
    if (this.used > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.used))
      larger.set(this.bytes)
      this.bytes = larger
    }
    return at
  }
}
