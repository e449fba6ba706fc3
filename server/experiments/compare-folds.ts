import type { PairVerdict } from '#core/experiments/views'
import type { PortValue } from '#core/ports/kinds'
import { reportSchema } from '#core/reports/report'
import { type CorrectedTTest, correctedResampledTTest } from '#core/stats/corrected-t-test'
import { formatFigure, plural } from '#core/words/format'
import { pWords } from '#ml/metrics/comparison-words'
import type { ArtifactStore } from '#server/artifacts/store'

/** What decides which rows are in which fold: two cross-validations with the same have the same folds. */
type Dealt = { table: string; seed: number }

export type Folds = Dealt & { metric: 'accuracy' | 'MAE'; rows: number; scores: readonly number[] }

/** The scores per fold of every cross-validation among the outputs; one that is gone or of an older form is left out. */
export async function readFolds(
  artifacts: Pick<ArtifactStore, 'has' | 'read'>,
  values: readonly PortValue[],
  dealt: Dealt,
): Promise<Folds[]> {
  const read = await Promise.all(
    values.map(async (value): Promise<Folds[]> => {
      if (value.kind !== 'report' || !value.report.endsWith('cross-validation') || !(await artifacts.has(value.artifact))) return []
      const report = reportSchema.safeParse(JSON.parse(new TextDecoder().decode(await artifacts.read(value.artifact)))).data
      if (report?.report === 'cross-validation') {
        return [{ ...dealt, metric: 'accuracy', rows: report.rows, scores: report.accuracy.folds }]
      }
      if (report?.report === 'regression-cross-validation') {
        return [{ ...dealt, metric: 'MAE', rows: report.rows, scores: report.mae.folds }]
      }
      return []
    }),
  )
  return read.flat()
}

type Folded = { label: string; folds: readonly Folds[] }

/** The corrected t-test over folds that both were cross-validated on; null when there are none. */
export function compareByFolds(first: Folded, second: Folded): PairVerdict | null {
  for (const one of first.folds) {
    const other = second.folds.find((each) => areSame(one, each))
    if (!other) continue
    const count = one.scores.length
    const differences = other.scores.map((score, i) => score - (one.scores[i] ?? score))
    const test = one.rows / count
    const result = correctedResampledTTest(differences, { train: one.rows - test, test })
    if (!result) continue
    return {
      by: 'folds',
      metric: one.metric,
      folds: count,
      difference: result.mean,
      interval: { low: result.low, high: result.high },
      p: result.p,
      sentence: foldSentence(first.label, second.label, one.metric, count, result),
    }
  }
  return null
}

function areSame(a: Folds, b: Folds): boolean {
  return a.table === b.table && a.seed === b.seed && a.rows === b.rows && a.metric === b.metric && a.scores.length === b.scores.length
}

function foldSentence(
  first: string,
  second: string,
  metric: Folds['metric'],
  folds: number,
  { mean, low, high, p }: CorrectedTTest,
): string {
  if (mean === 0 && p === 1) return `${first} and ${second} are equally good on ${plural(folds, 'fold')}: ${metric} is the same.`
  const isShare = metric === 'accuracy'
  const isSecond = isShare ? mean > 0 : mean < 0
  const [better, worse] = isSecond ? [second, first] : [first, second]
  // the interval is of second minus first; here it is told from the side of the better one
  const sign = Math.sign(mean) || 1
  const [from, to] = [low * sign, high * sign].sort((a, b) => a - b)
  const amount = (value: number) => {
    const words = isShare ? (Math.abs(value) * 100).toFixed(1) : formatFigure(Math.abs(value))
    return value < 0 && Number(words) !== 0 ? `−${words}` : words
  }
  const by = `by ${amount(Math.abs(mean))} ${isShare ? `points of ${metric}` : metric} (95 % ${amount(from ?? 0)} to ${amount(to ?? 0)}), ${pWords(p)}`
  return p < 0.05
    ? `${better} is better than ${worse} ${by}.`
    : `${better} is ahead of ${worse} ${by}: that may be chance on ${plural(folds, 'fold')}.`
}
