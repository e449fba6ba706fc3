import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readModelFile } from '#core/model/model-file'
import type { TableValue } from '#core/ports/kinds'
import type { Plan } from '#core/ports/plan'
import { readLearnedState } from '#ml/state/learned-state'
import { run as batchPredict } from '../batch-predict/run'
import { batchPredict as batchPredictSpec } from '../batch-predict/spec'
import { run as crossValidate } from '../cross-validate/run'
import { crossValidate as crossValidateSpec } from '../cross-validate/spec'
import { run as evaluate } from '../evaluate/run'
import { evaluate as evaluateSpec } from '../evaluate/spec'
import { run as naiveBayes } from '../naive-bayes/run'
import { naiveBayes as naiveBayesSpec } from '../naive-bayes/spec'
import { type TestStageContext, testStageContext } from '../testing'
import { run } from './run'
import { logisticRegression } from './spec'

const words = {
  ham: ['meeting', 'tomorrow', 'report', 'attached', 'regards', 'lunch', 'project', 'agenda'],
  spam: ['free', 'winner', 'prize', 'click', 'offer', 'cash', 'urgent', 'viagra'],
}
const plan: Plan = {
  prepare: [],
  features: [
    {
      kind: 'text',
      columns: ['body'],
      words: { min: 1, max: 2 },
      chars: null,
      weighting: 'tf-idf',
      sublinear: true,
      lowercase: true,
      minRows: 1,
      maxShare: 1,
      maxTerms: 1000,
    },
    { kind: 'category', columns: ['sender'], minRows: 1, maxValues: 10, encoding: 'one-hot' },
    { kind: 'number', columns: ['hour'], impute: 'median', indicator: true, scale: 'standard' },
  ],
}

/** Mail that can be told apart by its words, with a little overlap; the same rows at every call. */
function mail(ctx: TestStageContext, rows: number, from = 0, used: Plan = plan): Promise<TableValue> {
  const label = (i: number) => (i % 3 === 0 ? 'spam' : 'ham') as keyof typeof words
  const body = (i: number) => {
    const own = words[label(i)]
    return [own[i % 8], own[(i * 5) % 8], words.ham[(i * 3) % 8], `Wörter${i % 7}`].join(' ')
  }
  const all = Array.from({ length: rows }, (_, i) => i + from)
  return ctx.table(
    [
      { column: { name: 'body', type: 'text' }, values: all.map((i) => (i === 4 ? null : body(i))) },
      { column: { name: 'sender', type: 'text' }, values: all.map((i) => `host${i % 4}.example`) },
      { column: { name: 'hour', type: 'number' }, values: all.map((i) => (i % 11 === 0 ? null : (i * 7) % 24)) },
      { column: { name: 'label', type: 'text' }, values: all.map(label) },
    ],
    used,
  )
}

const params = logisticRegression.params.parse({ target: 'label' })
let ctx: TestStageContext
let table: TableValue
beforeAll(async () => {
  ctx = await testStageContext()
  table = await mail(ctx, 300)
})
afterAll(() => ctx.dispose())

describe('training', () => {
  test('writes one file that both runtimes answer alike, and reports how it was made', async () => {
    const { model, report } = await run({ params, inputs: { train: table }, ctx })
    expect(model.classes).toEqual(['ham', 'spam'])
    expect(model.signature.inputs.map(({ name, type }) => [name, type])).toEqual([
      ['body', 'text'],
      ['sender', 'category'],
      ['hour', 'number'],
    ])
    const training = await ctx.readReport(report.artifact, 'training')
    expect(training.parity?.rows).toBe(300)
    expect(training.parity?.native).toBeLessThanOrEqual(1e-5)
    expect(training.parity?.web).toBeLessThanOrEqual(1e-5)
    const file = readModelFile(await ctx.artifacts.read(model.artifact))
    expect(file.signature).toEqual(model.signature)
    expect(file.reference.rows).toBe(300)
  })

  test('the same table, settings and seed give the same bytes', async () => {
    const again = await testStageContext()
    const { model } = await run({ params, inputs: { train: table }, ctx })
    const { model: second, report } = await run({ params, inputs: { train: await mail(again, 300) }, ctx: again })
    expect(second.artifact).toBe(model.artifact)
    expect(second.state).toBe(model.state)
    expect(readLearnedState(await ctx.artifacts.read(model.state ?? '')).signature).toEqual(model.signature)
    expect(report.artifact).toBe((await run({ params, inputs: { train: table }, ctx })).report.artifact)
    await again.dispose()
  })

  test('without features in the plan, it chooses some and says which', async () => {
    const { model, report } = await run({ params, inputs: { train: await mail(ctx, 300, 0, { prepare: [], features: [] }) }, ctx })
    expect(model.recipe?.plan.features.length).toBeGreaterThan(0)
    const training = await ctx.readReport(report.artifact, 'training')
    expect(training.notes.join(' ')).toContain('they were chosen from the columns')
  })

  test('naive Bayes trains and holds parity as well', async () => {
    const counts = await mail(ctx, 300, 0, { ...plan, features: plan.features.slice(0, 2) })
    const { model, report } = await naiveBayes({ params: naiveBayesSpec.params.parse({ target: 'label' }), inputs: { train: counts }, ctx })
    expect(model.recipe?.estimator.kind).toBe('naive-bayes')
    expect((await ctx.readReport(report.artifact, 'training')).parity?.web).toBeLessThanOrEqual(1e-5)
  })
})

describe('what bad data gets', () => {
  const text = (name: string, values: (string | null)[]) => ({ column: { name, type: 'text' as const }, values })
  const train = async (columns: ReturnType<typeof text>[], features: Plan['features'] = []) =>
    run({ params, inputs: { train: await ctx.table(columns, { prepare: [], features }) }, ctx }).catch((error) => error)

  test('one class only', async () => {
    const error = await train([text('body', ['a b', 'c d', 'e f']), text('label', ['ham', 'ham', 'ham'])])
    expect(error.message).toContain('All 3 rows have the same label "ham"')
    expect(error.hint).toMatchObject({ param: 'target', column: 'label' })
  })

  test('no such target', async () => {
    const error = await train([text('body', ['a b', 'c d'])])
    expect(error.message).toBe('There is no column "label" to learn; there are body.')
  })

  test('rows without a label', async () => {
    const error = await train([text('body', ['a b', 'c d', 'e f']), text('label', ['ham', null, 'spam'])])
    expect(error.message).toContain('1 row has no label in the column "label", the first is row 2')
  })

  test('a column with no value in any row', async () => {
    const error = await train([text('body', [null, null, null]), text('label', ['ham', 'spam', 'ham'])], plan.features.slice(0, 1))
    expect(error.message).toContain('The column "body" has no value in any of the 3 training rows')
    expect(error.message).toContain('Change it in the feature stage that reads it.')
    expect(error.hint).toMatchObject({ column: 'body', port: 'train' })
  })

  test('the target among the features', async () => {
    const error = await train(
      [text('body', ['a b', 'c d']), text('label', ['ham', 'spam'])],
      [{ kind: 'category', columns: ['label'], minRows: 1, maxValues: 5, encoding: 'one-hot' }],
    )
    expect(error.message).toContain('The column "label" is the target, so it cannot be a feature')
  })

  test('a column that a later stage took out of the table', async () => {
    const error = await train([text('subject', ['a b', 'c d']), text('label', ['ham', 'spam'])], plan.features.slice(0, 1))
    expect(error.message).toContain('The plan reads the column "body", which is no longer in the table')
  })

  test('a class with one row trains, and the report says what that means', async () => {
    const bodies = Array.from({ length: 30 }, (_, i) => `word${i % 5} other${i % 3}`)
    const labels = bodies.map((_, i) => (i === 7 ? 'once' : i % 2 === 0 ? 'even' : 'odd'))
    const { report } = await train([text('body', bodies), text('label', labels)])
    expect((await ctx.readReport(report.artifact, 'training')).warnings).toEqual([
      expect.stringContaining('The class "once" has fewer rows than the 5 folds: hardly anything is known'),
    ])
  })

  test('10,000 classes', async () => {
    const labels = Array.from({ length: 20_000 }, (_, i) => `class ${i % 10_000}`)
    const error = await train([text('body', labels), text('label', labels)])
    expect(error.message).toContain('The column "label" has 10,000 different values in 20,000 rows; at most 2,000 classes can be learned.')
    expect(error.hint).toMatchObject({ param: 'target', fix: { kind: 'insert-stage', value: 'sql' } })
  })
})

describe('after training', () => {
  test('evaluate measures rows it has not seen and adds what was predicted', async () => {
    const { model } = await run({ params, inputs: { train: table }, ctx })
    const { report, predictions } = await evaluate({
      params: evaluateSpec.params.parse({}),
      inputs: { model, table: await mail(ctx, 90, 300) },
      ctx,
    })
    const measured = await ctx.readReport(report.artifact, 'classification')
    expect(measured.rows).toBe(90)
    expect(measured.accuracy).toBeGreaterThan(0.95)
    expect(report.figures.find(({ name }) => name === 'recall[spam]')?.value).toBeGreaterThan(0.9)
    expect(predictions.columns.map(({ name }) => name)).toEqual(['body', 'sender', 'hour', 'label', 'predicted', 'confidence', 'correct'])
    const wrong = (await ctx.cells(predictions)).filter((row) => row.at(-1) === false).length
    expect(1 - wrong / 90).toBeCloseTo(measured.accuracy, 10)
  })

  test('rows of an unknown class count as mistakes, rows without an answer do not count', async () => {
    const { model } = await run({ params, inputs: { train: table }, ctx })
    const odd = await ctx.table([
      { column: { name: 'body', type: 'text' }, values: ['free prize', 'meeting', 'agenda'] },
      { column: { name: 'sender', type: 'text' }, values: ['host1.example', 'host2.example', 'x'] },
      { column: { name: 'hour', type: 'number' }, values: [1, 2, 3] },
      { column: { name: 'label', type: 'text' }, values: ['spam', 'newsletter', null] },
    ])
    const { report } = await evaluate({ params: evaluateSpec.params.parse({}), inputs: { model, table: odd }, ctx })
    const measured = await ctx.readReport(report.artifact, 'classification')
    expect([measured.rows, measured.accuracy, measured.classes]).toEqual([2, 0.5, ['ham', 'spam', 'newsletter']])
    expect(ctx.logs.map(({ text }) => text).join(' ')).toContain('1 of 3 rows have no answer')
  })

  test('rows that lack an input or the answers get a sentence with a way out', async () => {
    const { model } = await run({ params, inputs: { train: table }, ctx })
    const bare = await ctx.table([{ column: { name: 'body', type: 'text' }, values: ['free'] }])
    const params1 = evaluateSpec.params.parse({})
    const evaluated = await evaluate({ params: params1, inputs: { model, table: bare }, ctx }).catch((error) => error)
    expect(evaluated.hint.fix).toEqual({ label: 'Use Batch predict', kind: 'insert-stage', value: 'batch-predict' })
    const params2 = batchPredictSpec.params.parse({})
    await expect(batchPredict({ params: params2, inputs: { model, table: bare }, ctx })).rejects.toThrow(
      'The model reads the column "sender"',
    )
  })

  test('batch predict answers every row, with a column per class on request', async () => {
    const { model } = await run({ params, inputs: { train: table }, ctx })
    const { table: answered } = await batchPredict({
      params: batchPredictSpec.params.parse({ probabilities: true }),
      inputs: { model, table: await mail(ctx, 9, 300) },
      ctx,
    })
    const rows = await ctx.cells(answered)
    expect(rows).toHaveLength(9)
    for (const row of rows) {
      const [predicted, confidence, ham, spam] = row.slice(-4)
      expect(Number(ham) + Number(spam)).toBeCloseTo(1, 5)
      expect(confidence).toBe(Math.max(Number(ham), Number(spam)))
      expect(predicted).toBe(Number(ham) > Number(spam) ? 'ham' : 'spam')
    }
  })

  test('raw rows get the prepare steps of the model, prepared rows only those that are left', async () => {
    // Without calibration, because on words that tell everything it would make every answer certain.
    const unsure = { ...params, c: 0.1, calibration: 'none' as const }
    const shout = {
      kind: 'clean-text' as const,
      columns: ['body'],
      stripHtml: true,
      stripUrls: false,
      lowercase: true,
      collapseSpace: true,
      maxChars: null,
    }
    const { model } = await run({ params: unsure, inputs: { train: await mail(ctx, 300, 0, { ...plan, prepare: [shout] }) }, ctx })
    const body = (values: string[]) => ({ column: { name: 'body', type: 'text' as const }, values })
    const rest = [
      { column: { name: 'sender', type: 'text' as const }, values: ['host1.example'] },
      { column: { name: 'hour', type: 'number' as const }, values: [3] },
    ]
    const answer = async (text: string, prepare: Plan['prepare']) => {
      const rows = await ctx.table([body([text]), ...rest], { prepare, features: [] })
      const { table: answered } = await batchPredict({ params: batchPredictSpec.params.parse({}), inputs: { model, table: rows }, ctx })
      return (await ctx.cells(answered))[0]?.at(-1)
    }
    const clean = await answer('prize lunch', [])
    expect(await answer('<b title="meeting agenda">prize</b>   <i>lunch</i>', [])).toBe(clean)
    expect(await answer('<b title="meeting agenda">prize</b> <i>lunch</i>', [shout])).not.toBe(clean)
  })

  test('cross-validation trains the recipe again and says how much it varies', async () => {
    const { model } = await run({ params, inputs: { train: table }, ctx })
    const { report } = await crossValidate({ params: crossValidateSpec.params.parse({ folds: 4 }), inputs: { model }, ctx })
    const measured = await ctx.readReport(report.artifact, 'cross-validation')
    expect([measured.folds, measured.rows, measured.accuracy.folds.length]).toEqual([4, 300, 4])
    expect(measured.accuracy.mean).toBeGreaterThan(0.95)
  })
})
