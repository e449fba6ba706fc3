// One sweep of prox-SDCA for softmax regression over rows[from..to), SIMD over classes. All pointers are bytes.
// See ml/estimators/logistic-regression.ts for the algorithm; ml/kernels/build.mjs compiles this file.
import { exp4 } from './exp'

// z = sum of values[j] * W[ids[j]]; 16 classes at a time stay in registers over all terms
function forward(ids: usize, values: usize, terms: i32, W: usize, z: usize, bytes: usize): void {
  let k: usize = 0
  for (; k + 64 <= bytes; k += 64) {
    let a = f32x4.splat(0), b = f32x4.splat(0), c = f32x4.splat(0), d = f32x4.splat(0)
    for (let j = 0; j < terms; j++) {
      const v = v128.load32_splat(values + (<usize>j << 2))
      const w = W + <usize>load<u32>(ids + (<usize>j << 2)) * bytes + k
      a = f32x4.add(a, f32x4.mul(v, v128.load(w)))
      b = f32x4.add(b, f32x4.mul(v, v128.load(w, 16)))
      c = f32x4.add(c, f32x4.mul(v, v128.load(w, 32)))
      d = f32x4.add(d, f32x4.mul(v, v128.load(w, 48)))
    }
    v128.store(z + k, a)
    v128.store(z + k, b, 16)
    v128.store(z + k, c, 32)
    v128.store(z + k, d, 48)
  }
  for (; k < bytes; k += 16) {
    let a = f32x4.splat(0)
    for (let j = 0; j < terms; j++) {
      const w = W + <usize>load<u32>(ids + (<usize>j << 2)) * bytes + k
      a = f32x4.add(a, f32x4.mul(v128.load32_splat(values + (<usize>j << 2)), v128.load(w)))
    }
    v128.store(z + k, a)
  }
}

// W[ids[j]] += values[j] * d
function backward(ids: usize, values: usize, terms: i32, W: usize, d: usize, bytes: usize): void {
  for (let j = 0; j < terms; j++) {
    const v = v128.load32_splat(values + (<usize>j << 2))
    const w = W + <usize>load<u32>(ids + (<usize>j << 2)) * bytes
    for (let k: usize = 0; k < bytes; k += 16) v128.store(w + k, f32x4.add(v128.load(w + k), f32x4.mul(v, v128.load(d + k))))
  }
}

/**
 * order: u32[n] rows in the order of this sweep · ptr: u32[n+1], ids: u32[], values: f32[] the sparse rows ·
 * labels: u32[n] · costs, norms: f32[n] · W: f32[terms][lanes] · Q: f32[n][lanes] · z: f32[lanes] scratch ·
 * out: f64[2], to which the sweep adds cost-weighted log-loss and, if `measure`, the duality gap.
 */
export function sweep(
  order: usize, from: i32, to: i32, ptr: usize, ids: usize, values: usize, labels: usize, costs: usize, norms: usize,
  W: usize, Q: usize, z: usize, out: usize, classes: i32, lanes: i32, measure: i32,
): void {
  const bytes = <usize>lanes << 2
  let loss: f64 = 0
  let gap: f64 = 0
  for (let p = from; p < to; p++) {
    const row = <usize>load<u32>(order + (<usize>p << 2))
    const start = load<u32>(ptr + (row << 2))
    const terms = <i32>(load<u32>(ptr + (row << 2), 4) - start)
    const rowIds = ids + (<usize>start << 2)
    const rowValues = values + (<usize>start << 2)
    forward(rowIds, rowValues, terms, W, z, bytes)
    for (let k = classes; k < lanes; k++) store<f32>(z + (<usize>k << 2), -1e30)

    let top = v128.load(z)
    for (let k: usize = 16; k < bytes; k += 16) top = f32x4.max(top, v128.load(z + k))
    const peak = max(max(f32x4.extract_lane(top, 0), f32x4.extract_lane(top, 1)), max(f32x4.extract_lane(top, 2), f32x4.extract_lane(top, 3)))
    const label = <usize>load<u32>(labels + (row << 2)) << 2
    const cost = load<f32>(costs + (row << 2))
    const labelScore = load<f32>(z + label) - peak
    const peak4 = f32x4.splat(peak)
    let sums = f32x4.splat(0)
    for (let k: usize = 0; k < bytes; k += 16) {
      const e = exp4(f32x4.sub(v128.load(z + k), peak4))
      v128.store(z + k, e)
      sums = f32x4.add(sums, e)
    }
    const sum = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1) + f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3)
    loss += <f64>cost * (<f64>NativeMathf.log(sum) - <f64>labelScore)

    const q = Q + row * bytes
    const share = <f32>1 / sum
    if (measure) {
      // the row's part of the duality gap is the Kullback-Leibler divergence of q from softmax(z)
      let divergence: f64 = 0
      for (let k = 0; k < classes; k++) {
        const at = <usize>k << 2
        const mass = load<f32>(q + at)
        if (mass > 1e-12) divergence += <f64>mass * <f64>NativeMathf.log(mass / max(load<f32>(z + at) * share, <f32>1e-37))
      }
      gap += <f64>cost * divergence
    }
    const step = <f32>1 / (<f32>1 + cost * load<f32>(norms + (row << 2)) * <f32>0.5)
    const share4 = f32x4.splat(share), step4 = f32x4.splat(step), cost4 = f32x4.splat(-cost)
    for (let k: usize = 0; k < bytes; k += 16) {
      const old = v128.load(q + k)
      const delta = f32x4.mul(step4, f32x4.sub(f32x4.mul(v128.load(z + k), share4), old))
      v128.store(q + k, f32x4.add(old, delta))
      v128.store(z + k, f32x4.mul(cost4, delta))
    }
    backward(rowIds, rowValues, terms, W, z, bytes)
  }
  store<f64>(out, load<f64>(out) + loss)
  store<f64>(out, load<f64>(out, 8) + gap, 8)
}
