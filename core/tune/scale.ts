import type { Dimension, ParamValue } from './space'

/**
 * Numbers behind values. A real or int dimension lies on a line (its logarithm where it is logarithmic); an int owns the
 * half unit on both sides of it, so that its first and last value are as likely as the others. A choice is its index.
 */
export type Line = { low: number; high: number }

/** The ends of a dimension's line; of a choice, 0 to the number of its values. */
export function lineOf(dimension: Dimension): Line {
  if (dimension.kind === 'choice') return { low: 0, high: dimension.values.length }
  const half = dimension.kind === 'int' ? 0.5 : 0
  const [low, high] = [dimension.low - half, dimension.high + half]
  return dimension.log ? { low: Math.log(low), high: Math.log(high) } : { low, high }
}

/** The value at a place of the line; places outside give the nearest end. */
export function valueAt(dimension: Dimension, place: number): ParamValue {
  if (dimension.kind === 'choice') {
    const index = Math.min(dimension.values.length - 1, Math.max(0, Math.floor(place)))
    return dimension.values[index] ?? null
  }
  const raw = dimension.log ? Math.exp(place) : place
  return Math.min(dimension.high, Math.max(dimension.low, dimension.kind === 'int' ? Math.round(raw) : raw))
}

/** Where a value lies on the line, a choice in the middle of its cell; null when the dimension does not have it. */
export function placeOf(dimension: Dimension, value: ParamValue | undefined): number | null {
  if (dimension.kind === 'choice') {
    const index = dimension.values.indexOf(value ?? null)
    return index < 0 ? null : index + 0.5
  }
  if (typeof value !== 'number' || value < dimension.low || value > dimension.high) return null
  return dimension.log ? Math.log(value) : value
}

/** Where a value lies in its dimension, as a share in [0, 1]; 0.5 when there is one value only, null when it is not of the dimension. */
export function shareAt(dimension: Dimension, value: ParamValue | undefined): number | null {
  const { low, high } = lineOf(dimension)
  const place = placeOf(dimension, value)
  if (place === null) return null
  return high > low ? Math.min(1, Math.max(0, (place - low) / (high - low))) : 0.5
}
