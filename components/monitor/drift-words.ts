import { predictionName } from '#core/monitor/bins'
import type { MonitorView } from '#core/monitor/views'
import { formatNumber, formatShare } from '#core/words/format'

export type DriftView = MonitorView['drift'][number]

/** "body length, words", "channel", "predictions": what a row of the drift table is about. */
export function columnWords({ name, kind }: Pick<DriftView, 'name' | 'kind'>): string {
  if (name === predictionName && kind === 'prediction') return 'predictions'
  if (kind === 'entries') return `${name}, entries`
  return kind === 'length' ? `${name}, words` : name
}

/** What was measured: the test below 1,000 rows, the distance above. */
export function measureWords({ measure, test }: DriftView): string {
  switch (measure.name) {
    case 'p':
      return test === 'chi-square' ? 'chi-square, p' : 'KS, p'
    case 'population-stability-index':
      return 'PSI'
    case 'jensen-shannon':
      return 'Jensen-Shannon'
    case 'share-off-constant':
      return 'left its constant'
  }
}

/** The measured value as it stands in the table. */
export function valueWords({ measure }: DriftView): string {
  if (measure.name === 'share-off-constant') return formatShare(measure.value)
  if (measure.value > 0 && measure.value < 0.001) return '<0.001'
  return measure.value.toFixed(3)
}

/** The whole verdict in one sentence, for hover and for those who do not see the map. */
export function verdictSentence(drift: DriftView): string {
  const { rows, needed, state } = drift
  const sizes = `${formatNumber(rows.current)} rows now, ${formatNumber(rows.reference)} in training`
  if (state === 'not-enough-data') {
    return rows.reference < 50
      ? `The model was trained on ${formatNumber(rows.reference)} rows: at least 50 are needed to compare with.`
      : `Not enough data: ${formatNumber(needed)} more rows are needed in this range (${sizes}).`
  }
  const limit = drift.measure.name === 'p' ? `at or below ${drift.measure.limit}` : `${drift.measure.limit} or more`
  const rule = drift.measure.name === 'share-off-constant' ? 'constant in training' : `drifted when ${limit}`
  const sure = drift.adjustedP < 0.001 ? 'p below 0.001 over all columns' : `p ${drift.adjustedP.toFixed(3)} over all columns`
  return `${columnWords(drift)} is ${state}: ${measureWords(drift)} ${valueWords(drift)}, ${rule}; ${sure}; ${sizes}.`
}
