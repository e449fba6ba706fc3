// Histogram gradient boosting over rows of bins: see ml/trees for the algorithm; ml/kernels/build.mjs compiles this file.
// All pointers are bytes. A table of bins is u8[rows][stride]; bin 255 is "missing". A histogram is i32x4[columns][256]:
// gradient, curvature, rows, 0. Gradients are whole numbers, so that a sum is the same in any order of its rows.

import { exp4 } from './exp'

export { binColumn, sortFloats } from './binning'

const MISSING: i32 = 255
const HIST_COLUMN: usize = 4096

// --- Gradients ---

// Binary log-loss at `raw`: g = p - y, h = p (1 - p), times the weight if there are weights. n is a multiple of 4.
export function logisticGradients(raw: usize, y: usize, weights: usize, g: usize, h: usize, n: i32): void {
  const one = f32x4.splat(1)
  for (let at: usize = 0, end = <usize>n << 2; at < end; at += 16) {
    const x = v128.load(raw + at)
    const e = exp4(f32x4.neg(f32x4.abs(x)))
    const small = f32x4.div(e, f32x4.add(one, e))
    const p = v128.bitselect(f32x4.sub(one, small), small, f32x4.ge(x, f32x4.splat(0)))
    let gradient = f32x4.sub(p, v128.load(y + at))
    let curvature = f32x4.mul(p, f32x4.sub(one, p))
    if (weights) {
      const weight = v128.load(weights + at)
      gradient = f32x4.mul(gradient, weight)
      curvature = f32x4.mul(curvature, weight)
    }
    v128.store(g + at, gradient)
    v128.store(h + at, curvature)
  }
}

// Softmax over classes: raw and p are f32[classes][n]; n is a multiple of 4.
export function softmax(raw: usize, p: usize, classes: i32, n: i32): void {
  const row = <usize>n << 2
  for (let at: usize = 0; at < row; at += 16) {
    let peak = v128.load(raw + at)
    for (let k = 1; k < classes; k++) peak = f32x4.max(peak, v128.load(raw + at + <usize>k * row))
    let sum = f32x4.splat(0)
    for (let k = 0; k < classes; k++) {
      const e = exp4(f32x4.sub(v128.load(raw + at + <usize>k * row), peak))
      sum = f32x4.add(sum, e)
      v128.store(p + at + <usize>k * row, e)
    }
    const scale = f32x4.div(f32x4.splat(1), sum)
    for (let k = 0; k < classes; k++) {
      const place = p + at + <usize>k * row
      v128.store(place, f32x4.mul(v128.load(place), scale))
    }
  }
}

// Log-loss of one class against the rest of a softmax: g = p - (label = k), h = p (1 - p).
export function classGradients(p: usize, labels: usize, k: i32, weights: usize, g: usize, h: usize, n: i32): void {
  const one = f32x4.splat(1)
  const wanted = i32x4.splat(k)
  for (let at: usize = 0, end = <usize>n << 2; at < end; at += 16) {
    const probability = v128.load(p + at)
    const isLabel = v128.and(i32x4.eq(v128.load(labels + at), wanted), one)
    let gradient = f32x4.sub(probability, isLabel)
    let curvature = f32x4.mul(probability, f32x4.sub(one, probability))
    if (weights) {
      const weight = v128.load(weights + at)
      gradient = f32x4.mul(gradient, weight)
      curvature = f32x4.mul(curvature, weight)
    }
    v128.store(g + at, gradient)
    v128.store(h + at, curvature)
  }
}

// Sum of |values| in double precision, in the order of the rows.
export function sumAbsolute(values: usize, n: i32): f64 {
  let sum: f64 = 0
  for (let at = values, end = values + (<usize>n << 2); at < end; at += 4) sum += Math.abs(<f64>load<f32>(at))
  return sum
}

// Gradients and curvatures -> pairs of whole numbers; n is a multiple of 4.
export function quantise(g: usize, h: usize, gScale: f32, hScale: f32, pairs: usize, n: i32): void {
  const gs = f32x4.splat(gScale)
  const hs = f32x4.splat(hScale)
  for (let at: usize = 0, end = <usize>n << 2; at < end; at += 16) {
    const gradient = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(g + at), gs)))
    const curvature = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(h + at), hs)))
    const to = pairs + (at << 1)
    v128.store(to, v128.shuffle<i32>(gradient, curvature, 0, 4, 1, 5))
    v128.store(to, v128.shuffle<i32>(gradient, curvature, 2, 6, 3, 7), 16)
  }
}

// --- Growing ---

@inline function addTo(hist: usize, bin: u64, v: v128): void {
  const at = hist + (<usize>(bin & 255) << 4)
  v128.store(at, i32x4.add(v128.load(at), v))
}

// Adds the rows order[from..to) to the histograms of `columns` columns (a multiple of 4, as stride is): tiles of rows, so
// that the rows stay in the second cache while four columns' histograms stay in the first.
export function histogram(bins: usize, stride: i32, order: usize, from: i32, to: i32, pairs: usize, hist: usize, columns: i32): void {
  const count = i32x4(0, 0, 1, 0)
  for (let start = from; start < to; start += 4096) {
    const end = min(start + 4096, to)
    for (let column = 0; column < columns; column += 8) {
      const base = hist + <usize>column * HIST_COLUMN
      const cells = bins + column
      if (column + 8 <= columns) {
        for (let i = start; i < end; i++) {
          const row = <usize>load<u32>(order + (<usize>i << 2))
          const v = v128.or(v128.load64_zero(pairs + (row << 3)), count)
          const b = load<u64>(cells + row * <usize>stride)
          addTo(base, b, v)
          addTo(base + HIST_COLUMN, b >> 8, v)
          addTo(base + 2 * HIST_COLUMN, b >> 16, v)
          addTo(base + 3 * HIST_COLUMN, b >> 24, v)
          addTo(base + 4 * HIST_COLUMN, b >> 32, v)
          addTo(base + 5 * HIST_COLUMN, b >> 40, v)
          addTo(base + 6 * HIST_COLUMN, b >> 48, v)
          addTo(base + 7 * HIST_COLUMN, b >> 56, v)
        }
      } else {
        for (let i = start; i < end; i++) {
          const row = <usize>load<u32>(order + (<usize>i << 2))
          const v = v128.or(v128.load64_zero(pairs + (row << 3)), count)
          const b = <u64>load<u32>(cells + row * <usize>stride)
          addTo(base, b, v)
          addTo(base + HIST_COLUMN, b >> 8, v)
          addTo(base + 2 * HIST_COLUMN, b >> 16, v)
          addTo(base + 3 * HIST_COLUMN, b >> 24, v)
        }
      }
    }
  }
}

// parent -= child, over all columns.
export function subtract(parent: usize, child: usize, columns: i32): void {
  for (let at: usize = 0, end = <usize>columns * HIST_COLUMN; at < end; at += 16) {
    v128.store(parent + at, i32x4.sub(v128.load(parent + at), v128.load(child + at)))
  }
}

// Best split of one column of numbers by value: bins 0..bin to the left. Adds nothing, writes to `out` if the gain is
// above the one that stands there: f64 gain, i32 column, bin, missingLeft, then the left sums g, h, rows.
// floor/ceiling: the bounds of leaf values; monotone: -1, 0 or 1.
export function splitColumn(
  hist: usize, column: i32, bins: i32, total: usize, gScale: f64, hScale: f64, l2: f64, minRows: i32, minCurvature: f64,
  monotone: i32, floor: f64, ceiling: f64, out: usize,
): void {
  const cells = hist + <usize>column * HIST_COLUMN
  const allG = load<i32>(total), allH = load<i32>(total, 4), rows = load<i32>(total, 8)
  const missing = cells + (<usize>MISSING << 4)
  const missingRows = load<i32>(missing, 8)
  const G = <f64>allG * gScale, H = <f64>allH * hScale
  // Between bounds a leaf does not take its own best value, and gains less: G times the value, as scikit-learn.
  const isBounded = monotone != 0 || floor > -Infinity || ceiling < Infinity
  const before = isBounded ? -G * clamp(-G / (H + l2), floor, ceiling) : G * G / (H + l2)
  let best = load<f64>(out)
  // without missing rows both sides are the same; then the larger child takes them, which the caller sees to
  const sides = missingRows > 0 ? 2 : 1
  for (let side = 0; side < sides; side++) {
    let g = side ? load<i32>(missing) : 0
    let h = side ? load<i32>(missing, 4) : 0
    let n = side ? missingRows : 0
    // the last bin is a border only if the missing rows lie beyond it
    const last = missingRows > 0 && !side ? bins : bins - 1
    for (let bin = 0; bin < last; bin++) {
      const cell = cells + (<usize>bin << 4)
      const here = load<i32>(cell, 8)
      if (here == 0) continue
      g += load<i32>(cell)
      h += load<i32>(cell, 4)
      n += here
      if (n < minRows) continue
      if (rows - n < minRows) break
      const hl = <f64>h * hScale, hr = <f64>(allH - h) * hScale
      if (hl < minCurvature) continue
      if (hr < minCurvature) break
      const gl = <f64>g * gScale, gr = <f64>(allG - g) * gScale
      let gain: f64
      if (!isBounded) gain = gl * gl / (hl + l2) + gr * gr / (hr + l2) - before
      else {
        const left = clamp(-gl / (hl + l2), floor, ceiling), right = clamp(-gr / (hr + l2), floor, ceiling)
        if (monotone > 0 ? left > right : monotone < 0 && left < right) continue
        gain = -gl * left - gr * right - before
      }
      if (gain > best) {
        best = gain
        store<f64>(out, gain)
        store<i32>(out, column, 8)
        store<i32>(out, bin, 12)
        store<i32>(out, side, 16)
        store<i32>(out, g, 20)
        store<i32>(out, h, 24)
        store<i32>(out, n, 28)
      }
    }
  }
}

@inline function clamp(value: f64, floor: f64, ceiling: f64): f64 {
  return max(floor, min(ceiling, value))
}

// splitColumn over all columns of numbers: `kinds` u8 per column, 0 for those to look at; `bins` i32, `monotone` i8.
export function splitNumbers(
  hist: usize, columns: i32, kinds: usize, bins: usize, monotone: usize, total: usize, gScale: f64, hScale: f64, l2: f64,
  minRows: i32, minCurvature: f64, floor: f64, ceiling: f64, out: usize,
): void {
  for (let column = 0; column < columns; column++) {
    if (load<u8>(kinds + column)) continue
    splitColumn(
      hist, column, load<i32>(bins + (<usize>column << 2)), total, gScale, hScale, l2, minRows, minCurvature,
      load<i8>(monotone + column), floor, ceiling, out,
    )
  }
}

// Moves the rows of order[from..to) whose bin's byte in `goesLeft` (u8[256]) is 1 to the front, keeping their order; returns where
// the others begin. Scratch holds to - from row numbers.
export function partition(bins: usize, stride: i32, column: i32, goesLeft: usize, order: usize, scratch: usize, from: i32, to: i32): i32 {
  const cells = bins + column
  let left = order + (<usize>from << 2)
  let right = scratch
  for (let at = left, end = order + (<usize>to << 2); at < end; at += 4) {
    const row = load<u32>(at)
    const isLeft = <usize>load<u8>(goesLeft + load<u8>(cells + <usize>row * <usize>stride))
    store<u32>(left, row)
    store<u32>(right, row)
    left += isLeft << 2
    right += (1 - isLeft) << 2
  }
  memory.copy(left, scratch, right - scratch)
  return <i32>((left - order) >> 2)
}

// out[0] = sum of g, out[1] = sum of h over the rows order[from..to), in double precision.
export function sumRows(order: usize, from: i32, to: i32, g: usize, h: usize, out: usize): void {
  let gradient: f64 = 0
  let curvature: f64 = 0
  for (let i = from; i < to; i++) {
    const at = <usize>load<u32>(order + (<usize>i << 2)) << 2
    gradient += load<f32>(g + at)
    curvature += load<f32>(h + at)
  }
  store<f64>(out, gradient)
  store<f64>(out, curvature, 8)
}

// raw[row] += value for the rows order[from..to).
export function addToRows(order: usize, from: i32, to: i32, raw: usize, value: f32): void {
  for (let i = from; i < to; i++) {
    const at = raw + (<usize>load<u32>(order + (<usize>i << 2)) << 2)
    store<f32>(at, load<f32>(at) + value)
  }
}
