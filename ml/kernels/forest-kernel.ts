import type { BinningKernel } from './binning-kernel'
import { forestWasm } from './forest.wasm'
import { openKernel } from './open-kernel'

/** What ml/kernels/assembly/forest.ts exports, in its words; pointers are bytes into its memory. */
export type ForestKernel = BinningKernel & {
  setTable(bins: number, stride: number, columns: number, slots: number, values: number, outputs: number): void
  setRules(tries: number, minLeaf: number, maxDepth: number, isRandom: number): void
  setSpace(order: number, scratch: number, weights: number, work: number, stack: number, nodes: number, leaves: number): void
  begin(n: number, seed: number): void
  /** 1 while there is more to do. */
  grow(budget: number): number
  countNodes(): number
  countLeaves(): number
}

export const openForestKernel = (bytes: number): Promise<ForestKernel> => openKernel(forestWasm, bytes)
