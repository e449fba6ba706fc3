/** Typed arrays inside a kernel's memory: zeroed, never moved. */
export type KernelMemory = {
  floats(length: number): Float32Array
  doubles(length: number): Float64Array
  /** Signed 32-bit. */
  ints(length: number): Int32Array
  /** Unsigned 32-bit. */
  words(length: number): Uint32Array
  bytes(length: number): Uint8Array
}

/** The first page is the module's own. */
const firstFreeByte = 65_536
const pageBytes = 65_536
/** What rounding each array up may add. */
const slackBytes = 8_192
const mostPages = 65_535

const compiled = new Map<string, Promise<WebAssembly.Module>>()

/**
 * Instantiates a kernel (base64 of a WebAssembly module from ml/kernels/assembly) on a memory of its own with room for
 * `bytes` of arrays. Compiled once per process. Throws RangeError above 4 GiB.
 */
export async function openKernel<Exports>(base64: string, bytes: number): Promise<Exports & KernelMemory> {
  const known = compiled.get(base64)
  const compiling = known ?? WebAssembly.compile(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)))
  if (!known) compiled.set(base64, compiling)
  const pages = Math.ceil((firstFreeByte + bytes + slackBytes) / pageBytes)
  if (pages > mostPages) throw new RangeError(`A kernel's memory holds at most 4 GiB, not ${bytes} bytes.`)
  const memory = new WebAssembly.Memory({ initial: pages })
  const { exports } = await WebAssembly.instantiate(await compiling, { env: { memory } })
  let top = firstFreeByte
  const reserve = (size: number) => {
    const at = top
    top = Math.ceil((at + size) / 64) * 64
    return at
  }
  return {
    // the modules are our own; kernels.test.ts builds them from source and compares the bytes
    ...(exports as unknown as Exports),
    floats: (length) => new Float32Array(memory.buffer, reserve(length * 4), length),
    doubles: (length) => new Float64Array(memory.buffer, reserve(length * 8), length),
    ints: (length) => new Int32Array(memory.buffer, reserve(length * 4), length),
    words: (length) => new Uint32Array(memory.buffer, reserve(length * 4), length),
    bytes: (length) => new Uint8Array(memory.buffer, reserve(length), length),
  }
}
