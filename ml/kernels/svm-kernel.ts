import { type KernelMemory, openKernel } from './open-kernel'
import { svmWasm } from './svm.wasm'

/** What ml/kernels/assembly/svm.ts exports; pointers are bytes into its memory. */
export type SvmKernel = KernelMemory & {
  sweep(
    order: number,
    ptr: number,
    ids: number,
    values: number,
    perRow: number,
    w: number,
    span: number,
    place: number,
    terms: number,
    budget: number,
  ): number
  shuffle(values: number, length: number, seed: number): number
}

export const openSvmKernel = (bytes: number): Promise<SvmKernel> => openKernel(svmWasm, bytes)
