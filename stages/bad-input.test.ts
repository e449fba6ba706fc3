import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AppError } from '#core/errors/app-error'
import { estimatorSchema } from '#core/estimators/estimators'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { emptyPlan, type FeatureStep, type Plan } from '#core/ports/plan'
import { textStep } from '#ml/onnx/testing'
import { run as crossValidate } from './cross-validate/run'
import { run as evaluate } from './evaluate/run'
import { evaluate as evaluateSpec } from './evaluate/spec'
import { smallHomes, smallRegressor } from './fixtures/small-homes'
import { smallMail, smallModel } from './fixtures/small-mail'
import { run as labelErrors } from './label-errors/run'
import { labelErrors as labelErrorsSpec } from './label-errors/spec'
import { run as learningCurve } from './learning-curve/run'
import { learningCurve as learningCurveSpec } from './learning-curve/spec'
import { run as linearRegression } from './linear-regression/run'
import { linearRegression as linearRegressionSpec } from './linear-regression/spec'
import { run as logisticRegression } from './logistic-regression/run'
import { logisticRegression as logisticRegressionSpec } from './logistic-regression/spec'
import { run as numberFeatures } from './number-features/run'
import { numberFeatures as numberFeaturesSpec } from './number-features/spec'
import { run as split } from './split/run'
import { split as splitSpec } from './split/spec'
import { type TestStageContext, testStageContext } from './testing'

/** Bad input, one kind after the other, through the stage where people meet it: what is said, where, and what mends it. */

let ctx: TestStageContext
beforeAll(async () => {
  ctx = await testStageContext()
})
beforeEach(() => void ctx.logs.splice(0))
afterAll(() => ctx.dispose())

const rows = 120
const all = Array.from({ length: rows }, (_, i) => i)
const noise = (i: number) => ((i * 6_151) % 1_009) / 1_009
const isSpam = (i: number) => (i * 7) % 3 === 0
const numbers = (name: string, of: (i: number) => number) => ({ column: { name, type: 'number' as const }, values: all.map(of) })
const texts = (name: string, of: (i: number) => string) => ({ column: { name, type: 'text' as const }, values: all.map(of) })
const label = texts('label', (i) => (isSpam(i) ? 'spam' : 'ham'))
const price = numbers('price', (i) => 100 + 10 * noise(i * 3) + (i % 7))
const useful = numbers('useful', (i) => (isSpam(i) ? 1 : 0) + 3 * noise(i))

const numberStep = (...columns: string[]): FeatureStep => ({
  kind: 'number',
  columns,
  impute: 'median',
  indicator: false,
  scale: 'standard',
})
const categoryStep = (...columns: string[]): FeatureStep => ({ kind: 'category', columns, minRows: 1, maxValues: 100, encoding: 'one-hot' })
const planOf = (...features: FeatureStep[]): Plan => ({ prepare: [], features })

const classify = async (columns: Parameters<TestStageContext['table']>[0], plan: Plan) =>
  logisticRegression({
    params: logisticRegressionSpec.params.parse({ target: 'label' }),
    inputs: { train: await ctx.table(columns, plan) },
    ctx,
  })
const regress = async (columns: Parameters<TestStageContext['table']>[0], plan: Plan) =>
  linearRegression({
    params: linearRegressionSpec.params.parse({ target: 'price' }),
    inputs: { train: await ctx.table(columns, plan) },
    ctx,
  })

/** Runs Evaluate; what the training said before is not of interest. */
async function judge(model: ModelValue, table: TableValue) {
  ctx.logs.splice(0)
  const { report } = await evaluate({ params: evaluated, inputs: { model, table }, ctx })
  return report.artifact
}
const warnings = () => ctx.logs.filter(({ level }) => level === 'warn').map(({ text }) => text)
const evaluated = evaluateSpec.params.parse({})

describe('refused, with the place and what to do', () => {
  test.each<[string, () => Promise<unknown>, RegExp, Partial<AppError['hint']>]>([
    [
      'a target with one class',
      () => classify([useful, texts('label', () => 'ham')], planOf(numberStep('useful'))),
      /All 120 rows have the same label "ham" in the column "label": a classifier needs at least two classes\. Choose another column, or add rows/,
      { param: 'target', column: 'label' },
    ],
    [
      'a target with one number',
      () => regress([useful, numbers('price', () => 7)], planOf(numberStep('useful'))),
      /All 120 rows have the same number 7 in the column "price", so there is nothing to learn/,
      { param: 'target', column: 'price' },
    ],
    [
      'a number target stored as text',
      () => regress([useful, texts('price', (i) => String(i))], planOf(numberStep('useful'))),
      /The column "price" holds text, and a regressor learns numbers\. Cast it in an SQL stage/,
      { param: 'target', column: 'price', fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
    ],
    [
      'numbers stored as text, in Number features',
      async () =>
        numberFeatures({
          params: numberFeaturesSpec.params.parse({ columns: ['age'] }),
          inputs: { table: await ctx.table([texts('age', (i) => ` ${i / 2}`), label]) },
          ctx,
        }),
      /Column "age" holds numbers written as text\. Cast it in an SQL stage before this one\./,
      { param: 'columns', column: 'age', fix: { label: 'Insert SQL', kind: 'insert-stage', value: 'sql' } },
    ],
    [
      'a number that the model reads stored as text, in Evaluate',
      async () => {
        const homes = await smallHomes(ctx, 30)
        const area = homes.columns.map(({ name }) => name).indexOf('area')
        const values = (await ctx.cells(homes)).map((row) => String(row[area]))
        const changed = await ctx.tables.replace(homes.artifact, [{ column: { name: 'area', type: 'text' }, values }])
        return judge(await smallRegressor(ctx), { ...homes, ...changed })
      },
      /The model reads "area" as numbers, but here it holds text\. Cast it in an SQL stage/,
      { port: 'table', column: 'area' },
    ],
    [
      'the target itself as a feature',
      () => classify([useful, label], planOf(numberStep('useful'), categoryStep('label'))),
      /The column "label" is the target, so it cannot be a feature/,
      { column: 'label' },
    ],
    [
      'rows without a label',
      () =>
        classify([useful, { ...label, values: label.values.map((value, i) => (i === 4 ? null : value)) }], planOf(numberStep('useful'))),
      /1 row has no label in the column "label", the first is row 5: filter or fill them first/,
      { param: 'target', column: 'label', row: 5 },
    ],
    [
      'fewer rows than folds',
      async () => crossValidate({ params: { folds: 20 }, inputs: { model: await smallModel(ctx, 12) }, ctx }),
      /12 rows are too few for 20 folds: add rows, or lower the number of folds/,
      { param: 'folds' },
    ],
  ])('%s', async (_name, act, sentence, hint) => {
    const error: AppError = await act().then(
      () => Promise.reject(new Error('it was not refused')),
      (caught) => caught,
    )
    expect(error.name).toBe('AppError')
    expect(error.message).toMatch(sentence)
    expect(error.hint).toMatchObject(hint)
  })
})

describe('warned while training, in the log and in the report', () => {
  test.each<[string, () => ReturnType<typeof classify>, RegExp]>([
    [
      'a copy of the target as a number',
      () => classify([numbers('paid', (i) => (isSpam(i) ? 5 : 3)), useful, label], planOf(numberStep('paid', 'useful'))),
      /^The column "paid" alone gives the answer away \(ROC-AUC 1\.0000\)\. If it is not known before the answer is, take it out/,
    ],
    [
      'a copy of the target in other words',
      () =>
        classify(
          [texts('verdict', (i) => (isSpam(i) ? 'junk' : 'good')), useful, label],
          planOf(categoryStep('verdict'), numberStep('useful')),
        ),
      /^The column "verdict" alone gives the answer away \(100\.0 % of its rows/,
    ],
    [
      'a copy of a number that is predicted',
      () =>
        regress(
          [{ ...price, column: { name: 'net', type: 'number' }, values: price.values.map((value) => Number(value) / 1.21) }, useful, price],
          planOf(numberStep('net', 'useful')),
        ),
      /^The column "net" alone gives the answer away \(correlation 1\.00000\)/,
    ],
    [
      'numbers stored as text, as categories',
      () =>
        classify([texts('age', (i) => String(((i * 37) % 59) + 0.5)), useful, label], planOf(categoryStep('age'), numberStep('useful'))),
      /^The column "age" holds numbers written as text: cast it in an SQL stage/,
    ],
    [
      'a row number as a feature',
      () => classify([numbers('row', (i) => i + 1), useful, label], planOf(numberStep('row', 'useful'))),
      /^The column "row" counts the rows one by one, so it looks like an identifier/,
    ],
    [
      'an id as a feature',
      () =>
        classify(
          [texts('customer', (i) => `C-${(i * 6_151) % 9_973}`), useful, label],
          planOf(categoryStep('customer'), numberStep('useful')),
        ),
      /^The column "customer" has another code in each row, so it looks like an identifier/,
    ],
    [
      'a class with fewer rows than folds',
      () => classify([useful, texts('label', (i) => (i < 3 ? 'rare' : isSpam(i) ? 'spam' : 'ham'))], planOf(numberStep('useful'))),
      /^The class "rare" has fewer rows than the 5 folds: .* Add rows, or join classes\.$/,
    ],
  ])('%s', async (_name, act, sentence) => {
    const { report } = await act()
    expect(warnings()).toEqual([expect.stringMatching(sentence)])
    expect((await ctx.readReport(report.artifact, 'training')).warnings).toEqual(warnings())
  })

  test('a table without any of this trains in silence', async () => {
    const { report } = await classify([useful, label], planOf(numberStep('useful')))
    expect(warnings()).toEqual([])
    expect((await ctx.readReport(report.artifact, 'training')).warnings).toBeUndefined()
  })
})

test('classes with fewer rows than folds, where a model is trained on folds', async () => {
  const rare = texts('label', (i) => (i < 4 ? 'rare' : isSpam(i) ? 'spam' : 'ham'))
  const { model } = await classify([useful, rare], planOf(numberStep('useful')))
  const sentence = /^The class "rare" has fewer rows than the 6 folds/
  const { report } = await crossValidate({ params: { folds: 6 }, inputs: { model }, ctx })
  expect((await ctx.readReport(report.artifact, 'cross-validation')).pooled.notes).toEqual([expect.stringMatching(sentence)])
  await labelErrors({ params: labelErrorsSpec.params.parse({ folds: 6 }), inputs: { model }, ctx })
  await learningCurve({ params: learningCurveSpec.params.parse({ folds: 6, shares: [0.5, 1] }), inputs: { model }, ctx })
  expect(warnings().filter((text) => sentence.test(text))).toHaveLength(3)
})

describe('rows on both sides', () => {
  const double = async (plan: Plan): Promise<TableValue> =>
    ctx.table(
      [
        numbers('id', (i) => i),
        {
          column: { name: 'body', type: 'text' },
          values: all.map((i) => (i % 2 === 0 ? `mail ${i}` : i % 8 === 1 ? `mail ${i - 1}` : `mail ${i}`)),
        },
        label,
      ],
      plan,
    )
  const body = textStep({ columns: ['body'], words: { min: 1, max: 1 }, maxTerms: 500 })
  const params = splitSpec.params.parse({ method: 'random', test: 0.5 })

  test('duplicates that a split tears apart are counted, by what the features read', async () => {
    const { train, test: held } = await split({ params, inputs: { table: await double(planOf(body)) }, ctx })
    const [known, asked] = await Promise.all([train, held].map(async (part) => (await ctx.cells(part)).map(([, text]) => text)))
    const shared = asked?.filter((text) => known?.includes(text)).length ?? 0
    expect(shared).toBeGreaterThan(0)
    expect(warnings()).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${shared} rows? of 60 kept away from training \\(\\d+\\.\\d %\\) equals? a training row in body, .* insert Dedupe before Split`,
        ),
      ),
    ])
  })

  test('rows that differ in any column are no duplicates while no features are planned', async () => {
    await split({ params, inputs: { table: await double(emptyPlan) }, ctx })
    expect(warnings()).toEqual([])
  })

  test('test rows that were trained on are counted in Evaluate, in the log and in the report', async () => {
    const model = await smallModel(ctx)
    const mail = await smallMail(ctx, 90)
    const texts = async (table: { artifact: string }) => (await ctx.cells(table)).map(([text]) => text)
    const known = new Set(await texts({ artifact: model.recipe?.table ?? '' }))
    const shared = (await texts(mail)).filter((text) => known.has(text)).length
    const { notes } = await ctx.readReport(await judge(model, mail), 'classification')
    expect(notes).toEqual([
      `${shared} rows of 90 (${((shared / 90) * 100).toFixed(1)} %) have the same inputs as a training row, so the figures may be too good. Insert Dedupe before Split, or split by group.`,
    ])
    expect(warnings()).toEqual(notes)
  })

  test('numbers count as equal whatever type they have', async () => {
    const homes = await smallHomes(ctx, 40)
    const { year } = await ctx.tables.read(homes.artifact, ['year'])
    const values = year?.type === 'number' ? year.values : []
    const changed = await ctx.tables.replace(homes.artifact, [{ column: { name: 'year', type: 'number' }, values }])
    await judge(await smallRegressor(ctx), { ...homes, ...changed })
    expect(warnings()).toEqual([expect.stringMatching(/^40 rows of 40 \(100\.0 %\) have the same inputs/)])
  })

  test('nothing is said of rows that are new', async () => {
    const model = await smallModel(ctx)
    const fresh = await ctx.table([
      { column: { name: 'body', type: 'text' }, values: ['a new prize offer', 'see the other report'] },
      { column: { name: 'label', type: 'text' }, values: ['spam', 'ham'] },
    ])
    expect((await ctx.readReport(await judge(model, fresh), 'classification')).notes).toBeUndefined()
    expect(warnings()).toEqual([])
  })
})

test.each([
  ['cross-validate', (model: ModelValue) => crossValidate({ params: { folds: 3 }, inputs: { model }, ctx })],
  ['learning-curve', (model: ModelValue) => learningCurve({ params: learningCurveSpec.params.parse({}), inputs: { model }, ctx })],
  ['label-errors', (model: ModelValue) => labelErrors({ params: labelErrorsSpec.params.parse({}), inputs: { model }, ctx })],
])('%s refuses a model that learned without right answers', async (_stage, act) => {
  const model = await smallModel(ctx)
  if (!model.recipe) throw new Error('a trained model has a recipe')
  const clusters: ModelValue = { ...model, recipe: { ...model.recipe, estimator: estimatorSchema.parse({ kind: 'k-means' }) } }
  await expect(act(clusters)).rejects.toMatchObject({
    message: expect.stringContaining('learned without right answers'),
    hint: { port: 'model' },
  })
})

test('classes of test rows that no training row has count as mistakes, and are said', async () => {
  const model = await smallModel(ctx)
  const fresh = await ctx.table([
    {
      column: { name: 'body', type: 'text' },
      values: ['a new prize offer', 'see the other report', 'invoice 7 is overdue', 'invoice 8 is overdue'],
    },
    { column: { name: 'label', type: 'text' }, values: ['spam', 'ham', 'bill', 'bill'] },
  ])
  const { notes, perClass } = await ctx.readReport(await judge(model, fresh), 'classification')
  expect(notes).toEqual([
    '2 rows belong to classes that the model never saw (bill); they count as mistakes. Train on rows of these classes, or take them out.',
  ])
  expect(warnings()).toEqual(notes)
  expect(perClass.find(({ name }) => name === 'bill')).toMatchObject({ rows: 2, recall: 0 })
})
