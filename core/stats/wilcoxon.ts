import { normalCdf } from './special'

export type WilcoxonResult = { statistic: number; p: number; isExact: boolean }

/** Up to so many differences without ties the distribution is counted out, as scipy does. */
const mostExact = 50

/**
 * Wilcoxon's signed-rank test (1945) that differences lie evenly around 0; two-sided, zeros left out. Exact up to 50
 * differences without ties, else the normal approximation with tie correction. Same as scipy.stats.wilcoxon(differences)
 * without zeros or ties, and as scipy.stats.wilcoxon(differences, mode='approx') with them. `statistic` is the smaller rank sum.
 */
export function wilcoxonSignedRank(differences: readonly number[]): WilcoxonResult {
  const moving = differences.filter((difference) => difference !== 0).sort((a, b) => Math.abs(a) - Math.abs(b))
  const n = moving.length
  if (n === 0) return { statistic: 0, p: 1, isExact: true }
  let [above, below, ties] = [0, 0, 0]
  for (let i = 0; i < n; ) {
    const from = i
    while (i < n && Math.abs(moving[i] ?? 0) === Math.abs(moving[from] ?? 0)) i++
    const rank = (from + 1 + i) / 2
    for (const difference of moving.slice(from, i)) {
      if (difference > 0) above += rank
      else below += rank
    }
    ties += (i - from) ** 3 - (i - from)
  }
  const statistic = Math.min(above, below)
  const isExact = ties === 0 && n <= mostExact && n === differences.length
  if (isExact) return { statistic, p: Math.min(1, 2 * exactTail(statistic, n)), isExact }
  const error = Math.sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24)
  return { statistic, p: 2 * normalCdf((statistic - (n * (n + 1)) / 4) / error), isExact }
}

/** Share of the 2^n ways to set signs whose rank sum is at most `most`. */
function exactTail(most: number, n: number): number {
  // share of the ways per rank sum, one rank after the other
  let shares = [1]
  for (let rank = 1; rank <= n; rank++) {
    const next = new Array<number>(shares.length + rank).fill(0)
    for (const [sum, share] of shares.entries()) {
      next[sum] = (next[sum] ?? 0) + share / 2
      next[sum + rank] = (next[sum + rank] ?? 0) + share / 2
    }
    shares = next
  }
  return shares.slice(0, most + 1).reduce((total, share) => total + share, 0)
}
