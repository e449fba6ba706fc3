import type { LoadReport } from '#core/reports/report'

/** Counts what became of each record, and keeps the first examples of each reason. read = kept + refused, always. */
export type RowTally = {
  kept: number
  refused: number
  examples: LoadReport['examples']
  keep(): void
  /** `text` is called only when the example is kept. */
  refuse(row: number, column: string | null, kind: string, reason: string, text: () => string): void
  /** Something that was mended without losing anything: told once, with a count and the first row. */
  mend(kind: string, row: number): void
  notes(): string[]
}

const examplesPerKind = 5
const maxExamples = 50
const exampleLength = 200

export function openTally(): RowTally {
  const perKind = new Map<string, number>()
  const mended = new Map<string, { count: number; first: number }>()
  const tally: RowTally = {
    kept: 0,
    refused: 0,
    examples: [],
    keep() {
      tally.kept += 1
    },
    refuse(row, column, kind, reason, text) {
      tally.refused += 1
      const seen = perKind.get(kind) ?? 0
      perKind.set(kind, seen + 1)
      if (seen >= examplesPerKind || tally.examples.length >= maxExamples) return
      const shown = text()
      tally.examples.push({ row, column, reason, text: shown.length > exampleLength ? `${shown.slice(0, exampleLength)}…` : shown })
    },
    mend(kind, row) {
      const seen = mended.get(kind)
      if (seen) seen.count += 1
      else mended.set(kind, { count: 1, first: row })
    },
    notes() {
      return [...mended].map(([kind, { count, first }]) => `${kind}: ${count} ${count === 1 ? 'time' : 'times'}, first in row ${first}.`)
    },
  }
  return tally
}
