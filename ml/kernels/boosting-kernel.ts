import type { BinningKernel } from './binning-kernel'
import { boostingWasm } from './boosting.wasm'
import { openKernel } from './open-kernel'

/** What ml/kernels/assembly/boosting.ts exports, in its words; pointers are bytes into its memory. */
export type BoostingKernel = BinningKernel & {
  logisticGradients(raw: number, y: number, weights: number, g: number, h: number, n: number): void
  softmax(raw: number, p: number, classes: number, n: number): void
  classGradients(p: number, labels: number, k: number, weights: number, g: number, h: number, n: number): void
  sumAbsolute(values: number, n: number): number
  quantise(g: number, h: number, gScale: number, hScale: number, pairs: number, n: number): void
  histogram(bins: number, stride: number, order: number, from: number, to: number, pairs: number, hist: number, columns: number): void
  subtract(parent: number, child: number, columns: number): void
  splitNumbers(
    hist: number,
    columns: number,
    kinds: number,
    bins: number,
    monotone: number,
    total: number,
    gScale: number,
    hScale: number,
    l2: number,
    minRows: number,
    minCurvature: number,
    floor: number,
    ceiling: number,
    out: number,
  ): void
  partition(
    bins: number,
    stride: number,
    column: number,
    goesLeft: number,
    order: number,
    scratch: number,
    from: number,
    to: number,
  ): number
  sumRows(order: number, from: number, to: number, g: number, h: number, out: number): void
  addToRows(order: number, from: number, to: number, raw: number, value: number): void
}

export const openBoostingKernel = (bytes: number): Promise<BoostingKernel> => openKernel(boostingWasm, bytes)
