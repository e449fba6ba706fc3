/**
 * What a run costs: `fixedMs + perRowMs * rows`, learned from runs as they come. Least squares in which every run weighs a
 * little less than the one after it, so that a machine that grows busy is noticed within some dozens of runs.
 */
export type CostLine = {
  observe(rows: number, ms: number): void
  /** Ms of one run of so many rows. */
  at(rows: number): number
  /** Ms of so many rows, in runs of at most `most`. */
  inRuns(rows: number, most: number): number
  /** Cost of a run that does not depend on its rows. */
  fixedMs(): number
  perRowMs(): number
  /** Whether enough was seen to rely on it. */
  isKnown(): boolean
}

/** Half of what is known is forgotten after 34 runs. */
const keep = 0.98
const knownAfter = 3

/** A line that knows nothing yet. */
export function openCostLine(): CostLine {
  let [weight, sumN, sumNn, sumY, sumNy] = [0, 0, 0, 0, 0]
  let seen = 0
  let fixed = 0
  let perRow = 0

  function solve(): void {
    const meanN = sumN / weight
    const meanY = sumY / weight
    const spread = sumNn / weight - meanN * meanN
    // Runs of one size say nothing about the slope: what was known of it stays, as far as the runs allow.
    const slope = spread > 1e-6 * meanN * meanN ? (sumNy / weight - meanN * meanY) / spread : perRow
    perRow = Math.min(Math.max(0, slope), meanY / meanN)
    fixed = Math.max(0, meanY - perRow * meanN)
  }

  const at = (rows: number) => fixed + perRow * rows
  return {
    observe(rows, ms) {
      if (!(rows > 0) || !(ms >= 0)) return
      weight = weight * keep + 1
      sumN = sumN * keep + rows
      sumNn = sumNn * keep + rows * rows
      sumY = sumY * keep + ms
      sumNy = sumNy * keep + rows * ms
      seen += 1
      solve()
    },
    at,
    inRuns: (rows, most) => (rows <= 0 ? 0 : Math.ceil(rows / Math.max(1, most)) * fixed + rows * perRow),
    fixedMs: () => fixed,
    perRowMs: () => perRow,
    isKnown: () => seen >= knownAfter,
  }
}
