import { describe, expect, test } from 'vitest'
import type { FeatureStep } from '#core/ports/plan'
import { featuresReportSchema } from '#core/reports/features'
import { madeUpVectors, numberColumn, textColumn, textStep } from '#ml/onnx/testing'
import { describeFeatures } from './describe-features'

const all = Array.from({ length: 12 }, (_, i) => i)
const columns = {
  body: textColumn(all.map((i) => (i < 3 ? 'red rose' : i < 6 ? 'red car' : i < 11 ? 'blue car' : ''))),
  town: textColumn(all.map((i) => (i < 6 ? 'Gent' : i < 9 ? 'Brugge' : i === 9 ? '' : `t${i}`))),
  tags: textColumn(all.map((i) => (i % 2 === 0 ? 'a|b' : i === 1 ? 'a|c' : ''))),
  amount: numberColumn(all.map((i) => (i === 11 ? Number.NaN : i * 10))),
  at: textColumn(all.map((i) => (i === 0 ? '' : `2024-01-${String(i).padStart(2, '0')}T06:00:00Z`))),
}
const text = textStep({ columns: ['body'], words: { min: 1, max: 1 }, minRows: 4, maxShare: 0.6, maxTerms: 1 })
const category: FeatureStep = { kind: 'category', columns: ['town'], minRows: 2, maxValues: 10, encoding: 'one-hot' }
const number: FeatureStep = { kind: 'number', columns: ['amount'], impute: 'median', indicator: false, scale: 'minmax' }
const partsOf = async (...steps: FeatureStep[]) => (await describeFeatures({ columns, steps, answers: null })).parts
const classes = ['x', 'y']
const answers = { name: 'kind', answers: { y: Int32Array.from(all, (i) => (i < 6 ? 0 : 1)), classes } }

describe('what a step makes', () => {
  test('terms by the rows they are in, with their idf, and why others are not there', async () => {
    // rose in 3 rows is too rare, car in 8 of 12 too frequent, and of red (6) and blue (5) only one may stay
    const [part] = await partsOf(text)
    expect(part).toMatchObject({ part: 'terms', kept: 1, rare: 1, frequent: 1, beyond: 1, unit: 'words' })
    if (part?.part !== 'terms') throw new Error('no terms')
    expect(part.top).toEqual([{ term: 'red', rows: 6, idf: expect.closeTo(Math.log(13 / 7) + 1, 6) }])
  })
  test('values with their rows, and what is folded into one', async () => {
    expect(await partsOf(category)).toEqual([
      {
        part: 'values',
        column: 'town',
        encoding: 'one-hot',
        kept: 2,
        values: [
          { value: 'Gent', rows: 6 },
          { value: 'Brugge', rows: 3 },
        ],
        others: { values: 3, rows: 3 },
      },
    ])
  })
  test('pairs of a cross, and entries of a list', async () => {
    const [cross] = await partsOf({ ...category, kind: 'cross', columns: ['town', 'tags'], minRows: 3 })
    expect(cross).toMatchObject({ column: 'town and tags', values: [{ value: 'Gent and a|b', rows: 3 }] })
    const [list] = await partsOf({ kind: 'list', columns: ['tags'], separator: '|', minRows: 2, maxValues: 10 })
    expect(list).toMatchObject({
      encoding: 'list',
      values: [
        { value: 'a', rows: 7 },
        { value: 'b', rows: 6 },
      ],
      others: { values: 1, rows: 1 },
    })
  })
  test('numbers before and after, and what a missing one becomes', async () => {
    expect(await partsOf(number)).toEqual([
      {
        part: 'numbers',
        column: 'amount',
        missing: 1,
        fill: 50,
        hasIndicator: false,
        ranges: null,
        examples: [0, 25, 50, 75, 100].map((before) => ({ before, after: expect.closeTo(before / 100, 6) })),
      },
    ])
  })
  test('ranges with their rows, which are all rows', async () => {
    const [part] = await partsOf({ ...number, bins: { count: 2, by: 'width' } })
    expect(part).toMatchObject({
      ranges: [
        { from: null, to: 50, rows: 5 },
        { from: 50, to: null, rows: 7 },
      ],
      examples: [],
    })
  })
  test('a date by its first row that has one', async () => {
    const parts = await partsOf({
      kind: 'date',
      columns: ['at'],
      parts: ['day', 'hour'],
      cyclic: false,
      ageTo: 'latest',
      impute: 'mean',
      indicator: false,
      scale: 'none',
    })
    expect(parts).toEqual([
      {
        part: 'example',
        column: 'at',
        before: '2024-01-01T06:00:00Z',
        made: [
          { feature: 'day', value: 1, after: 1 },
          { feature: 'hour', value: 6, after: 6 },
          { feature: 'age in days', value: null, after: 10 },
        ],
      },
    ])
  })
  test('statistics of a text', async () => {
    const [part] = await partsOf({ kind: 'statistics', columns: ['body'], statistics: ['characters', 'words'], scale: 'none' })
    expect(part).toMatchObject({
      before: 'red rose',
      made: [
        { feature: 'characters', value: 8, after: 8 },
        { feature: 'words', value: 2, after: 2 },
      ],
    })
  })
  test('means of the target are described by their values', async () => {
    const { parts, notes } = await describeFeatures({ columns, steps: [{ ...category, encoding: 'target' }], answers: null })
    expect(parts).toMatchObject([
      {
        encoding: 'target',
        values: [
          { value: 'Gent', rows: 6 },
          { value: 'Brugge', rows: 3 },
        ],
      },
    ])
    expect(notes[0]).toContain('which only training knows')
  })
})

describe('a selection', () => {
  const selection: FeatureStep = { kind: 'selection', columns: [], method: 'mutual-information', keep: 2, above: 0 }
  const before: FeatureStep[] = [{ ...text, minRows: 1, maxShare: 1, maxTerms: 100 }, category]

  test('shows what it keeps and drops, best first, against the answers of a column', async () => {
    const made = await describeFeatures({ columns, steps: [...before, selection], answers })
    expect(made.features).toBe(2)
    expect(made.parts).toMatchObject([
      { part: 'selection', against: 'kind', kept: 2, dropped: 5, best: [{ feature: 'body: red' }, { feature: 'town = Gent' }] },
    ])
    const [part] = made.parts
    if (part?.part !== 'selection') throw new Error('no selection')
    // both tell the two classes apart: ln 2
    for (const { score } of part.best) expect(score).toBeCloseTo(Math.LN2, 6)
    for (const { score } of part.next) expect(score ?? 9).toBeLessThan(Math.LN2)
    const whole = { report: 'features', rows: 12, sampled: 12, ...made }
    expect(featuresReportSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole)
  })
  test('by variance needs no answers; by anything else it says that it does', async () => {
    const byVariance = await describeFeatures({ columns, steps: [...before, { ...selection, method: 'variance' }], answers: null })
    expect(byVariance.parts).toMatchObject([{ against: null, kept: 2 }])
    const unknown = await describeFeatures({ columns, steps: [...before, selection], answers: null })
    expect(unknown).toMatchObject({ parts: [], notes: [expect.stringContaining('Choose a column under "Show against"')] })
  })
  test('that leaves nothing says so', async () => {
    const made = await describeFeatures({ columns, steps: [...before, { ...selection, above: 5 }], answers })
    expect(made).toMatchObject({ features: 0, parts: [], notes: [expect.stringContaining('leaves nothing')] })
  })
})

describe('components', () => {
  const both = { u: numberColumn(all.map((i) => i)), v: numberColumn(all.map((i) => (i % 2 === 0 ? 1 : -1))) }
  const numbers: FeatureStep = { kind: 'number', columns: ['u', 'v'], impute: 'mean', indicator: false, scale: 'none' }
  const step: FeatureStep = { kind: 'components', columns: [], components: 50, centre: true }

  test('are told by their shares of the variance and by the features that weigh most', async () => {
    const made = await describeFeatures({ columns: both, steps: [numbers, step], answers: null })
    expect(made.features).toBe(2)
    const [part] = made.parts
    if (part?.part !== 'components') throw new Error('no components')
    expect(part).toMatchObject({ centre: true, made: 2, from: 2 })
    // scikit-learn: PCA().fit([[i, 1 - 2 * (i % 2)] for i in range(12)]).explained_variance_ratio_
    expect(part.shares).toEqual([expect.closeTo(0.9243499, 5), expect.closeTo(0.0756501, 5)])
    expect(part.strongest.map(([first]) => first?.feature)).toEqual(['u', 'v'])
    const whole = { report: 'features', rows: 12, sampled: 12, ...made }
    expect(featuresReportSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole)
  })
  test('are made of what a selection before them keeps', async () => {
    const one: FeatureStep = { kind: 'selection', columns: [], method: 'variance', keep: 1, above: 0 }
    const { parts } = await describeFeatures({ columns: both, steps: [numbers, one, step], answers: null })
    expect(parts).toMatchObject([{ made: 1, from: 1, strongest: [[{ feature: 'u' }]] }])
  })
  test('of features that read the answers cannot be told without them', async () => {
    const made = await describeFeatures({ columns, steps: [{ ...category, encoding: 'target' }, step], answers: null })
    expect(made).toMatchObject({ parts: [], notes: [expect.stringContaining('which only training knows')] })
  })
})

describe('word vectors', () => {
  const { step } = madeUpVectors(2, { columns: ['body'] })
  const words = ['rose', 'lily', 'car', 'red']
  const near = (word: string, cosine: number) => ({ word, cosine: expect.closeTo(cosine, 6) })
  const vectors = { [step.artifact]: { words, dimensions: 2, values: Float32Array.of(1, 0, 2, 0.2, 0, 1, 0, 0) } }

  test('are told by the words that have none, and by what is nearest to frequent ones', async () => {
    const made = await describeFeatures({ columns, steps: [step], answers: null, vectors })
    expect(made.features).toBe(2)
    const [part] = made.parts
    if (part?.part !== 'vectors') throw new Error('no vectors')
    expect(part).toMatchObject({ column: 'body', known: { words: 3, times: 17 }, unknown: { words: 1, times: 5 } })
    expect(part.unknownWords).toEqual([{ word: 'blue', rows: 5 }])
    expect(part.neighbours).toEqual([
      { word: 'car', rows: 8, nearest: [near('lily', 0.2 / Math.hypot(2, 0.2)), near('rose', 0)] },
      // a vector of zeros has no direction
      { word: 'red', rows: 6, nearest: [] },
      { word: 'rose', rows: 3, nearest: [near('lily', 2 / Math.hypot(2, 0.2)), near('car', 0)] },
    ])
    const whole = { report: 'features', rows: 12, sampled: 12, ...made }
    expect(featuresReportSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole)
  })
  test('words of more than a tenth of the rows come last', async () => {
    const texts = { body: textColumn(all.map((i) => (i === 0 ? 'lily lily red' : 'red red rose'))) }
    const { parts } = await describeFeatures({ columns: texts, steps: [step], answers: null, vectors })
    expect(parts).toMatchObject([{ neighbours: [{ word: 'lily', rows: 1 }, { word: 'red' }, { word: 'rose' }] }])
  })
  test('are not looked at after an abort', async () => {
    const late = describeFeatures({
      columns,
      steps: [step, { kind: 'components', columns: [], components: 1, centre: true }],
      answers: null,
      vectors,
      signal: AbortSignal.abort(),
    })
    await expect(late).rejects.toMatchObject({ code: 'cancelled' })
  })
})
