import type { Status } from '#core/runs/status'
import { formatDuration } from '#core/words/format'
import { round, type Tick } from './frame.ts'

export type GanttRow = { key: string; name: string; status: Status; startMs: number | null; endMs: number | null }

export type PreparedGantt = {
  height: number
  bars: {
    key: string
    status: Status
    y: number
    x: number
    width: number
    title: string
    words: string
    wordsX: number
    isInside: boolean
  }[]
  ticks: Tick[]
  bottom: number
}

const rowHeight = 28
const steps = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000,
]

/** Decides the bars of a run: when each stage worked. A stage that never started has no bar. */
export function prepareGantt(rows: readonly GanttRow[], nowMs: number, width: number): PreparedGantt {
  const starts = rows.flatMap((row) => (row.startMs === null ? [] : [row.startMs]))
  const from = Math.min(...starts, nowMs)
  const to = Math.max(from + 100, ...rows.map((row) => row.endMs ?? (row.startMs === null ? from : nowMs)))
  const right = Math.max(1, width - 64)
  const at = (ms: number) => round(((Math.max(from, ms) - from) / (to - from)) * right)
  const step = steps.find((one) => (to - from) / one <= Math.max(2, right / 90)) ?? to - from
  const bottom = rows.length * rowHeight
  return {
    height: bottom + 20,
    bottom,
    ticks: Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => ({
      at: at(from + i * step),
      label: i === 0 ? '0 s' : formatDuration(i * step),
    })),
    bars: rows.flatMap((row, i) => {
      if (row.startMs === null) return []
      const end = row.endMs ?? nowMs
      const x = at(row.startMs)
      const barWidth = Math.max(3, at(end) - x)
      const took = formatDuration(Math.max(0, end - row.startMs))
      const words = row.status === 'cached' ? 'cached' : took
      const isInside = barWidth > words.length * 6.5 + 12
      return [
        {
          key: row.key,
          status: row.status,
          y: i * rowHeight,
          x,
          width: barWidth,
          title: `${row.name}: ${row.status.replace('_', ' ')}, ${took}`,
          words,
          wordsX: isInside ? x + 6 : x + barWidth + 6,
          isInside,
        },
      ]
    }),
  }
}
