import { binOf, fitCurve, logOf, type NumberCurve, quantileOf, shareOf } from './number-curve'
import type { NumberForm, NumberSource, RawNumber } from './number-source'

/**
 * A fitted number column: a missing value becomes `fill` (NaN: it stays missing), then value -> (value - center) * factor, or
 * what its curve says. All three figures are float32 and so is every step of the arithmetic, because that is what the .onnx does.
 */
export type NumberBlock = {
  kind: 'number'
  name: string
  source: NumberSource
  fill: number
  center: number
  factor: number
  /** Null: shift and factor are all. */
  curve: NumberCurve | null
  /** The last term says "was missing". */
  hasIndicator: boolean
  offset: number
  terms: number
}

/**
 * Learns fill and scale on the given rows; scikit-learn's SimpleImputer, then StandardScaler, MinMaxScaler, RobustScaler,
 * QuantileTransformer or KBinsDiscretizer.
 */
export function fitNumber(raw: RawNumber, rows: Int32Array, offset: number): NumberBlock {
  const { step, name, source } = raw
  const isFixed = step.impute === 'none' || step.impute === 'constant'
  // numbers that are taken as they are need no look
  const isLookedAt = !isFixed || step.scale !== 'none' || step.bins !== undefined || step.until !== undefined
  const own = isLookedAt ? numbersAt(raw.values, rows) : new Float64Array()
  const present = withoutMissing(own)
  const fill = Math.fround(present.length === 0 && !isFixed ? 0 : fillOf(step, present))
  const known = step.impute === 'none' || present === own ? present : own.map((value) => (Number.isNaN(value) ? fill : value))
  const curve = fitCurve(step, known)
  const { center, spread } = scaleOf(curve ? 'none' : step.scale, known)
  const factor = Math.fround(spread > 0 ? 1 / spread : 1)
  const hasIndicator = step.indicator
  const terms = (curve?.kind === 'bins' ? curve.edges.length + 1 : 1) + (hasIndicator ? 1 : 0)
  const block: NumberBlock = {
    kind: 'number',
    name,
    source,
    fill,
    center: Math.fround(center),
    factor,
    curve,
    hasIndicator,
    offset,
    terms,
  }
  return step.until === undefined ? block : countDown(block, step, present)
}

/** The same column counted down to a moment; scaled, which moment makes no difference. */
function countDown(block: NumberBlock, { until = 'latest', scale }: NumberForm, present: Float64Array): NumberBlock {
  const latest = () => present.reduce((most, value) => Math.max(most, value), present[0] ?? 0)
  const center = scale === 'none' ? Math.fround(until === 'latest' ? latest() : until) : block.center
  return { ...block, center, factor: -block.factor }
}

/** The scaled value of the block's first term; of a column in ranges, which of them. NaN: it stays missing. */
export function scaledNumber({ fill, center, factor, curve }: NumberBlock, value: number): number {
  const known = Number.isNaN(value) ? fill : value
  if (Number.isNaN(known)) return known
  switch (curve?.kind) {
    case undefined:
      return Math.fround(Math.fround(known - center) * factor)
    case 'log':
      return logOf(known)
    case 'quantile':
      return quantileOf(curve, known)
    case 'bins':
      return binOf(curve.edges, known)
  }
}

/** Whether the block is one term, shifted and scaled. */
export const isPlain = ({ curve, hasIndicator }: NumberBlock): boolean => curve === null && !hasIndicator

/** Writes the term of a plain block for all rows, one each `stride` places from `at` on. */
export function writeNumbers(
  { fill, center, factor, offset }: NumberBlock,
  numbers: Float32Array,
  { rows, ids, values, at, stride }: { rows: Int32Array; ids: Int32Array; values: Float32Array; at: number; stride: number },
): void {
  for (let i = 0, place = at; i < rows.length; i++, place += stride) {
    const value = numbers[rows[i] ?? 0] ?? Number.NaN
    const known = Number.isNaN(value) ? fill : value
    ids[place] = offset
    values[place] = Math.fround(Math.fround(known - center) * factor)
  }
}

/** Writes one row's terms at `at` and returns where the next begin. */
export function writeNumber(block: NumberBlock, value: number, ids: Int32Array, values: Float32Array, at: number): number {
  const scaled = scaledNumber(block, value)
  let used = at
  if (block.curve?.kind !== 'bins') {
    ids[used] = block.offset
    values[used++] = scaled
  } else if (!Number.isNaN(scaled)) {
    ids[used] = block.offset + scaled
    values[used++] = 1
  }
  if (!block.hasIndicator) return used
  ids[used] = block.offset + block.terms - 1
  values[used] = Number.isNaN(value) ? 1 : 0
  return used + 1
}

/** How people read a term of the block, by its place in it: `amount`, `amount from 3 to 7`, `amount is missing`. */
export function numberName({ name, curve, hasIndicator, terms }: NumberBlock, at: number): string {
  if (hasIndicator && at === terms - 1) return `${name} is missing`
  if (curve?.kind !== 'bins' || curve.edges.length === 0) return name
  const [from, to] = [curve.edges[at - 1], curve.edges[at]].map((edge) => (edge === undefined ? '' : String(Number(edge.toPrecision(4)))))
  if (from === '') return `${name} below ${to}`
  return to === '' ? `${name} from ${from}` : `${name} from ${from} to ${to}`
}

function numbersAt(values: Float32Array, rows: Int32Array): Float64Array {
  const own = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) own[i] = values[rows[i] ?? 0] ?? Number.NaN
  return own
}

/** The numbers that are not NaN; the very array when none is. */
function withoutMissing(numbers: Float64Array): Float64Array {
  const present = new Float64Array(numbers.length)
  let used = 0
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? Number.NaN
    if (!Number.isNaN(value)) present[used++] = value
  }
  return used === numbers.length ? numbers : present.subarray(0, used)
}

function fillOf({ impute, constant = 0 }: NumberForm, present: Float64Array): number {
  switch (impute) {
    case 'none':
      return Number.NaN
    case 'zero':
      return 0
    case 'constant':
      return constant
    case 'mean':
      return mean(present)
    case 'most-frequent':
      return mostFrequent(present)
    case 'median': {
      const sorted = present.slice().sort()
      const half = sorted.length >> 1
      const upper = sorted[half] ?? 0
      return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2
    }
  }
}

function scaleOf(scale: NumberForm['scale'], values: Float64Array): { center: number; spread: number } {
  if (scale === 'none' || values.length === 0) return { center: 0, spread: 1 }
  if (scale === 'robust') {
    const sorted = values.slice().sort()
    return { center: shareOf(sorted, 0.5), spread: shareOf(sorted, 0.75) - shareOf(sorted, 0.25) }
  }
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (scale === 'minmax') return { center: low, spread: high - low }
  const center = mean(values)
  // a constant column must not be divided by the rounding error of its mean
  if (low === high) return { center, spread: 0 }
  let squares = 0
  for (const value of values) squares += (value - center) ** 2
  return { center, spread: Math.sqrt(squares / values.length) }
}

function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** The most frequent number; of equally frequent ones the smallest. */
function mostFrequent(values: Float64Array): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let [best, most] = [0, 0]
  for (const [value, count] of counts) {
    if (count < most || (count === most && value >= best)) continue
    best = value
    most = count
  }
  return best
}
