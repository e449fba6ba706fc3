/**
 * The element types of the Open Inference Protocol v2 (its section "Tensor Data Types"): which JSON values each takes, and
 * how its elements lie in the binary tensor data extension (little-endian, without padding; BYTES with a 32-bit length).
 */

/** One element of a tensor as a record holds it; null is a missing number. */
export type Element = string | number | boolean | null

type Datatype = {
  /** Bytes of one element; null where each says its own length. */
  bytes: number | null
  /** The element of a JSON value, or undefined when the value is none of this type. */
  ofJson(value: unknown): Element | undefined
  ofBytes(bytes: Buffer, at: number): Element
}

const table: Record<string, Datatype> = {
  BOOL: {
    bytes: 1,
    ofJson: (value) => (typeof value === 'boolean' ? value : value === 0 || value === 1 ? value === 1 : undefined),
    ofBytes: (bytes, at) => bytes[at] !== 0,
  },
  UINT8: integers(1, 0, 2 ** 8 - 1, (bytes, at) => bytes.readUInt8(at)),
  UINT16: integers(2, 0, 2 ** 16 - 1, (bytes, at) => bytes.readUInt16LE(at)),
  UINT32: integers(4, 0, 2 ** 32 - 1, (bytes, at) => bytes.readUInt32LE(at)),
  UINT64: integers(8, 0, 2 ** 64, (bytes, at) => Number(bytes.readBigUInt64LE(at))),
  INT8: integers(1, -(2 ** 7), 2 ** 7 - 1, (bytes, at) => bytes.readInt8(at)),
  INT16: integers(2, -(2 ** 15), 2 ** 15 - 1, (bytes, at) => bytes.readInt16LE(at)),
  INT32: integers(4, -(2 ** 31), 2 ** 31 - 1, (bytes, at) => bytes.readInt32LE(at)),
  INT64: integers(8, -(2 ** 63), 2 ** 63, (bytes, at) => Number(bytes.readBigInt64LE(at))),
  FP16: floats(2, (bytes, at) => halfFloat(bytes.readUInt16LE(at))),
  FP32: floats(4, (bytes, at) => bytes.readFloatLE(at)),
  FP64: floats(8, (bytes, at) => bytes.readDoubleLE(at)),
  BYTES: {
    bytes: null,
    ofJson: (value) => (typeof value === 'string' ? value : undefined),
    // read by its own length, element by element
    ofBytes: () => '',
  },
}

export const datatypeNames: readonly string[] = Object.keys(table)

/** The datatype of this name, or null when the protocol has none of it. */
export function datatypeOf(name: string): Datatype | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null
}

/**
 * The text of a number for a column of categories: the shortest that stands for the same 32-bit float where the tensor
 * holds no more than that, so that 0.1 sent as FP32 is "0.1".
 */
export function textOf(value: number, datatype: string): string {
  if (datatype !== 'FP32' && datatype !== 'FP16') return String(value)
  const wanted = Math.fround(value)
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === wanted) return String(short)
  }
  return String(value)
}

function integers(bytes: number, min: number, max: number, ofBytes: (bytes: Buffer, at: number) => number): Datatype {
  return {
    bytes,
    ofJson: (value) => (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined),
    ofBytes,
  }
}

/** NaN is how tensors write a missing number; JSON has only null for it. */
function floats(bytes: number, read: (bytes: Buffer, at: number) => number): Datatype {
  return {
    bytes,
    ofJson: (value) => (typeof value === 'number' || value === null ? value : undefined),
    ofBytes(buffer, at) {
      const value = read(buffer, at)
      return Number.isNaN(value) ? null : value
    },
  }
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
