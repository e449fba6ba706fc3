import type { ClassificationReport } from '#core/reports/report'
import { formatNumber, plural } from '#core/words/format'

type Mistake = ClassificationReport['mistakes'][number]

/** '' is any class. */
export type MistakeFilter = { truth: string; predicted: string; order: 'surest' | 'furthest off' }

export const allMistakes: MistakeFilter = { truth: '', predicted: '', order: 'surest' }

export type PreparedMistakes = {
  shown: Mistake[]
  note: string
  /** Why the list is empty; null when it is not. */
  empty: string | null
  /** Classes that mistakes have, to filter by. */
  truths: string[]
  calls: string[]
  /** Whether the report knows the probability of the true class: those of earlier versions do not. */
  hasTruth: boolean
}

/** Decides which mistakes are listed and in which order: the surest, or those whose true class the model thought least likely. */
export function prepareMistakes(
  { mistakes, confusions, rows, accuracy }: Pick<ClassificationReport, 'mistakes' | 'confusions' | 'rows' | 'accuracy'>,
  { truth, predicted, order }: MistakeFilter,
): PreparedMistakes {
  const shown = mistakes.filter((one) => (truth === '' || one.truth === truth) && (predicted === '' || one.predicted === predicted))
  if (order === 'furthest off') shown.sort((a, b) => (a.truthProbability ?? 0) - (b.truthProbability ?? 0) || b.confidence - a.confidence)
  const all = Math.round((1 - accuracy) * rows)
  const matching = confusions.filter((one) => (truth === '' || one.truth === truth) && (predicted === '' || one.predicted === predicted))
  const known = truth === '' && predicted === '' ? all : matching.reduce((sum, one) => sum + one.rows, 0)
  return {
    shown,
    note: shown.length < known ? `${formatNumber(shown.length)} of ${plural(known, 'mistake')}` : plural(shown.length, 'mistake'),
    empty: shown.length > 0 ? null : emptyWords(all, { truth, predicted }, known),
    truths: [...new Set(mistakes.map((one) => one.truth))].sort(),
    calls: [...new Set(mistakes.map((one) => one.predicted))].sort(),
    hasTruth: mistakes.some((one) => one.truthProbability !== undefined),
  }
}

function emptyWords(all: number, { truth, predicted }: Pick<MistakeFilter, 'truth' | 'predicted'>, known: number): string {
  if (all === 0) return 'Every row got its true class.'
  if (truth !== '' && truth === predicted) return `Rows of ${truth} that are called ${predicted} are right.`
  return known === 0
    ? 'No row was confused like this.'
    : `${plural(known, 'row was', 'rows were')} confused like this, but none is among the mistakes that the report keeps.`
}
