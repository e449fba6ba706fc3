import { AppError } from '#core/errors/app-error'

/**
 * A plain structure (objects, arrays, texts, numbers, booleans, null, typed arrays) as bytes, and back. The same structure gives
 * the same bytes.
 *
 *   8 bytes   what it is, as ASCII
 *   uint32    length of the header
 *   header    JSON in UTF-8: the structure, with {"$": i} for typed array i, and [kind, length, held] of each array; an object
 *             with a key of its own that begins so, as columns may be called, is {"$plain": the object}
 *   arrays    one after another, each from a multiple of 8 on, little-endian
 *
 * JSON has no NaN, infinities or -0: they are {"$number": "NaN"}. Of an array of 32-bit words that are mostly 0, only the
 * others are written: `held` positions, then as many words; else `held` is -1.
 */

/** Bytes per element. */
const kinds = { Int32Array: 4, Uint32Array: 4, Float32Array: 4, Float64Array: 8, Uint16Array: 2, Uint8Array: 1 }
type Kind = keyof typeof kinds
type TypedArray = Int32Array | Uint32Array | Float32Array | Float64Array | Uint16Array | Uint8Array

const isKind = (name: unknown): name is Kind => typeof name === 'string' && Object.hasOwn(kinds, name)
const step = 8

/** `magic` is 8 ASCII characters, which unpackValue asks for. An undefined member is left out. Throws TypeError for what is not plain. */
export function packValue(value: unknown, magic: string): Uint8Array {
  const buffers: Uint8Array[] = []
  const arrays: [Kind, number, number][] = []
  const plain = simplify(value, (array) => {
    const { kind, held, bytes } = packArray(array)
    arrays.push([kind, array.length, held])
    buffers.push(bytes)
    return { $: arrays.length - 1 }
  })
  const header = new TextEncoder().encode(JSON.stringify({ arrays, value: plain }))
  const start = roundUp(step + 4 + header.length)
  const packed = new Uint8Array(buffers.reduce((sum, { length }) => roundUp(sum + length), start))
  packed.set(new TextEncoder().encode(magic))
  new DataView(packed.buffer).setUint32(step, header.length, true)
  packed.set(header, step + 4)
  let at = start
  for (const bytes of buffers) {
    packed.set(bytes, at)
    at = roundUp(at + bytes.length)
  }
  return packed
}

/** The structure that packValue was given. Throws AppError for bytes that are something else, or cut off. */
export function unpackValue(bytes: Uint8Array, magic: string): unknown {
  if (new TextDecoder().decode(bytes.subarray(0, step)) !== magic) throw broken('it is of another kind, or of another version')
  // arrays are views on the bytes, which must begin at a multiple of 8 in their buffer
  const own = bytes.byteOffset % step === 0 ? bytes : Uint8Array.from(bytes)
  const length = own.length < step + 4 ? Number.POSITIVE_INFINITY : new DataView(own.buffer, own.byteOffset).getUint32(step, true)
  if (step + 4 + length > own.length) throw broken('it is cut off')
  const { arrays, value } = readHeader(new TextDecoder().decode(own.subarray(step + 4, step + 4 + length)))
  let at = roundUp(step + 4 + length)
  const unpacked = arrays.map(([kind, size, held]) => {
    const width = held < 0 ? size * kinds[kind] : held * 8
    if (at + width > own.length) throw broken('it is cut off')
    const array = unpackArray(kind, size, held, own.buffer, own.byteOffset + at)
    at = roundUp(at + width)
    return array
  })
  return restore(value, unpacked)
}

function packArray(array: TypedArray): { kind: Kind; held: number; bytes: Uint8Array } {
  const { name } = array.constructor
  if (!isKind(name)) throw new TypeError(`An array of kind ${name} cannot be stored.`)
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  if (array.BYTES_PER_ELEMENT !== 4) return { kind: name, held: -1, bytes }
  const words = new Uint32Array(array.buffer, array.byteOffset, array.length)
  let held = 0
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) held += 1
  if (held * 2 >= words.length) return { kind: name, held: -1, bytes }
  const thin = new Uint32Array(held * 2)
  let used = 0
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0
    if (word === 0) continue
    thin[used] = i
    thin[held + used++] = word
  }
  return { kind: name, held, bytes: new Uint8Array(thin.buffer) }
}

function unpackArray(kind: Kind, size: number, held: number, buffer: ArrayBufferLike, at: number): TypedArray {
  if (held < 0) return viewOf(kind, buffer, at, size)
  const thin = new Uint32Array(buffer, at, held * 2)
  const words = new Uint32Array(size)
  for (let i = 0; i < held; i++) words[thin[i] ?? 0] = thin[held + i] ?? 0
  return viewOf(kind, words.buffer, 0, size)
}

function viewOf(kind: Kind, buffer: ArrayBufferLike, at: number, size: number): TypedArray {
  switch (kind) {
    case 'Int32Array':
      return new Int32Array(buffer, at, size)
    case 'Uint32Array':
      return new Uint32Array(buffer, at, size)
    case 'Float32Array':
      return new Float32Array(buffer, at, size)
    case 'Float64Array':
      return new Float64Array(buffer, at, size)
    case 'Uint16Array':
      return new Uint16Array(buffer, at, size)
    case 'Uint8Array':
      return new Uint8Array(buffer, at, size)
  }
}

function simplify(value: unknown, store: (array: TypedArray) => unknown): unknown {
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return { $number: '-0' }
    return Number.isFinite(value) ? value : { $number: String(value) }
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map((each) => simplify(each, store))
  if (isTypedArray(value)) return store(value)
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    throw new TypeError(`${String(value)} is not plain and cannot be stored.`)
  const members = Object.entries(value).filter(([, each]) => each !== undefined)
  const plain = Object.fromEntries(members.map(([key, each]) => [key, simplify(each, store)]))
  return members.some(([key]) => key.startsWith('$')) ? { $plain: plain } : plain
}

function restore(value: unknown, arrays: readonly TypedArray[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => restore(each, arrays))
  if ('$' in value && typeof value.$ === 'number') return arrays[value.$]
  if ('$number' in value) return Number(value.$number)
  const plain = '$plain' in value && typeof value.$plain === 'object' && value.$plain !== null ? value.$plain : value
  return Object.fromEntries(Object.entries(plain).map(([key, each]) => [key, restore(each, arrays)]))
}

function readHeader(text: string): { arrays: [Kind, number, number][]; value: unknown } {
  const header: unknown = JSON.parse(text)
  if (typeof header !== 'object' || header === null || !('arrays' in header) || !('value' in header) || !Array.isArray(header.arrays))
    throw broken('its header cannot be read')
  return {
    value: header.value,
    arrays: header.arrays.map((entry: unknown): [Kind, number, number] => {
      const [kind, size, held]: unknown[] = Array.isArray(entry) ? entry : []
      if (!isKind(kind) || typeof size !== 'number' || typeof held !== 'number') throw broken('its header cannot be read')
      return [kind, size, held]
    }),
  }
}

const isTypedArray = (value: unknown): value is TypedArray => ArrayBuffer.isView(value)
const roundUp = (length: number) => Math.ceil(length / step) * step

function broken(why: string): AppError {
  return new AppError('bad_file', { detail: `The learned state of the model cannot be read: ${why}. Train the model again.` })
}
