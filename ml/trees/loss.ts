import type { TreeEnsemble } from '#ml/models/trees'

/** What boosting minimises. `raw` is f32[outputs][rows rounded up to 4], in the kernel's memory like `g` and `h`. */
export type Loss = {
  outputs: number
  link: TreeEnsemble['link']
  /** [outputs]: the best constant. */
  base: Float64Array
  /** Called once per round, before the gradients of its trees. */
  prepare(raw: Float32Array): void
  /** Writes gradient and curvature of every row for one output. */
  gradients(output: number, raw: Float32Array, g: Float32Array, h: Float32Array): void
  /** Loss of one row, times its weight. */
  lossOf(raw: Float32Array, row: number): number
  weightOf(row: number): number
  /** Value of a leaf from its rows, where it is not the Newton step -G / (H + l2). */
  leafValue?(rows: Uint32Array, raw: Float32Array): number
}
