import { afterAll, describe, expect, test } from 'vitest'
import { AppError } from '#core/errors/app-error'
import { type EstimatorKind, estimatorSchema, estimators } from '#core/estimators/estimators'
import { seededRandom } from '#ml/estimators/random'
import type { RawColumn } from '#ml/features/read-raw-columns'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import { fitPipeline } from '#ml/pipeline/fit'
import type { FitArgs } from '#ml/pipeline/fit-args'
import { crossValidate } from '#ml/validate/cross-validate'
import type { FoldThreads } from '#ml/validate/fold-work'
import { helpersWithin } from './fold-memory'
import { openFoldThreads } from './fold-threads'

const folds = openFoldThreads({ startsAfterMs: 0 })
afterAll(() => folds.close())

const memoryMb = 4096
const two = folds.upTo(2, memoryMb)
const quick: Partial<Record<EstimatorKind, Record<string, unknown>>> = {
  'gradient-boosting': { trees: 10 },
  'gradient-boosting-regression': { trees: 10 },
  'random-forest': { trees: 10 },
  'random-forest-regression': { trees: 10 },
  'extra-trees': { trees: 10 },
  'neural-network': { epochs: 5 },
}
const rows = 400
const random = seededRandom(3)
const words = ['refund', 'card', 'invoice', 'login', 'password', 'delivery', 'late', 'thanks']

/** Texts, categories and numbers, some missing; the right answer hangs on all of them. */
const body = Array.from({ length: rows }, () => Array.from({ length: 6 }, () => words[Math.floor(random() * 8)]).join(' '))
const sender = Array.from({ length: rows }, () => `host${Math.floor(random() * 5)}`)
const amount = Float64Array.from({ length: rows }, () => (random() < 0.05 ? Number.NaN : random() * 100))
const score = body.map((text, row) => (text.includes('refund') ? 40 : 0) + (amount[row] || 0) + (sender[row] === 'host1' ? 20 : 0))
const noneMissing = new Uint8Array(rows)
const vectors = 'a'.repeat(64)

function argsOf(kind: EstimatorKind): FitArgs {
  const params = estimators[kind].params.parse(quick[kind] ?? {})
  return {
    columns: {
      body: { type: 'text', values: body, missing: noneMissing },
      sender: { type: 'text', values: sender, missing: noneMissing },
      amount: { type: 'number', values: amount },
    },
    target: estimators[kind].task === 'regression' ? Float64Array.from(score) : score.map((each) => (each > 70 ? 'high' : 'low')),
    targetName: 'answer',
    plan: {
      prepare: [],
      features: [
        {
          kind: 'text',
          columns: ['body'],
          words: { min: 1, max: 2 },
          chars: null,
          weighting: 'count',
          sublinear: false,
          lowercase: true,
          minRows: 2,
          maxShare: 1,
          maxTerms: 500,
        },
        { kind: 'category', columns: ['sender'], minRows: 1, maxValues: 10, encoding: 'target' },
        { kind: 'number', columns: ['amount'], impute: 'median', indicator: true, scale: 'minmax' },
        {
          kind: 'vectors',
          columns: ['body'],
          artifact: vectors,
          words: 3,
          dimensions: 2,
          weighting: 'sif',
          lowercase: true,
          indicator: false,
        },
      ],
    },
    vectors: { [vectors]: { words: ['refund', 'card', 'late'], dimensions: 2, values: Float32Array.of(1, 0.2, 0.3, 0.5, 0, 0.9) } },
    estimator: estimatorSchema.parse({ kind, ...params }),
    calibration: 'isotonic',
    seed: 7,
  }
}

/** The caller leaves all folds to the threads. */
const leaving = (threads: FoldThreads | null): FoldThreads | null =>
  threads && { help: (work, parts, onShare) => ({ ...threads.help(work, parts, onShare), take: () => null }) }

// Every estimator that learns from right answers: a new one is in the list by itself.
const kinds = (Object.keys(estimators) as EstimatorKind[]).filter((kind) =>
  ['classification', 'regression'].includes(estimators[kind].task),
)

describe('equal bytes on one thread and on two', () => {
  test.each(kinds)('%s: training', async (kind) => {
    const alone = await fitPipeline(argsOf(kind))
    const together = await fitPipeline({ ...argsOf(kind), threads: leaving(two) })
    expect(Buffer.compare(exportPipeline(together), exportPipeline(alone))).toBe(0)
    expect(together.training).toEqual(alone.training)
    expect(together.reference).toEqual(alone.reference)
  })

  test.each(['logistic-regression', 'random-forest-regression'] as const)('%s: cross-validation', async (kind) => {
    const args = { ...argsOf(kind), folds: 10, strategy: { kind: 'stratified', seed: 2 } as const }
    const alone = await crossValidate(args)
    expect(await crossValidate({ ...args, threads: two })).toEqual(alone)
    expect(await crossValidate({ ...args, threads: leaving(folds.upTo(4, memoryMb)) })).toEqual(alone)
  })

  test('one thread is no help', () => {
    expect(folds.upTo(1, memoryMb)).toBeNull()
  })

  test('of a large table, only as many folds at once as the memory has room for', () => {
    const answers = { y: new Int32Array(1_000_000), classes: 2 }
    const number = (name: string): RawColumn => ({
      kind: 'number',
      name,
      source: { kind: 'column', column: name },
      step: { impute: 'none', indicator: false, scale: 'none' },
      values: new Float32Array(1_000_000),
    })
    const estimator = estimatorSchema.parse({ kind: 'gradient-boosting' })
    const helpers = (columns: number) =>
      helpersWithin(memoryMb, { raw: Array.from({ length: columns }, (_, k) => number(`c${k}`)), estimator, answers, seed: 1 })
    expect([helpers(5), helpers(50), helpers(100)]).toEqual([8, 1, 0])
  })
})

describe('when it does not go well', () => {
  const args = { ...argsOf('naive-bayes'), folds: 5, strategy: { kind: 'stratified', seed: 2 } as const }
  const slow = {
    ...argsOf('gradient-boosting'),
    estimator: estimatorSchema.parse({ kind: 'gradient-boosting', trees: 5_000, earlyStopping: false }),
    folds: 5,
    strategy: args.strategy,
  }

  /** Slow work, in an object because it would be awaited otherwise, once a thread is at it. */
  function begun(threads: FoldThreads | null, signal: AbortSignal): Promise<{ work: Promise<unknown> }> {
    return new Promise((resolve) => {
      const onProgress = (done: number) => done > 0 && resolve({ work })
      const work = crossValidate({ ...slow, threads, signal, onProgress })
    })
  }

  test('what a thread cannot learn from is said in the same words', async () => {
    const features = args.plan.features.map((step) => (step.kind === 'number' ? { ...step, scale: 'standard' as const } : step))
    const negative = { ...args, plan: { ...args.plan, features } }
    const alone = await crossValidate(negative).catch((error) => error)
    const together = await crossValidate({ ...negative, threads: leaving(two) }).catch((error) => error)
    expect(alone).toBeInstanceOf(AppError)
    expect([together.code, together.message, together.hint]).toEqual([alone.code, alone.message, alone.hint])
  })

  test('an abort ends the threads within 200 ms, and the next work gets new ones', async () => {
    const controller = new AbortController()
    const { work } = await begun(leaving(two), controller.signal)
    const abortedAt = performance.now()
    controller.abort()
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
    expect(performance.now() - abortedAt).toBeLessThan(200)
    expect(await crossValidate({ ...args, threads: leaving(two) })).toEqual(await crossValidate(args))
  })

  test('a thread that is lost is a sentence, not a wait', async () => {
    const own = openFoldThreads({ startsAfterMs: 0 })
    const { work } = await begun(leaving(own.upTo(2, memoryMb)), new AbortController().signal)
    await own.close()
    await expect(work).rejects.toMatchObject({ code: 'crashed', message: expect.stringMatching(/^The thread that worked on fold \d of 5/) })
  })
})
