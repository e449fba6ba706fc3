import { AppError } from '#core/errors/app-error'

/**
 * One field of a protobuf message. `bytes` is the payload of a field with a length (text, message, packed numbers), else
 * empty; `int` the value of a varint, else 0; `whole` the field with its key, to be copied as it is.
 */
export type ProtobufField = { field: number; int: bigint; bytes: Uint8Array; whole: Uint8Array }

/**
 * The fields of one protobuf message in the order of the file (protobuf.dev, "Encoding"), only those of `wanted` numbers
 * when it is given: the numbers of a large forest are a field each. Payloads are views of `bytes`, not copies. Throws
 * AppError `bad_file` when the message is cut off or is no protobuf.
 */
export function readFields(bytes: Uint8Array, wanted?: readonly number[]): ProtobufField[] {
  const found: ProtobufField[] = []
  const cursor = { at: 0 }
  while (cursor.at < bytes.length) {
    const from = cursor.at
    const key = readNumber(bytes, cursor)
    const field = Math.floor(key / 8)
    if (field < 1 || field > largestField) throw notOnnx()
    const start = skipValue(bytes, cursor, key % 8)
    if (wanted && !wanted.includes(field)) continue
    const isVarint = key % 8 === 0
    found.push({
      field,
      int: isVarint ? readVarint(bytes, { at: start }) : 0n,
      bytes: key % 8 === 2 ? bytes.subarray(start, cursor.at) : empty,
      whole: bytes.subarray(from, cursor.at),
    })
  }
  return found
}

/** Whole numbers that are packed into one field. */
export function readPacked(bytes: Uint8Array): bigint[] {
  const found: bigint[] = []
  const cursor = { at: 0 }
  while (cursor.at < bytes.length) found.push(readVarint(bytes, cursor))
  return found
}

/** The text of a field with a length. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** The bytes are something else than a model. */
export function notOnnx(): AppError {
  return new AppError('bad_file', {
    detail: 'This is not an .onnx file. Export the model as ONNX (skl2onnx, torch.onnx, onnxmltools) and choose that file.',
    hint: { param: 'file' },
  })
}

const decoder = new TextDecoder()
const empty = new Uint8Array(0)
const largestField = 2 ** 29 - 1

/** Moves behind a value and returns where its payload begins. */
function skipValue(bytes: Uint8Array, cursor: { at: number }, wire: number): number {
  if (wire === 0) {
    const start = cursor.at
    readNumber(bytes, cursor)
    return start
  }
  if (wire !== 1 && wire !== 2 && wire !== 5) throw notOnnx()
  const length = wire === 2 ? readNumber(bytes, cursor) : wire === 1 ? 8 : 4
  const start = cursor.at
  if (start + length > bytes.length) throw cutOff()
  cursor.at = start + length
  return start
}

/** A varint as a number: exact up to 2^53, as all keys and lengths of a file are. */
function readNumber(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0
  for (let i = 0, scale = 1; i < 10; i++, scale *= 128) {
    const byte = byteAt(bytes, cursor)
    value += (byte & 127) * scale
    if (byte < 128) return value
  }
  throw notOnnx()
}

/** A varint as int64. */
function readVarint(bytes: Uint8Array, cursor: { at: number }): bigint {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = byteAt(bytes, cursor)
    value |= BigInt(byte & 127) << shift
    if (byte < 128) return BigInt.asIntN(64, value)
  }
  throw notOnnx()
}

function byteAt(bytes: Uint8Array, cursor: { at: number }): number {
  const byte = bytes[cursor.at]
  if (byte === undefined) throw cutOff()
  cursor.at += 1
  return byte
}

function cutOff(): AppError {
  return new AppError('bad_file', {
    detail: 'The .onnx file is cut off: it ends before what it announces. Copy or upload it again.',
    hint: { param: 'file' },
  })
}
