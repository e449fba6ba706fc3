/**
 * Wasserstein-1 distance of two samples in the unit of the values: the area between their distribution functions.
 * Same as scipy.stats.wasserstein_distance(reference, current). NaN when a sample is empty.
 */
export function wassersteinDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const a = Float64Array.from(reference).sort()
  const b = Float64Array.from(current).sort()
  if (a.length === 0 || b.length === 0) return Number.NaN
  let [i, j, area] = [0, 0, 0]
  let last = Math.min(a[0] ?? 0, b[0] ?? 0)
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY)
    area += Math.abs(i / a.length - j / b.length) * (value - last)
    while (i < a.length && a[i] === value) i += 1
    while (j < b.length && b[j] === value) j += 1
    last = value
  }
  return area
}

/**
 * Wasserstein-1 distance in standard deviations of the reference (population form), the scale on which 0.1 is a shift by
 * custom. Null when the reference is constant: there is no scale then, and dividing by a floor would give any number.
 */
export function scaledWassersteinDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number | null {
  const values = Float64Array.from(reference)
  const first = values[0]
  if (values.every((value) => value === first)) return null
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return wassersteinDistance(values, current) / Math.sqrt(variance)
}
