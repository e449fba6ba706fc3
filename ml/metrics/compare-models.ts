import { AppError } from '#core/errors/app-error'
import type { ComparedPair, ComparisonReport } from '#core/reports/comparison'
import { adjustForManyTests } from '#core/stats/benjamini-hochberg'
import { intervalsOfDraws } from '#core/stats/bootstrap'
import { mcnemar } from '#core/stats/mcnemar'
import { pairedPermutationTest } from '#core/stats/paired-permutation'
import { seededRandom } from '#ml/estimators/random'
import { pause } from '#ml/pipeline/pause'
import { comparisonSentence, winnerOf } from './comparison-words'
import { type BothFigures, classFigures, classMetrics, numberFigures, numberMetrics, type PairFigures } from './paired-metrics'

/** All models answered the same rows, in the same order. */
export type Answered =
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
 * (rows are drawn once for both models, of classifiers as counts of equal rows). With much work to a draw fewer are made, down
 * to 400. The same seed gives the same bytes. Throws AppError for fewer than two models, or no rows.
 */
export async function compareModels(args: CompareModelsArgs): Promise<ComparisonReport> {
  const metrics = args.task === 'classification' ? [...classMetrics] : [...numberMetrics]
  const rows = args.truth.length
  const names = args.models.map(({ name }) => name)
  if (names.length < 2) throw new AppError('bad_input', { detail: 'A comparison needs the predictions of at least two models.' })
  if (rows === 0) throw new AppError('bad_input', { detail: 'There are no rows to compare the models on.' })
  const pairOf = codeAnswers(args)
  const couples = names.flatMap((_, i) => names.slice(i + 1).map((_, j) => ({ i, j: i + 1 + j, ...pairOf(i, i + 1 + j) })))
  const work = couples.reduce((largest, { figures }) => Math.max(largest, figures.work), 1)
  const resamples = Math.round(Math.min(most.resamples, Math.max(fewestResamples, most.drawnRows / work)))
  const values: number[][] = []
  const tested: Omit<ComparedPair, 'adjustedP' | 'winner' | 'sentence'>[] = []
  for (const [done, { i, j, figures, test }] of couples.entries()) {
    const whole = figures.whole()
    values[i] ??= whole.first
    values[j] ??= whole.second
    tested.push({
      first: names[i] ?? '',
      second: names[j] ?? '',
      differences: await differencesOf(figures, rows, resamples, args),
      ...(await test()),
    })
    args.onShare?.((done + 1) / couples.length)
  }
  const adjusted = adjustForManyTests(tested.map(({ p }) => p))
  return {
    report: 'comparison',
    task: args.task,
    target: args.target,
    rows,
    metrics,
    models: names.map((name, i) => ({ name, values: (values[i] ?? []).map(finite) })),
    pairs: tested.map((pair, i) => {
      const whole = { ...pair, adjustedP: adjusted[i] ?? 1 }
      const winner = winnerOf(whole, metrics)
      return { ...whole, winner, sentence: comparisonSentence({ ...whole, winner }, metrics, rows) }
    }),
    resamples,
  }
}

type PairTest = Pick<ComparedPair, 'rows' | 'test' | 'p'>
type Pair = { figures: PairFigures; test(): Promise<PairTest> }

/** What is needed of two of the models, by their places; classes as indexes: those of the right answers and of all models. */
function codeAnswers(args: CompareModelsArgs): (first: number, second: number) => Pair {
  if (args.task === 'regression') {
    const { truth, models } = args
    const at = (i: number) => models[i]?.predicted ?? new Float64Array()
    return (i, j) => ({ figures: numberFigures(truth, at(i), at(j)), test: () => testErrors(truth, at(i), at(j), args) })
  }
  const classes = [...new Set([...args.truth, ...args.models.flatMap(({ predicted }) => [...predicted])])].sort()
  const index = new Map(classes.map((name, k) => [name, k]))
  const code = (labels: readonly string[]) => Int32Array.from(labels, (label) => index.get(label) ?? 0)
  const truth = code(args.truth)
  const coded = args.models.map(({ predicted }) => code(predicted))
  const at = (i: number) => coded[i] ?? new Int32Array()
  return (i, j) => ({
    figures: classFigures(truth, at(i), at(j), classes.length),
    test: () => Promise.resolve(testLabels(truth, at(i), at(j))),
  })
}

async function differencesOf(
  figures: PairFigures,
  rows: number,
  resamples: number,
  { seed, signal }: CompareModelsArgs,
): Promise<ComparedPair['differences']> {
  const random = seededRandom(seed)
  const whole = differenceOf(figures.whole())
  await pause(signal)
  const intervals =
    rows < 2
      ? whole.map(() => null)
      : await intervalsOfDraws({
          whole,
          draw: () => differenceOf(figures.draw(random)),
          work: figures.work,
          resamples,
          pause: () => pause(signal),
        })
  return whole.map((value, k) => ({ value: finite(value), interval: intervals[k] ?? null }))
}

const differenceOf = ({ first, second }: BothFigures) => second.map((figure, k) => figure - (first[k] ?? Number.NaN))

async function testErrors(
  truth: Float64Array,
  first: Float64Array,
  second: Float64Array,
  { seed, signal }: CompareModelsArgs,
): Promise<PairTest> {
  const differences = truth.map((right, row) => Math.abs(right - (second[row] ?? 0)) - Math.abs(right - (first[row] ?? 0)))
  const { p } = await pairedPermutationTest(differences, { random: seededRandom(seed), pause: () => pause(signal) })
  return { rows: null, test: 'paired permutation', p }
}

function testLabels(truth: Int32Array, first: Int32Array, second: Int32Array): PairTest {
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
