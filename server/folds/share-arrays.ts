/**
 * The same plain data with every typed array in shared memory, so that sending it to a thread copies none of them. Arrays
 * that are there already stay; large columns are read into such memory in the first place (ml/features/shared-arrays.ts).
 */
export function shareArrays<T>(value: T): T {
  // The walk keeps the shape of what it is given; TypeScript cannot follow that.
  return shared(value) as T
}

function shared(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return isNumbers(value) ? copied(value) : value
  if (Array.isArray(value)) return value.some((item) => typeof item === 'object') ? value.map(shared) : value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shared(item)]))
}

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array | Uint32Array

function isNumbers(view: ArrayBufferView): view is Numbers {
  return !(view instanceof DataView)
}

function copied(array: Numbers): Numbers {
  if (array.buffer instanceof SharedArrayBuffer) return array
  // The constructor of a typed array makes its own kind.
  const Kind = array.constructor as new (buffer: SharedArrayBuffer) => Numbers
  const copy = new Kind(new SharedArrayBuffer(array.byteLength))
  copy.set(array)
  return copy
}
