import type { KernelMemory } from './open-kernel'

/** What ml/kernels/assembly/binning.ts gives to the kernels of trees; pointers are bytes into their memory. */
export type BinningKernel = KernelMemory & {
  sortFloats(values: number, scratch: number, counts: number, n: number): void
  binColumn(values: number, edges: number, bins: number, stride: number, n: number): void
}
