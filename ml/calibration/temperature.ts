import { pause } from '#ml/pipeline/pause'

const usualColdest = 0.02
const hottest = 50
const rowsPerPause = 2_000_000

/**
 * The temperature T that minimises the mean log-loss of softmax(logits / T) (Guo et al. 2017, "On calibration of modern
 * neural networks", section 4.2). The loss is convex in a = 1 / T, so Newton's method with a bracket finds it; between
 * `coldest` (0.02 by default) and 50. `logits` [rows][classes], out of fold; `rows` to look at, all by default.
 */
export async function fitTemperature(
  logits: Float32Array,
  y: Int32Array,
  classes: number,
  { rows, signal, coldest = usualColdest }: { rows?: Int32Array; signal?: AbortSignal; coldest?: number } = {},
): Promise<number> {
  const looked = rows ?? Int32Array.from(y, (_, row) => row)
  let low = 1 / hottest
  let high = 1 / coldest
  let a = 1
  for (let round = 0; round < 60; round++) {
    const { slope, curvature } = await slopeAt(a, logits, y, classes, looked, signal)
    if (slope > 0) high = a
    else low = a
    const newton = curvature > 0 ? a - slope / curvature : Number.NaN
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high)
    if (Math.abs(next - a) < 1e-6 * a) return 1 / next
    a = next
  }
  return 1 / a
}

/** First and second derivative of the summed log-loss with respect to a: E_p[z] - z_y, and Var_p[z]. */
async function slopeAt(a: number, logits: Float32Array, y: Int32Array, classes: number, rows: Int32Array, signal?: AbortSignal) {
  let slope = 0
  let curvature = 0
  let work = 0
  for (const row of rows) {
    const at = row * classes
    let peak = Number.NEGATIVE_INFINITY
    for (let k = 0; k < classes; k++) peak = Math.max(peak, logits[at + k] ?? 0)
    let sum = 0
    let first = 0
    let second = 0
    for (let k = 0; k < classes; k++) {
      const z = (logits[at + k] ?? 0) - peak
      const e = Math.exp(a * z)
      sum += e
      first += e * z
      second += e * z * z
    }
    const mean = first / sum
    slope += mean - ((logits[at + (y[row] ?? 0)] ?? 0) - peak)
    curvature += second / sum - mean * mean
    work += classes
    if (work < rowsPerPause) continue
    work = 0
    await pause(signal)
  }
  return { slope, curvature }
}
