export type ConfusionCell = {
  truth: string
  predicted: string
  rows: number
  /** Of the rows of the true class. */
  share: number
  x: number
  y: number
  /** Token of the fill and of the words on it. */
  fill: string
  ink: string
  isRight: boolean
}

export type PreparedConfusion = {
  width: number
  height: number
  cell: { width: number; height: number }
  cells: ConfusionCell[]
  rows: { name: string; y: number; total: number }[]
  columns: { name: string; x: number }[]
  left: number
  /** Numbers are written while a cell has room for them. */
  isWritten: boolean
  isSlanted: boolean
}

/** Decides a confusion matrix: the diagonal on the blue ramp, mistakes on the warm one, both by share of the true class. */
export function prepareConfusion(classes: readonly string[], confusion: readonly (readonly number[])[], width: number): PreparedConfusion {
  const longest = Math.max(4, ...classes.map((name) => name.length))
  const left = Math.min(width * 0.3, 16 + Math.min(longest, 18) * 6.2)
  const size = Math.max(5, (width - left - 48) / Math.max(1, classes.length))
  const cellHeight = Math.max(5, Math.min(classes.length <= 3 ? 64 : 38, size))
  const isSlanted = size < Math.min(longest, 9) * 6.4
  const top = isSlanted ? 74 : 34
  const cell = { width: size, height: cellHeight }
  const totals = confusion.map((row) => row.reduce((sum, count) => sum + count, 0))
  const cells = confusion.flatMap((row, i) =>
    row.map((rows, j): ConfusionCell => {
      const share = (totals[i] ?? 0) === 0 ? 0 : rows / (totals[i] ?? 1)
      const isRight = i === j
      const step = isRight ? rightStep(share, totals[i] ?? 0) : wrongStep(share)
      const ramp = isRight ? 'seq' : 'warm'
      return {
        truth: classes[i] ?? String(i),
        predicted: classes[j] ?? String(j),
        rows,
        share,
        x: left + j * size,
        y: top + i * cellHeight,
        fill: `var(--${ramp}-${step})`,
        ink: `var(--${ramp}-on-${step})`,
        isRight,
      }
    }),
  )
  return {
    width,
    height: top + classes.length * cellHeight + 4,
    cell,
    cells,
    rows: classes.map((name, i) => ({ name, y: top + (i + 0.5) * cellHeight, total: totals[i] ?? 0 })),
    columns: classes.map((name, j) => ({ name, x: left + (j + 0.5) * size })),
    left,
    isWritten: size >= 30 && cellHeight >= 20,
    isSlanted,
  }
}

function rightStep(share: number, total: number): number {
  return total === 0 ? 0 : Math.min(5, Math.floor(share * 5 + 0.5))
}

/** A tenth of a class that is called something else is already much. */
function wrongStep(share: number): number {
  return [0.01, 0.04, 0.08, 0.15, 0.3].filter((limit) => share >= limit).length
}
