import type { NumberStep } from '#core/ports/plan'

/**
 * A fitted number column: value -> (value - center) * factor, a missing value -> `fill` first (NaN: it stays missing). All four figures are
 * float32 and so is every step of the arithmetic, because that is what the .onnx does.
 */
export type NumberBlock = {
  kind: 'number'
  name: string
  fill: number
  center: number
  factor: number
  /** The second term says "was missing". */
  hasIndicator: boolean
  offset: number
  terms: number
}

/** Learns fill and scale on the given rows; scikit-learn's SimpleImputer, then StandardScaler or MinMaxScaler. */
export function fitNumber(raw: { name: string; step: NumberStep; values: Float32Array }, rows: Int32Array, offset: number): NumberBlock {
  const { step } = raw
  const present = Float64Array.from(rows, (row) => raw.values[row] ?? Number.NaN).filter((value) => !Number.isNaN(value))
  const fill = Math.fround(present.length === 0 && step.impute !== 'none' ? 0 : fillOf(step.impute, present))
  const filled = Float64Array.from(rows, (row) => {
    const value = raw.values[row] ?? Number.NaN
    return Number.isNaN(value) ? fill : value
  })
  const { center, spread } = scaleOf(step.scale, step.impute === 'none' ? present : filled)
  const factor = Math.fround(spread > 0 ? 1 / spread : 1)
  const hasIndicator = step.indicator
  return { kind: 'number', name: raw.name, fill, center: Math.fround(center), factor, hasIndicator, offset, terms: hasIndicator ? 2 : 1 }
}

/** The scaled value of the block's first term. */
export function scaledNumber(block: NumberBlock, value: number): number {
  return Math.fround(Math.fround((Number.isNaN(value) ? block.fill : value) - block.center) * block.factor)
}

function fillOf(impute: NumberStep['impute'], present: Float64Array): number {
  if (impute === 'none') return Number.NaN
  if (impute === 'zero') return 0
  if (impute === 'mean') return mean(present)
  const sorted = present.slice().sort()
  const half = sorted.length >> 1
  const upper = sorted[half] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2
}

function scaleOf(scale: NumberStep['scale'], values: Float64Array): { center: number; spread: number } {
  if (scale === 'none' || values.length === 0) return { center: 0, spread: 1 }
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
