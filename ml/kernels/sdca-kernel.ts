import { sdcaWasm } from '#ml/kernels/sdca.wasm'

/** What ml/kernels/assembly/sdca.ts exports; pointers are bytes into `memory`. */
type SdcaExports = {
  sweep(
    order: number,
    from: number,
    to: number,
    ptr: number,
    ids: number,
    values: number,
    labels: number,
    costs: number,
    norms: number,
    weights: number,
    duals: number,
    scratch: number,
    out: number,
    classes: number,
    lanes: number,
    measure: number,
  ): void
}

/** The SIMD kernel on a memory of its own. `allocate` gives typed arrays inside it, zeroed, never moved. */
export type SdcaKernel = SdcaExports & {
  floats(length: number): Float32Array
  ints(length: number): Uint32Array
  doubles(length: number): Float64Array
}

/** The first page is the module's own. */
const firstFreeByte = 65_536
const pageBytes = 65_536
/** What `allocate` may add to round each array up. */
const slackBytes = 4_096

let compiled: Promise<WebAssembly.Module> | undefined

/** Instantiates the kernel with room for `bytes` of arrays; at most 4 GiB. */
export async function openSdcaKernel(bytes: number): Promise<SdcaKernel> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(sdcaWasm), (char) => char.charCodeAt(0)))
  const memory = new WebAssembly.Memory({ initial: Math.ceil((firstFreeByte + bytes + slackBytes) / pageBytes) })
  const instance = await WebAssembly.instantiate(await compiled, { env: { memory } })
  // the module is our own; sdca-kernel.test.ts builds it from source and compares the bytes
  const { sweep } = instance.exports as unknown as SdcaExports
  let top = firstFreeByte
  const reserve = (size: number) => {
    const at = top
    top = Math.ceil((at + size) / 64) * 64
    return at
  }
  return {
    sweep,
    floats: (length) => new Float32Array(memory.buffer, reserve(length * 4), length),
    ints: (length) => new Uint32Array(memory.buffer, reserve(length * 4), length),
    doubles: (length) => new Float64Array(memory.buffer, reserve(length * 8), length),
  }
}
