import { AppError } from '#core/errors/app-error'

/**
 * Each row once per unit of its weight, ascending: for methods that count rows and cannot count parts of one. Throws AppError
 * for a weight that is no whole number; `name` is the method, as a sentence begins with it.
 */
export function repeatedRows(rows: number, weights: Float64Array | null, name: string): Int32Array {
  if (!weights) return Int32Array.from({ length: rows }, (_, row) => row)
  const broken = weights.find((weight) => !Number.isInteger(weight))
  if (broken !== undefined) {
    throw new AppError('bad_input', {
      detail: `${name} counts rows, so a row cannot weigh ${broken}: use whole numbers as weights, or another method.`,
    })
  }
  const repeated = new Int32Array(weights.reduce((sum, weight) => sum + weight, 0))
  let at = 0
  for (const [row, weight] of weights.entries()) {
    repeated.fill(row, at, at + weight)
    at += weight
  }
  return repeated
}
