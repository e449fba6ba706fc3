import { expect, it } from 'vitest'
import { AppError } from '#core/errors/app-error'
import type { PredictRow, Signature } from '#core/model/signature'
import { fallbackSchema } from '#core/releases/settings'
import { answerByChain, type Chain } from './fallback-chain'
import { ModelFailure } from './models/model-failure'
import type { ComputedAnswer, ServedModel } from './models/served-model'

/** A version that is as sure as the row says, or that fails. */
function version(number: number, answer: (row: PredictRow) => ComputedAnswer | ModelFailure | AppError, task?: 'regression'): ServedModel {
  const signature: Signature = { inputs: [{ name: 'x', type: 'number', example: 1 }], target: 'y', ...(task ? { task } : {}) }
  return {
    versionId: `id-${number}`,
    version: number,
    model: 'mail',
    signature,
    classes: ['ham', 'spam'],
    reference: { rows: 0, columns: [], classes: [], confidence: { counts: [], mean: 0 } },
    binners: [],
    prepare: (row) => ({ ...row, prepared: true }),
    async predict(rows) {
      return rows.map((row) => {
        const found = answer(row)
        if (found instanceof Error) throw found
        return found
      })
    },
  }
}

const sure =
  (confidence: number, label = 'spam') =>
  (input: PredictRow) => ({
    label,
    confidence,
    probabilities: Float32Array.of(1 - confidence, confidence),
    input,
  })
const fails = (reason: 'error' | 'timeout' | 'overload') => () => new ModelFailure(reason, `It failed: ${reason}.`)
const number = (value: number) => (input: PredictRow) => ({ value, interval: { low: value, high: value, share: 0.8 }, input })

async function chain(
  model: ServedModel,
  others: ServedModel[],
  fallback: Parameters<typeof fallbackSchema.parse>[0],
  rows: PredictRow[] = [{ x: 1 }, { x: 2 }],
) {
  const asked: Chain = {
    model,
    rows,
    fallback: fallbackSchema.parse(fallback),
    loaded: new Map([model, ...others].map((one) => [one.versionId, one])),
    readAs: (_model, i) => rows[i] ?? {},
    ask: (one, own) =>
      one.predict(own, {
        deadlineAt: 0,
        timeoutMs: 0,
        priority: 'normal',
        batching: { mode: 'off', rows: 1, waitMs: 0 },
        cache: false,
        isGone: () => false,
      }),
  }
  const found = await answerByChain(asked)
  return found.map(({ answer, by, fallback: why }) => ({
    said: 'value' in answer ? answer.value : answer.label,
    confidence: 'value' in answer ? answer.interval : answer.confidence,
    by: by?.version ?? null,
    why,
    input: answer.input,
  }))
}

const toSecond = { steps: [{ kind: 'version', versionId: 'id-2' }] }

it('answers by the version that is asked, and nothing else is said of it', async () => {
  const [first] = await chain(version(1, sure(0.9)), [version(2, sure(1))], toSecond)
  expect(first).toMatchObject({ said: 'spam', by: 1, why: null })
})

it.each(['error', 'timeout', 'overload'] as const)('%s: the next version answers all, and the answer says why', async (reason) => {
  const found = await chain(version(1, fails(reason)), [version(2, sure(0.8, 'ham'))], toSecond)
  expect(found).toMatchObject([
    { said: 'ham', by: 2, why: reason },
    { said: 'ham', by: 2, why: reason },
  ])
})

it('a failure that the release does not want to be answered in its place reaches the caller', async () => {
  const failed = chain(version(1, fails('timeout')), [version(2, sure(1))], { ...toSecond, on: ['error'] })
  await expect(failed).rejects.toMatchObject({ reason: 'timeout' })
})

it('goes through all steps to the stated answer, whose input is what the asked version would have seen', async () => {
  const steps = [
    { kind: 'version', versionId: 'id-2' },
    { kind: 'version', versionId: 'gone' },
    { kind: 'answer', label: 'unknown' },
  ]
  const found = await chain(version(1, fails('overload')), [version(2, fails('error'))], { steps })
  expect(found[0]).toEqual({ said: 'unknown', confidence: null, by: null, why: 'overload', input: { x: 1, prepared: true } })
})

it('states a number where numbers are answered, and never a class', async () => {
  const steps = [
    { kind: 'answer', label: 'unknown' },
    { kind: 'value', value: 42 },
  ]
  const [first] = await chain(version(1, fails('error'), 'regression'), [], { steps })
  expect(first).toMatchObject({ said: 42, confidence: null, by: null, why: 'error' })
})

it('when no step answers, the failure of the version that was asked does', async () => {
  await expect(chain(version(1, fails('timeout')), [version(2, fails('error'))], toSecond)).rejects.toMatchObject({ reason: 'timeout' })
})

it('only the unsure rows go on', async () => {
  const first = version(1, (row) => sure(row.x === 1 ? 0.9 : 0.4)(row))
  const found = await chain(first, [version(2, sure(0.8, 'ham'))], { ...toSecond, belowConfidence: 0.5 })
  expect(found).toMatchObject([
    { said: 'spam', by: 1, why: null },
    { said: 'ham', by: 2, why: 'low-confidence' },
  ])
})

it('where nobody is sure the surest answer stands, and its own answer is no fallback', async () => {
  const unsure = { ...toSecond, belowConfidence: 0.9 }
  expect(await chain(version(1, sure(0.6)), [version(2, sure(0.5, 'ham'))], unsure)).toMatchObject([{ by: 1, why: null }, { by: 1 }])
  expect(await chain(version(1, sure(0.5)), [version(2, sure(0.6, 'ham'))], unsure)).toMatchObject([
    { said: 'ham', by: 2, why: 'low-confidence' },
    { by: 2 },
  ])
})

it('an unsure answer stands when the next version fails', async () => {
  const found = await chain(version(1, sure(0.5)), [version(2, fails('error'))], { ...toSecond, belowConfidence: 0.9 })
  expect(found).toMatchObject([
    { by: 1, why: null },
    { by: 1, why: null },
  ])
})

it("the caller's own faults never go on: a missing value that the model cannot fill, and whatever else is wrong with the rows", async () => {
  const blind = version(1, number(Number.NaN), 'regression')
  await expect(chain(blind, [version(2, number(1), 'regression')], toSecond, [{ x: null }])).rejects.toMatchObject({
    code: 'bad_input',
    message: expect.stringContaining('"x" is missing'),
  })
  const strict = version(1, () => new AppError('bad_input', { detail: 'x is odd' }))
  await expect(chain(strict, [version(2, sure(1))], toSecond)).rejects.toMatchObject({ code: 'bad_input' })
})

it('a caller that hung up is asked for nothing more', async () => {
  const gone = version(1, () => new AppError('cancelled'))
  let asked = 0
  const second = version(2, (row) => {
    asked += 1
    return sure(1)(row)
  })
  await expect(chain(gone, [second], toSecond)).rejects.toMatchObject({ code: 'cancelled' })
  expect(asked).toBe(0)
})
