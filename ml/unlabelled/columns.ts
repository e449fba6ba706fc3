/** Columns of a tall matrix, one array each, and what decompositions do to them. */
export type Columns = Float64Array[]

/** A column whose rest is shorter than this share of it lies in the span of those before. */
const dependent = 1e-10
const sweeps = 60
const parallel = 1e-15

/**
 * Makes the columns orthonormal, in place, by modified Gram-Schmidt, twice over (Giraud et al. 2005); a dependent one becomes 0.
 * One round is enough where only the space that they span counts.
 */
export async function orthonormalise(columns: Columns, pause: () => Promise<void>, rounds = 2): Promise<void> {
  for (const [i, column] of columns.entries()) {
    await pause()
    const before = length(column)
    for (let round = 0; round < rounds; round++) {
      for (let j = 0; j < i; j++) {
        const other = columns[j] ?? column
        addScaled(column, -dot(column, other), other)
      }
    }
    const rest = length(column)
    scale(column, rest > dependent * before ? 1 / rest : 0)
  }
}

/**
 * Rotates the columns until all are at right angles, in place, so that their lengths are the singular values (one-sided Jacobi:
 * Hestenes 1958; Golub and Van Loan, section 8.6.3), and the columns of `companions` likewise. Then sorts both, longest first.
 */
export async function rotateApart(columns: Columns, companions: Columns, pause: () => Promise<void>): Promise<void> {
  const squares = columns.map((column) => dot(column, column))
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let rotated = false
    for (let p = 0; p < columns.length; p++) {
      await pause()
      for (let q = p + 1; q < columns.length; q++) {
        const [a, b, u, v] = [columns[p], columns[q], companions[p], companions[q]]
        if (!a || !b || !u || !v) continue
        const product = dot(a, b)
        const [alpha, beta] = [squares[p] ?? 0, squares[q] ?? 0]
        if (Math.abs(product) <= parallel * Math.sqrt(alpha * beta)) continue
        rotated = true
        const zeta = (beta - alpha) / (2 * product)
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
        const cosine = 1 / Math.sqrt(1 + t * t)
        rotate(a, b, cosine, cosine * t)
        rotate(u, v, cosine, cosine * t)
        squares[p] = dot(a, a)
        squares[q] = dot(b, b)
      }
    }
    if (!rotated) break
  }
  const order = squares.map((_, i) => i).sort((i, j) => (squares[j] ?? 0) - (squares[i] ?? 0) || i - j)
  for (const list of [columns, companions]) list.splice(0, list.length, ...order.flatMap((i) => list[i] ?? []))
}

/** Sums of the columns, each times an entry of the columns of `factors` [columns.length]: as many as `factors` has. */
export function combine(columns: Columns, factors: Columns): Columns {
  return factors.map((own) => {
    const sum = new Float64Array(columns[0]?.length ?? 0)
    for (const [j, column] of columns.entries()) addScaled(sum, own[j] ?? 0, column)
    return sum
  })
}

export const length = (column: Float64Array): number => Math.sqrt(dot(column, column))

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

export function scale(column: Float64Array, factor: number): void {
  for (let i = 0; i < column.length; i++) column[i] = (column[i] ?? 0) * factor
}

function addScaled(column: Float64Array, factor: number, other: Float64Array): void {
  for (let i = 0; i < column.length; i++) column[i] = (column[i] ?? 0) + factor * (other[i] ?? 0)
}

function rotate(a: Float64Array, b: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0]
    a[i] = cosine * x - sine * y
    b[i] = sine * x + cosine * y
  }
}
