import { normalCdf } from './special'

export type PermutationResult = {
  mean: number
  p: number
  /** Ways to set the signs that were looked at; all there are when `isExact`, 0 when their normal limit told. */
  permutations: number
  isExact: boolean
}

const bitsPerDraw = 16
/** As sure as 10,000 drawn signs are of a p of 0.05, give or take two standard errors. */
const nearNormal = 0.005
const signsPerPause = 3_000_000

/**
 * Paired permutation test that differences (of two models' losses, row by row) are as often above 0 as below: each
 * difference keeps its size and takes either sign (Fisher 1935; Good 2005, section 3.7). Two-sided on the absolute mean. All
 * signs when there are at most `permutations` ways, the same as scipy.stats.permutation_test((d,), np.mean,
 * permutation_type='samples'); else so many drawn, p = (as far + 1) / (drawn + 1) (Phipson and Smyth 2010). With tens of
 * thousands of rows, once the sum is normal to within 0.005 (Berry and Esseen's bound, constant of Shevtsova 2010), the normal
 * tail. Zeros say nothing and are left out; `random` is uniform in [0, 1).
 */
export async function pairedPermutationTest(
  differences: ArrayLike<number>,
  { permutations = 10_000, random, pause }: { permutations?: number; random(): number; pause?(): Promise<void> },
): Promise<PermutationResult> {
  const moving = Float64Array.from(differences).filter((difference) => difference !== 0)
  const sum = moving.reduce((total, difference) => total + difference, 0)
  const mean = differences.length === 0 ? 0 : sum / differences.length
  const ways = 2 ** moving.length
  // rounding must not part what is equal
  const limit = Math.abs(sum) - 1e-12 * moving.reduce((total, difference) => total + Math.abs(difference), 0)
  const isExact = ways <= permutations
  const tail = isExact ? null : normalTail(moving, sum)
  if (tail !== null) return { mean, p: tail, permutations: 0, isExact }
  let far = 0
  let work = 0
  for (let i = 0; i < (isExact ? ways : permutations); i++) {
    const permuted = isExact ? sumOfWay(moving, i) : drawnSum(moving, random)
    if (Math.abs(permuted) >= limit) far += 1
    work += moving.length
    if (work < signsPerPause) continue
    work = 0
    await pause?.()
  }
  return isExact ? { mean, p: far / ways, permutations: ways, isExact } : { mean, p: (far + 1) / (permutations + 1), permutations, isExact }
}

/** Two-sided p of the sum by its normal limit; null where that is not near enough. */
function normalTail(differences: Float64Array, sum: number): number | null {
  let [squares, cubes] = [0, 0]
  for (const difference of differences) {
    const square = difference * difference
    squares += square
    cubes += square * Math.abs(difference)
  }
  const deviation = Math.sqrt(squares)
  return (0.56 * cubes) / (squares * deviation) <= nearNormal ? 2 * normalCdf(-Math.abs(sum) / deviation) : null
}

/** Sum with the signs that the bits of `way` say. */
function sumOfWay(differences: Float64Array, way: number): number {
  let sum = 0
  for (let i = 0, rest = way; i < differences.length; i++, rest = Math.floor(rest / 2)) {
    sum += rest % 2 === 1 ? -(differences[i] ?? 0) : (differences[i] ?? 0)
  }
  return sum
}

function drawnSum(differences: Float64Array, random: () => number): number {
  let sum = 0
  for (let i = 0; i < differences.length; ) {
    let bits = Math.floor(random() * 2 ** bitsPerDraw)
    for (const end = Math.min(differences.length, i + bitsPerDraw); i < end; i++, bits >>= 1) {
      sum += bits & 1 ? -(differences[i] ?? 0) : (differences[i] ?? 0)
    }
  }
  return sum
}
