import { describe, expect, test } from 'vitest'
import type { Estimator } from '#core/estimators/estimators'
import { estimators } from '#core/estimators/estimators'
import type { FeatureStep } from '#core/ports/plan'
import { exportPipeline } from './export-pipeline'
import { compareWithOnnx, fitOn, madeUpRows, numberColumn, type RuntimeName, textColumn, textStep } from './testing'

const rows = 600
const { texts, labels } = madeUpRows(rows)
const codes = ['red', 'green', 'blue', '', 'grün', 'rare']
const sizes = [0, 1.5, -3, Number.NaN, 1e30, Number.POSITIVE_INFINITY, 16_777_217, -0]

/** Columns with missing numbers, codes that training has never seen, and short texts. */
const columnsOf = (from: number, n: number) => ({
  text: textColumn(Array.from({ length: n }, (_, i) => (i % 40 === 7 ? '' : (texts[(from + i) % rows] ?? '')))),
  colour: textColumn(
    Array.from({ length: n }, (_, i) =>
      from > 0 && i % 50 === 3 ? 'unseen' : (codes[((labels[(from + i) % rows]?.length ?? 0) % 6) ^ ((from + i) % 3)] ?? ''),
    ),
  ),
  size: numberColumn(Array.from({ length: n }, (_, i) => (i % 9 === 0 ? (sizes[(i / 9) % 8] ?? 0) : ((from + i) * 7_919) % 1_000))),
  amount: numberColumn(Array.from({ length: n }, (_, i) => ((from + i) * 31) % 17)),
})

const raw: FeatureStep[] = [
  { kind: 'category', columns: ['colour'], minRows: 1, maxValues: 20, encoding: 'codes' },
  { kind: 'number', columns: ['size', 'amount'], impute: 'none', indicator: false, scale: 'none' },
]
const made: FeatureStep[] = [
  textStep({ maxTerms: 40 }),
  textStep({ words: null, chars: { min: 2, max: 3 }, weighting: 'count', sublinear: false, maxTerms: 30 }),
  textStep({ weighting: 'binary', maxTerms: 20 }),
  { kind: 'category', columns: ['colour'], minRows: 30, maxValues: 3, encoding: 'one-hot' },
  { kind: 'number', columns: ['size'], impute: 'median', indicator: true, scale: 'standard' },
  { kind: 'number', columns: ['amount'], impute: 'zero', indicator: false, scale: 'minmax' },
]
const boosting: Estimator = { kind: 'gradient-boosting', ...estimators['gradient-boosting'].params.parse({ trees: 30 }) }
// An odd number of trees: votes of ten to ten are ties, which the last bit decides.
const forest: Estimator = { kind: 'random-forest', ...estimators['random-forest'].params.parse({ trees: 21 }) }
const extra: Estimator = { kind: 'extra-trees', ...estimators['extra-trees'].params.parse({ trees: 20 }) }
const two = labels.map((label) => (label === 'card' ? 'card' : 'other'))

describe.each([
  { name: 'boosting on raw columns, three classes', features: raw, estimator: boosting, target: labels },
  { name: 'boosting on raw columns, two classes', features: raw, estimator: boosting, target: two },
  { name: 'boosting on text and made features', features: made, estimator: boosting, target: labels },
  { name: 'boosting on one column', features: raw.slice(0, 1), estimator: boosting, target: labels },
  { name: 'a forest, three classes', features: made, estimator: forest, target: labels },
  { name: 'a forest, two classes', features: made, estimator: forest, target: two },
  { name: 'extra trees', features: made, estimator: extra, target: labels },
])('$name', ({ features, estimator, target }) => {
  const fitted = fitOn({ columns: columnsOf(0, rows), target, plan: { prepare: [], features }, estimator })

  test.each<RuntimeName>(['native', 'web'])('answers alike in %s', async (runtime) => {
    const pipeline = await fitted
    const { difference, labels: others } = await compareWithOnnx(exportPipeline(pipeline), pipeline, columnsOf(77, 400), runtime)
    expect(difference).toBeLessThanOrEqual(1e-5)
    expect(others).toBe(0)
  })
})
