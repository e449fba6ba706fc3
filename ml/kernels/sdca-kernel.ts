import { type KernelMemory, openKernel } from './open-kernel'
import { sdcaWasm } from './sdca.wasm'

/** What ml/kernels/assembly/sdca.ts exports; pointers are bytes into its memory. */
export type SdcaKernel = KernelMemory & {
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

export const openSdcaKernel = (bytes: number): Promise<SdcaKernel> => openKernel(sdcaWasm, bytes)
