import { AppError } from '#core/errors/app-error'
import type { EstimatorParams } from '#core/estimators/estimators'
import { steadyMeans, steadyTerms } from '#ml/features/steady-terms'
import { type NeighbourModel, placeRows, squaresOf } from '#ml/models/neighbours'
import type { ClassData, Fit } from './contract'
import { repeatedRows } from './repeated-rows'

const most = { rows: 50_000, cells: 50_000_000, work: 5e10 }

/**
 * Keeps the training rows; k-nearest neighbours, as scikit-learn's KNeighborsClassifier(algorithm='brute'). A row of weight 2 is
 * kept twice, so weights must be whole numbers. Throws AppError for more than 50,000 rows, 50 million values, or so many of
 * both that asking every row about every other would take more than a minute.
 */
export async function fitNearestNeighbours(
  { k, weighting, metric }: EstimatorParams<'nearest-neighbours'>,
  { x, y, classes, weights }: ClassData,
): Promise<Fit<NeighbourModel>> {
  const kept = repeatedRows(x.rows, weights, 'Nearest neighbours')
  const count = kept.length
  refuseTooMany(count, x.terms, x.ids.length)
  const steady = steadyTerms(x)
  const shift = steadyMeans(placeRows(x, { metric, steady, shift: new Float32Array(x.terms) }), steady, weights)
  const placed = placeRows(x, { metric, steady, shift })
  const squaresPerRow = squaresOf(placed, x, metric)
  const rows = new Float32Array(x.terms * count)
  for (const [place, row] of kept.entries()) {
    for (let j = placed.ptr[row] ?? 0, end = placed.ptr[row + 1] ?? 0; j < end; j++) {
      rows[(placed.ids[j] ?? 0) * count + place] = placed.values[j] ?? 0
    }
  }
  const labels = Int32Array.from(kept, (row) => y[row] ?? 0)
  const squares = Float64Array.from(kept, (row) => squaresPerRow[row] ?? 0)
  const notes = k > count ? [`There are only ${count} training rows, so all of them vote.`] : []
  return {
    state: {
      shape: 'neighbours',
      rows,
      squares,
      labels,
      count,
      k: Math.min(k, count),
      weighting,
      metric,
      shift,
      steady,
      terms: x.terms,
      outputs: classes,
    },
    loss: [],
    notes,
  }
}

function refuseTooMany(rows: number, terms: number, entries: number): void {
  const say = (n: number) => n.toLocaleString('en')
  const mend =
    'Take fewer rows with a Sample stage, lower "most terms" of the text features, or train another estimator, which learns from all rows and answers faster.'
  const refuse = (what: string) =>
    new AppError('too_large', {
      detail: `Nearest neighbours keeps every training row: ${what}. ${mend}`,
      hint: { port: 'train', fix: { label: 'Sample rows', kind: 'insert-stage', value: 'sample' } },
    })
  if (rows > most.rows) throw refuse(`${say(rows)} rows are more than the ${say(most.rows)} allowed`)
  if (rows * terms > most.cells) {
    throw refuse(`${say(rows)} rows of ${say(terms)} terms are ${say(rows * terms)} values, more than the ${say(most.cells)} allowed`)
  }
  if (rows * entries > most.work) throw refuse(`comparing ${say(rows)} rows of ${say(terms)} terms with each other would take too long`)
}
