import { totalOf } from './shares'
import { chiSquareSurvival } from './special'

/** `cells` is what is left after rare ones are put together; with one cell there is nothing to test and p is 1. */
export type ChiSquareResult = { statistic: number; degrees: number; p: number; cells: number }

/**
 * Two-sample chi-square test that two histograms on the same cells come from one distribution, in contingency form: both
 * samples vary, so it is right for any pair of sizes (the one-sample form takes the reference as exact and gives up to
 * 32 % false alarms at equal sizes). Cells that expect fewer than five rows in the smaller sample are put together first
 * (Cochran 1954). Without rare cells the same as scipy.stats.chi2_contingency([reference, current], correction=False).
 */
export function chiSquareTest(reference: readonly number[], current: readonly number[]): ChiSquareResult {
  const n = totalOf(reference)
  const m = totalOf(current)
  if (n === 0 || m === 0) return { statistic: 0, degrees: 0, p: 1, cells: 0 }
  const cells = poolRare(reference, current, Math.min(n, m) / (n + m))
  let statistic = 0
  for (const [a, b] of cells) {
    const share = (a + b) / (n + m)
    statistic += (a - n * share) ** 2 / (n * share) + (b - m * share) ** 2 / (m * share)
  }
  const degrees = cells.length - 1
  return { statistic, degrees, p: degrees < 1 ? 1 : chiSquareSurvival(statistic, degrees), cells: cells.length }
}

/** Pairs of counts, the cells that expect fewer than five rows of the smaller sample in one; empty cells are gone. */
function poolRare(reference: readonly number[], current: readonly number[], smallerShare: number): [number, number][] {
  const cells = Array.from({ length: Math.max(reference.length, current.length) }, (_, i): [number, number] => [
    reference[i] ?? 0,
    current[i] ?? 0,
  ])
    .filter(([a, b]) => a + b > 0)
    .sort(([a, b], [c, d]) => c + d - a - b)
  const expected = (cell: readonly [number, number]) => (cell[0] + cell[1]) * smallerShare
  const pool: [number, number] = [0, 0]
  while (cells.length > 0) {
    const last = cells.at(-1)
    const isRare = last !== undefined && expected(last) < 5
    if (last === undefined || (!isRare && (expected(pool) === 0 || expected(pool) >= 5))) break
    pool[0] += last[0]
    pool[1] += last[1]
    cells.pop()
  }
  if (pool[0] + pool[1] > 0) cells.push(pool)
  return cells
}
