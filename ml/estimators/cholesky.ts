/** Cholesky's factor of a symmetric [size][size] matrix, in place of its lower half, which is all that is read; false when a pivot is not above 0. */
export function factorise(a: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j] ?? 0
      for (let k = 0; k < j; k++) sum -= (a[i * size + k] ?? 0) * (a[j * size + k] ?? 0)
      if (i === j && !(sum > 0)) return false
      a[i * size + j] = i === j ? Math.sqrt(sum) : sum / (a[j * size + j] ?? 1)
    }
  }
  return true
}

/** Solves with the factor, in place of the right side. */
export function solveFactored(factor: Float64Array, b: Float64Array): Float64Array {
  const size = b.length
  for (let i = 0; i < size; i++) {
    let sum = b[i] ?? 0
    for (let k = 0; k < i; k++) sum -= (factor[i * size + k] ?? 0) * (b[k] ?? 0)
    b[i] = sum / (factor[i * size + i] ?? 1)
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i] ?? 0
    for (let k = i + 1; k < size; k++) sum -= (factor[k * size + i] ?? 0) * (b[k] ?? 0)
    b[i] = sum / (factor[i * size + i] ?? 1)
  }
  return b
}
