/** Below it, setting up shared memory costs more than copying does. */
const leastShared = 16_384

/** [length] zeros that threads see without a copy, where the platform has such memory and the array is large. */
export function sharedFloats(length: number): Float32Array {
  return isShared(length) ? new Float32Array(new SharedArrayBuffer(length * 4)) : new Float32Array(length)
}

/** The same of whole numbers, copied from `values`. */
export function sharedInts(values: ArrayLike<number>): Int32Array {
  const ints = isShared(values.length) ? new Int32Array(new SharedArrayBuffer(values.length * 4)) : new Int32Array(values.length)
  ints.set(values)
  return ints
}

// a browser has it only where the page is isolated from others
const isShared = (length: number) => length >= leastShared && typeof SharedArrayBuffer === 'function'
