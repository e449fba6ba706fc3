import { AppError } from '#core/errors/app-error'
import type { ComparedPair, ComparisonReport } from '#core/reports/comparison'
import { adjustForManyTests } from '#core/stats/benjamini-hochberg'
import { bootstrapInterval } from '#core/stats/bootstrap'
import { mcnemar } from '#core/stats/mcnemar'
import { pairedPermutationTest } from '#core/stats/paired-permutation'
import { seededRandom } from '#ml/estimators/random'
import { pause } from '#ml/pipeline/pause'
import { comparisonSentence, winnerOf } from './comparison-words'
import { classMetrics, numberMetrics, type PairedMetric } from './paired-metrics'

/** All models answered the same rows, in the same order. */
type Answered =
  | { task: 'classification'; truth: readonly string[]; models: readonly { name: string; predicted: readonly string[] }[] }
  | { task: 'regression'; truth: Float64Array; models: readonly { name: string; predicted: Float64Array }[] }

export type CompareModelsArgs = Answered & {
  target: string
  seed: number
  signal?: AbortSignal
  onShare?: (share: number) => void
}

const most = { resamples: 2_000, drawnRows: 40_000_000 }
/** Fewer resamples would leave the ends of a 95 % interval to single draws. */
const fewestResamples = 400

/**
 * Whether one model is better than another on rows that both answered: McNemar's test of accuracy, or a paired permutation
 * test of absolute errors, p adjusted for all pairs; and paired bootstrap intervals of the difference of each metric
 * (rows are drawn once for both models). With many rows fewer resamples are drawn, down to 400. The same seed gives the
 * same bytes. Throws AppError for fewer than two models, or no rows.
 */
export async function compareModels(args: CompareModelsArgs): Promise<ComparisonReport> {
  const coded = codeAnswers(args)
  const { metrics, truth, models } = coded
  const rows = truth.length
  if (models.length < 2) throw new AppError('bad_input', { detail: 'A comparison needs the predictions of at least two models.' })
  if (rows === 0) throw new AppError('bad_input', { detail: 'There are no rows to compare the models on.' })
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  const couples = models.flatMap((first, i) => models.slice(i + 1).map((second) => ({ first, second })))
  const steps = couples.length * metrics.length
  const resamples = Math.round(Math.min(most.resamples, Math.max(fewestResamples, most.drawnRows / rows)))
  const tested: Omit<ComparedPair, 'adjustedP' | 'winner' | 'sentence'>[] = []
  for (const [i, { first, second }] of couples.entries()) {
    const differences: ComparedPair['differences'] = []
    for (const [j, metric] of metrics.entries()) {
      differences.push(await differenceOf(metric, { first: first.predicted, second: second.predicted, truth }, resamples, args))
      args.onShare?.((i * metrics.length + j + 1) / steps)
    }
    tested.push({
      first: first.name,
      second: second.name,
      differences,
      ...(await testPair(args.task, first.predicted, second.predicted, truth, args)),
    })
  }
  const adjusted = adjustForManyTests(tested.map(({ p }) => p))
  const shown = metrics.map(({ name, better, isShare }) => ({ name, better, isShare }))
  return {
    report: 'comparison',
    task: args.task,
    target: args.target,
    rows,
    metrics: shown,
    models: models.map(({ name, predicted }) => ({ name, values: metrics.map(({ on }) => finite(on(predicted, truth, all))) })),
    pairs: tested.map((pair, i) => {
      const whole = { ...pair, adjustedP: adjusted[i] ?? 1 }
      const winner = winnerOf(whole, shown)
      return { ...whole, winner, sentence: comparisonSentence({ ...whole, winner }, shown, rows) }
    }),
    resamples,
  }
}

type Numbers = Int32Array | Float64Array
type Coded = { metrics: PairedMetric[]; truth: Numbers; models: { name: string; predicted: Numbers }[] }

/** Classes as indexes: those of the right answers and of all models. */
function codeAnswers(args: Answered): Coded {
  if (args.task === 'regression') return { metrics: numberMetrics, truth: args.truth, models: [...args.models] }
  const classes = [...new Set([...args.truth, ...args.models.flatMap(({ predicted }) => [...predicted])])].sort()
  const index = new Map(classes.map((name, k) => [name, k]))
  const code = (labels: readonly string[]) => Int32Array.from(labels, (label) => index.get(label) ?? 0)
  return {
    metrics: classMetrics(classes.length),
    truth: code(args.truth),
    models: args.models.map(({ name, predicted }) => ({ name, predicted: code(predicted) })),
  }
}

async function differenceOf(
  { on }: PairedMetric,
  { first, second, truth }: { first: Numbers; second: Numbers; truth: Numbers },
  resamples: number,
  { seed, signal }: CompareModelsArgs,
): Promise<ComparedPair['differences'][number]> {
  const statistic = (rows: Int32Array) => on(second, truth, rows) - on(first, truth, rows)
  const value = finite(statistic(Int32Array.from({ length: truth.length }, (_, row) => row)))
  const interval = await bootstrapInterval({
    rows: truth.length,
    statistic,
    resamples,
    random: seededRandom(seed),
    pause: () => pause(signal),
  })
  await pause(signal)
  return { value, interval: interval && { low: interval.low, high: interval.high } }
}

async function testPair(
  task: ComparisonReport['task'],
  first: Numbers,
  second: Numbers,
  truth: Numbers,
  { seed, signal }: CompareModelsArgs,
): Promise<Pick<ComparedPair, 'rows' | 'test' | 'p'>> {
  if (task === 'regression') {
    const differences = Float64Array.from(truth, (right, row) => Math.abs(right - (second[row] ?? 0)) - Math.abs(right - (first[row] ?? 0)))
    const { p } = await pairedPermutationTest(differences, { random: seededRandom(seed), pause: () => pause(signal) })
    return { rows: null, test: 'paired permutation', p }
  }
  const rows = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 }
  for (const [row, right] of truth.entries()) {
    const [a, b] = [first[row] === right, second[row] === right]
    rows[a && b ? 'both' : a ? 'onlyFirst' : b ? 'onlySecond' : 'neither'] += 1
  }
  const { test, p } = mcnemar(rows.onlyFirst, rows.onlySecond)
  return { rows, test: test === 'exact' ? 'McNemar, exact' : 'McNemar, chi-square', p }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
