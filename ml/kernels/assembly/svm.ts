// Dual coordinate descent with shrinking for one class of a linear SVM. All pointers are bytes.
// See ml/estimators/linear-svm.ts for the algorithm; ml/kernels/build.mjs compiles this file.

/** What a visit costs beside its values, in values. */
const rowCost: i32 = 8

// sum of w[ids[j]] * values[j]; two sums at once, because an addition waits for the one before
function dot(ids: usize, values: usize, terms: i32, w: usize): f64 {
  let a: f64 = 0
  let b: f64 = 0
  let j = 0
  for (; j + 2 <= terms; j += 2) {
    const at = <usize>j << 2
    a += load<f64>(w + (<usize>load<u32>(ids + at) << 3)) * <f64>load<f32>(values + at)
    b += load<f64>(w + (<usize>load<u32>(ids + at, 4) << 3)) * <f64>load<f32>(values + at, 4)
  }
  if (j < terms) {
    const at = <usize>j << 2
    a += load<f64>(w + (<usize>load<u32>(ids + at) << 3)) * <f64>load<f32>(values + at)
  }
  return a + b
}

/**
 * order: u32[n] rows, the first `active` still visited · ptr: u32[n+1], ids: u32[], values: f32[] the sparse rows ·
 * perRow: f64[n][4] sign, alpha, 1 / (2 cost), |x|^2 + 1 · w: f64[terms+1], the bias last · span: f64[3] highest and lowest
 * projected gradient of this pass, and the bar beyond which a row is shrunk away · place: i32[2] where the pass is, and
 * `active`. Visits rows until the pass is over or `budget` values were visited; returns how many were.
 */
export function sweep(
  order: usize, ptr: usize, ids: usize, values: usize, perRow: usize, w: usize, span: usize, place: usize, terms: i32, budget: i32,
): i32 {
  let at = load<i32>(place)
  let active = load<i32>(place, 4)
  let highest = load<f64>(span)
  let lowest = load<f64>(span, 8)
  const bar = load<f64>(span, 16)
  const bias = w + (<usize>terms << 3)
  let work = 0
  while (at < active && work < budget) {
    const slot = order + (<usize>at << 2)
    const row = <usize>load<u32>(slot)
    const start = load<u32>(ptr + (row << 2))
    const length = <i32>(load<u32>(ptr + (row << 2), 4) - start)
    const rowIds = ids + (<usize>start << 2)
    const rowValues = values + (<usize>start << 2)
    const own = perRow + (row << 5)
    const sign = load<f64>(own)
    const alpha = load<f64>(own, 8)
    const slack = load<f64>(own, 16)
    const gradient = sign * (load<f64>(bias) + dot(rowIds, rowValues, length, w)) - 1 + alpha * slack
    work += length + rowCost
    if (alpha == 0 && gradient > bar) {
      active -= 1
      const last = order + (<usize>active << 2)
      store<u32>(slot, load<u32>(last))
      store<u32>(last, <u32>row)
      continue
    }
    at += 1
    const projected = alpha == 0 ? min(gradient, 0) : gradient
    if (projected > highest) highest = projected
    if (projected < lowest) lowest = projected
    if (abs(projected) <= 1e-12) continue
    const next = max(alpha - gradient / (load<f64>(own, 24) + slack), 0)
    store<f64>(own, next, 8)
    const step = (next - alpha) * sign
    for (let j = 0; j < length; j++) {
      const term = w + (<usize>load<u32>(rowIds + (<usize>j << 2)) << 3)
      store<f64>(term, load<f64>(term) + step * <f64>load<f32>(rowValues + (<usize>j << 2)))
    }
    store<f64>(bias, load<f64>(bias) + step)
    work += length
  }
  store<i32>(place, at)
  store<i32>(place, active, 4)
  store<f64>(span, highest)
  store<f64>(span, lowest, 8)
  return work
}

/** Shuffles u32 values[0..length) (Fisher and Yates) by xorshift32; returns the generator's next state. The state must not be 0. */
export function shuffle(values: usize, length: i32, seed: u32): u32 {
  let state = seed
  for (let i = length - 1; i > 0; i--) {
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    // the high half of a product: uniform in [0, i] but for a part in 2^32, without a division
    const j = <usize>((<u64>state * <u64>(i + 1)) >> 32)
    const slot = values + (<usize>i << 2)
    const kept = load<u32>(slot)
    store<u32>(slot, load<u32>(values + (j << 2)))
    store<u32>(values + (j << 2), kept)
  }
  return state
}
