import type { ClassData } from './contract'

/** Rows per class, each counted by its weight. */
export function weightPerClass(y: Int32Array, classes: number, weights: Float64Array | null): Float64Array {
  const sums = new Float64Array(classes)
  for (const [row, label] of y.entries()) sums[label] = (sums[label] ?? 0) + (weights?.[row] ?? 1)
  return sums
}

/** Factor per class that makes all classes present weigh alike: n / (classes present * rows of the class), as scikit-learn's class_weight='balanced'. */
export function balancingFactors(y: Int32Array, classes: number, weights: Float64Array | null): Float64Array {
  const sums = weightPerClass(y, classes, weights)
  const total = sums.reduce((sum, weight) => sum + weight, 0)
  const present = sums.filter((weight) => weight > 0).length
  return sums.map((weight) => (weight > 0 ? total / (present * weight) : 1))
}

/** Weight per row with all classes balanced on request; null when all weigh 1. */
export function rowWeights({ y, classes, weights }: ClassData, balanced: boolean): Float64Array | null {
  if (!balanced) return weights
  const factors = balancingFactors(y, classes, weights)
  return Float64Array.from(y, (label, row) => (weights?.[row] ?? 1) * (factors[label] ?? 1))
}
