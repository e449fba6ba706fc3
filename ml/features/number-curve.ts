import type { NumberStep } from '#core/ports/plan'

/** What a fitted number column does beyond a shift and a factor. */
export type NumberCurve =
  /** sign(x) ln(1 + |x|), in float32. */
  | { kind: 'log' }
  /**
   * Share of the training rows below x. Of m + 1 `knots` (ascending float32, all different) a value lies before one, on one or
   * between two: piece 2 j is the stretch before knot j, piece 2 j + 1 the knot itself. On piece p the share is
   * `base[p] + (x - from[p]) * slope[p]`, in float64.
   */
  | { kind: 'quantile'; knots: Float32Array; base: Float64Array; from: Float64Array; slope: Float64Array }
  /** Which range x lies in: range i begins at `edges[i - 1]`; the outer two are open. */
  | { kind: 'bins'; edges: Float32Array }

const mostQuantiles = 200

/** The curve of a step, learned from numbers without missing ones; null when it has none. */
export function fitCurve({ scale, bins }: Pick<NumberStep, 'scale' | 'bins'>, values: Float64Array): NumberCurve | null {
  if (bins) return { kind: 'bins', edges: binEdges(bins, values) }
  if (scale === 'log') return { kind: 'log' }
  return scale === 'quantile' ? quantileCurve(values) : null
}

/** sign(x) ln(1 + |x|), each step rounded as the .onnx rounds it. */
export function logOf(value: number): number {
  const length = Math.fround(Math.log(Math.fround(1 + Math.abs(value))))
  return value < 0 ? -length : length
}

/** Which range of `edges` a value lies in. */
export function binOf(edges: Float32Array, value: number): number {
  return countUpTo(edges, value, true)
}

/** Share of the training rows below the value. */
export function quantileOf(curve: Extract<NumberCurve, { kind: 'quantile' }>, value: number): number {
  const piece = countUpTo(curve.knots, value, false) + countUpTo(curve.knots, value, true)
  return Math.fround((curve.base[piece] ?? 0) + (value - (curve.from[piece] ?? 0)) * (curve.slope[piece] ?? 0))
}

/** The value below which a share of the ascending values lies, linear between two; numpy's percentile. */
export function shareOf(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const before = Math.floor(at)
  const low = sorted[before] ?? 0
  return low + ((sorted[before + 1] ?? low) - low) * (at - before)
}

/** scikit-learn's QuantileTransformer(n_quantiles=200, output_distribution='uniform'): of equal quantiles the middle one counts. */
function quantileCurve(values: Float64Array): NumberCurve {
  const sorted = values.slice().sort()
  const count = Math.max(1, Math.min(mostQuantiles, sorted.length))
  const knots: number[] = []
  const [firstAt, lastAt]: [number[], number[]] = [[], []]
  for (let i = 0; i < count && sorted.length > 0; i++) {
    const share = count === 1 ? 0 : i / (count - 1)
    const knot = Math.fround(shareOf(sorted, share))
    if (knots.at(-1) !== knot) {
      knots.push(knot)
      firstAt.push(share)
    }
    lastAt[knots.length - 1] = share
  }
  const pieces = 2 * knots.length + 1
  const [base, from, slope] = [new Float64Array(pieces), new Float64Array(pieces), new Float64Array(pieces)]
  base[pieces - 1] = count > 1 ? 1 : 0
  for (const [j, knot] of knots.entries()) {
    const [first = 0, last = 0] = [firstAt[j], lastAt[j]]
    base[2 * j + 1] = j === 0 ? 0 : j === knots.length - 1 ? 1 : (first + last) / 2
    const next = knots[j + 1]
    if (next === undefined) continue
    base[2 * j + 2] = last
    from[2 * j + 2] = knot
    slope[2 * j + 2] = ((firstAt[j + 1] ?? 1) - last) / (next - knot)
  }
  return { kind: 'quantile', knots: Float32Array.from(knots), base, from, slope }
}

/** Inner edges, as scikit-learn's KBinsDiscretizer; ranges that would hold nothing are left out. */
function binEdges({ count, by }: NonNullable<NumberStep['bins']>, values: Float64Array): Float32Array {
  const sorted = values.slice().sort()
  const low = sorted[0] ?? 0
  const high = sorted.at(-1) ?? 0
  if (low === high) return new Float32Array()
  const edges: number[] = []
  for (let i = 1; i < count; i++) {
    const edge = Math.fround(by === 'width' ? low + ((high - low) * i) / count : shareOf(sorted, i / count))
    if (edge > (edges.at(-1) ?? low) && edge < high) edges.push(edge)
  }
  return Float32Array.from(edges)
}

/** How many of the ascending numbers are below the value, or with `orEqual` not above it. */
function countUpTo(sorted: Float32Array, value: number, orEqual: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const at = sorted[middle] ?? 0
    if (at < value || (orEqual && at === value)) low = middle + 1
    else high = middle
  }
  return low
}
