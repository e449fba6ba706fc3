import { clock, dayWords } from './frame.ts'

export type DriftCell = { level: 0 | 1 | 2 | 3 | 4 | 5; state: 'stable' | 'drifted' | 'not-enough-data' }

export type DriftMapInput = {
  starts: readonly Date[]
  stepMs: number
  rows: readonly { name: string; cells: readonly (DriftCell | undefined)[] }[]
}

export type PreparedDriftMap = {
  cell: { width: number; height: number; gap: number }
  height: number
  rows: { name: string; y: number; cells: { x: number; fill: string | null; ink: string; isDrifted: boolean; title: string }[] }[]
  labels: { x: number; text: string; anchor: 'start' | 'middle' | 'end' }[]
}

const rowHeight = 24

/** Decides the heat map of drift: one row a column, one cell a stretch of time; a cell without enough data is hollow. */
export function prepareDriftMap({ starts, stepMs, rows }: DriftMapInput, width: number): PreparedDriftMap {
  const slot = width / Math.max(1, starts.length)
  const cell = { width: Math.max(2, Math.floor(slot) - 2), height: rowHeight - 2, gap: 2 }
  const every = Math.max(1, Math.ceil(72 / slot))
  const last = starts.length - 1
  return {
    cell,
    height: rows.length * rowHeight + 22,
    rows: rows.map((row, i) => ({
      name: row.name,
      y: i * rowHeight,
      cells: starts.map((start, j) => {
        const one = row.cells[j]
        const isKnown = one !== undefined && one.state !== 'not-enough-data'
        return {
          x: Math.round(j * slot),
          fill: isKnown ? `var(--warm-${one.level})` : null,
          ink: isKnown ? `var(--warm-on-${one.level})` : 'var(--text-3)',
          isDrifted: one?.state === 'drifted',
          title: `${row.name}, ${bucketWords(start, stepMs)}: ${isKnown ? one.state : 'not enough data'}`,
        }
      }),
    })),
    labels: starts.flatMap((start, j) => {
      const isLast = j === last
      const isNearLast = j > last - every
      if (!isLast && (j % every !== 0 || isNearLast)) return []
      const x = Math.round(j * slot + (isLast ? cell.width : 0))
      return [{ x, text: isLast ? 'now' : startWords(start, stepMs), anchor: isLast ? 'end' : 'start' } as const]
    }),
  }
}

const dayMs = 86_400_000

function startWords(start: Date, stepMs: number): string {
  return stepMs >= dayMs / 2 ? dayWords(start) : clock(start)
}

/** "14 Nov" for whole days, else "14 Nov, 06:00 to 08:00". */
function bucketWords(start: Date, stepMs: number): string {
  const end = new Date(start.getTime() + stepMs)
  if (stepMs % dayMs === 0) return stepMs === dayMs ? dayWords(start) : `${dayWords(start)} to ${dayWords(end)}`
  return `${dayWords(start)}, ${clock(start)} to ${clock(end)}`
}
