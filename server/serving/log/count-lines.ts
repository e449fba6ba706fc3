import type { ColumnBinner } from '#core/monitor/bins'
import { addRequest, addRow, emptyRollup, mergeRollups, type Rollup } from '#core/monitor/rollup'
import type { NewRollup } from '#db/queries/rollups'
import type { AnswersSeen } from './keep-inputs'
import type { AnswersLine, FiguresLine, SpoolLine } from './spool-line'

const minuteMs = 60_000

type Key = Pick<FiguresLine, 'deploymentId' | 'versionId' | 'release' | 'test' | 'shadow' | 'minute'>

/** Figures by minute, deployment, model version, release and kind of traffic, on their way to the database. */
export type Tally = {
  addAnswers(line: AnswersLine | AnswersSeen, binners: readonly ColumnBinner[]): void
  addFigures(line: FiguresLine): void
  list(): NewRollup[]
  lines(): FiguresLine[]
}

/** An empty tally. */
export function openTally(): Tally {
  const byKey = new Map<string, Key & { figures: Rollup }>()

  function at({ deploymentId, versionId, release, test, shadow, minute }: Key) {
    const name = `${minute} ${deploymentId} ${versionId} ${release} ${test} ${shadow}`
    const known = byKey.get(name) ?? { deploymentId, versionId, release, test, shadow, minute, figures: emptyRollup() }
    byKey.set(name, known)
    return known
  }

  return {
    addAnswers(line, binners) {
      const { figures } = at({ ...line, shadow: line.shadow ?? false, minute: Math.floor(line.at / minuteMs) * minuteMs })
      // What was answered elsewhere was no request here, and its time is not known.
      if (!line.edge) addRequest(figures, line)
      for (const row of line.rows) {
        const seen = { ...row, isFallback: row.fallback !== undefined, isReview: row.review === true, isEdge: line.edge === true }
        // Only a stated answer has no confidence, and a fallback's is not counted.
        const confidence = 'value' in row ? 0 : (row.confidence ?? 0)
        addRow(figures, 'value' in seen ? seen : { ...seen, confidence, isLow: confidence < line.lowConfidence }, binners)
      }
    },
    addFigures(line) {
      const known = at(line)
      known.figures = mergeRollups(known.figures, line.figures)
    },
    list: () => [...byKey.values()].map(({ minute, ...row }) => ({ ...row, minute: new Date(minute) })),
    lines: () => [...byKey.values()].map((row) => ({ kind: 'figures', ...row })),
  }
}

/** The figures of lines; only rows that `isNew` count, and requests that have one or never had any. */
export function countLines(
  lines: readonly SpoolLine[],
  { binnersOf, isNew }: { binnersOf: (versionId: string) => readonly ColumnBinner[]; isNew: (id: string) => boolean },
): NewRollup[] {
  const tally = openTally()
  for (const line of lines) {
    if (line.kind === 'outcomes') continue
    if (line.kind === 'figures') tally.addFigures(line)
    else {
      const rows = line.rows.filter((row) => isNew(row.id))
      if (rows.length > 0 || line.rows.length === 0) tally.addAnswers({ ...line, rows }, binnersOf(line.versionId))
    }
  }
  return tally.list()
}
