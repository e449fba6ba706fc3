import type { ClassBaseline, NumberBaseline } from '#core/reports/baselines'
import { smallestLogged } from './classification-report'
import { numberErrors } from './number-errors'

/**
 * Figures of classifiers that look at no column. `trained` [classes]: rows per class in training; `judged` [classes]: rows
 * per class among the rows that they are judged on. Most frequent: as scikit-learn's DummyClassifier(strategy='prior'),
 * which answers the most frequent class and is as sure as that class is frequent. Stratified: what
 * DummyClassifier(strategy='stratified') reaches on average; it is sure of each draw, so its log-loss is that of
 * certainty, and its F1 is that of the mean counts. Figures of 0/0 are 0.
 */
export function classBaselines(trained: ArrayLike<number>, judged: ArrayLike<number>): ClassBaseline[] {
  const classes = judged.length
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)
  const [all, rows] = [sum(trained), sum(judged)]
  const prior = Array.from({ length: classes }, (_, k) => (trained[k] ?? 0) / all)
  const share = Array.from({ length: classes }, (_, k) => (judged[k] ?? 0) / rows)
  const most = prior.indexOf(Math.max(...prior))
  const hit = share[most] ?? 0
  const drawn = prior.reduce((total, p, k) => total + p * (share[k] ?? 0), 0)
  const [sure, unsure] = [-Math.log(1 - smallestLogged), -Math.log(smallestLogged)]
  return [
    {
      name: 'most frequent class',
      accuracy: hit,
      macroF1: (2 * hit) / (1 + hit) / classes,
      logLoss: share.reduce((total, q, k) => total - q * Math.log(clipped(prior[k] ?? 0)), 0),
    },
    {
      name: 'stratified',
      accuracy: drawn,
      macroF1: share.reduce((total, q, k) => total + ratio(2 * q * (prior[k] ?? 0), q + (prior[k] ?? 0)), 0) / classes,
      logLoss: drawn * sure + (1 - drawn) * unsure,
    },
  ]
}

/** Mean and median of finite numbers [n], n > 0. */
export function middlesOf(values: Float64Array): { mean: number; median: number } {
  const sorted = values.slice().sort()
  const half = sorted.length >> 1
  const upper = sorted[half] ?? 0
  return {
    mean: values.reduce((sum, value) => sum + value / values.length, 0),
    median: sorted.length % 2 === 1 ? upper : (sorted[half - 1] ?? 0) / 2 + upper / 2,
  }
}

/**
 * Errors of always answering the mean, or the median, of the training rows, as DummyRegressor. `truth` [rows]. `last` [rows],
 * where rows have an order in time, are the last values before them: that baseline then comes first, as the one to beat.
 */
export function numberBaselines(trained: { mean: number; median: number }, truth: Float64Array, last?: Float64Array): NumberBaseline[] {
  const middles = (['mean', 'median'] as const).map((name) => ({
    name,
    answer: trained[name],
    ...numberErrors(truth, new Float64Array(truth.length).fill(trained[name])),
  }))
  return last ? [{ name: 'last value', answer: null, ...numberErrors(truth, last) }, ...middles] : middles
}

/** Numbers at moments; neither may be NaN. */
export type Dated = { values: Float64Array; times: Float64Array }

/**
 * The naive forecast of one step: for each of the rows the value of the latest moment before its own, among the rows
 * themselves and `others`. Of several at that moment the one that comes last, `others` before the rows. NaN where nothing is earlier.
 */
export function lastValues(rows: Dated, others: Dated): Float64Array {
  const size = others.values.length
  const time = (i: number) => (i < size ? others.times[i] : rows.times[i - size]) ?? 0
  const value = (i: number) => (i < size ? others.values[i] : rows.values[i - size]) ?? Number.NaN
  const order = Int32Array.from({ length: size + rows.values.length }, (_, i) => i).sort((a, b) => time(a) - time(b) || a - b)
  const found = new Float64Array(rows.values.length)
  let [before, moment, latest] = [Number.NaN, Number.NaN, Number.NaN]
  for (const i of order) {
    if (time(i) !== moment) {
      before = latest
      moment = time(i)
    }
    latest = value(i)
    if (i >= size) found[i - size] = before
  }
  return found
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

const clipped = (p: number) => Math.min(Math.max(p, smallestLogged), 1 - smallestLogged)
