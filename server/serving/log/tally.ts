import type { ColumnBinner } from '#core/monitor/bins'
import { addRequest, addRow, emptyRollup, mergeRollups, type Rollup, type RowSeen } from '#core/monitor/rollup'
import type { NewRollup } from '#db/queries/rollups'
import type { AnswersSeen } from './keep-inputs'
import type { AnswersLine, FiguresLine, SpoolRow } from './spool-line'

const minuteMs = 60_000

type Key = Pick<FiguresLine, 'deploymentId' | 'versionId' | 'release' | 'test' | 'shadow' | 'minute'>
type Counted = Key & { figures: Rollup }

/** Figures by minute, deployment, model version, release and kind of traffic, on their way to the database. */
export type Tally = {
  /** Counts a line, or only these of its rows. */
  addAnswers(line: AnswersLine | AnswersSeen, binners: readonly ColumnBinner[], rows?: readonly SpoolRow[]): void
  addFigures(line: FiguresLine): void
  list(): NewRollup[]
  lines(): FiguresLine[]
}

/** An empty tally. */
export function openTally(): Tally {
  const byKey = new Map<string, Counted>()
  let last: Counted | null = null

  function at(minute: number, line: Pick<FiguresLine, 'deploymentId' | 'versionId' | 'release' | 'test'>, shadow: boolean): Counted {
    // Most lines are of the same kind as the one before.
    if (last && isOf(last, minute, line, shadow)) return last
    const { deploymentId, versionId, release, test } = line
    const name = `${minute} ${deploymentId} ${versionId} ${release} ${test} ${shadow}`
    const known = byKey.get(name) ?? { deploymentId, versionId, release, test, shadow, minute, figures: emptyRollup() }
    byKey.set(name, known)
    last = known
    return known
  }

  return {
    addAnswers(line, binners, rows = line.rows) {
      const { figures } = at(Math.floor(line.at / minuteMs) * minuteMs, line, line.shadow ?? false)
      // What was answered elsewhere was no request here, and its time is not known.
      if (!line.edge) addRequest(figures, line)
      for (const row of rows) addRow(figures, rowSeen(row, line), binners)
    },
    addFigures(line) {
      const known = at(line.minute, line, line.shadow)
      known.figures = mergeRollups(known.figures, line.figures)
    },
    list: () => [...byKey.values()].map(({ minute, ...row }) => ({ ...row, minute: new Date(minute) })),
    lines: () => [...byKey.values()].map((row) => ({ kind: 'figures', ...row })),
  }
}

function isOf(known: Counted, minute: number, line: Omit<Key, 'minute' | 'shadow'>, shadow: boolean): boolean {
  return (
    known.minute === minute &&
    known.versionId === line.versionId &&
    known.deploymentId === line.deploymentId &&
    known.release === line.release &&
    known.test === line.test &&
    known.shadow === shadow
  )
}

/** A row as roll-ups count it. Field by field: spreading it costs as much as the counting. */
function rowSeen(row: SpoolRow, { edge, lowConfidence }: AnswersLine | AnswersSeen): RowSeen {
  const { input, bins, differs } = row
  const [isFallback, isReview, isEdge] = [row.fallback !== undefined, row.review === true, edge === true]
  if ('value' in row) return { input, bins, differs, isFallback, isReview, isEdge, value: row.value }
  // Only a stated answer has no confidence, and a fallback's is not counted.
  const confidence = row.confidence ?? 0
  return { input, bins, differs, isFallback, isReview, isEdge, label: row.label, confidence, isLow: confidence < lowConfidence }
}
