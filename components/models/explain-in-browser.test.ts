import { expect, test } from 'vitest'
import { prepareReasons } from '#components/charts/prepare-reasons.ts'
import { rowColumns } from '#ml/explain/row-columns'
import { estimatorOf, fitTickets } from '#ml/explain/testing'
import { predictPipeline } from '#ml/pipeline/predict'
import { readLearnedState, writeLearnedState } from '#ml/state/learned-state'
import { explainTrial } from './explain-in-browser.ts'
import { prepareWords } from './prepare-words.ts'

const row = { text: 'Refund, refund please', plan: 'pro', age: '41', amount: null, opened: '2024-03-02' }

async function stored(change: (plan: { prepare: object[] }) => void = () => undefined) {
  const pipeline = await fitTickets(estimatorOf('logistic-regression'), { classes: 2 })
  change(pipeline.plan)
  return readLearnedState(writeLearnedState(pipeline) ?? new Uint8Array())
}

test('a row of the form is explained from the stored state: columns, words, similar rows', async () => {
  const learned = await stored((plan) => plan.prepare.push({ kind: 'fill', values: { amount: 12 } }))
  const why = await explainTrial(learned, row)
  expect(why.outputs).toEqual(['closed', 'escalated'])
  expect(why.values).toEqual({ text: row.text, plan: 'pro', age: '41', amount: '12', opened: '2024-03-02' })
  const reasons = why.reasonsFor(1)
  if (learned.task !== 'classification') throw new Error('tickets end in classes')
  const { probabilities } = predictPipeline(learned, rowColumns(learned.signature, { ...row, amount: 12 }))
  expect(probabilities[1]).toBeCloseTo(1 / (1 + Math.exp(-reasons.score)), 4)
  const { reasons: bars } = prepareReasons(reasons, { answer: 'escalated', other: 'closed' }, why.values)
  expect(bars.find(({ column }) => column === 'text')).toMatchObject({ isTowards: true, value: row.text })
  const [words] = why.wordsFor(1)
  expect(words?.column).toBe('text')
  expect(words?.parts.filter(({ contribution }) => contribution !== null).map(({ text }) => text)).toEqual(['Refund', 'refund', 'please'])
  expect(why.similar.rows).toHaveLength(5)
  expect(why.similar.rows.every(({ answer }) => why.outputs.includes(String(answer)))).toBe(true)
})

test('a secret never comes here, and the row must be one that the model reads', async () => {
  const anonymise = { kind: 'anonymise', columns: ['text'], pii: ['email'], mode: 'hash', secret: 'PEPPER' }
  const learned = await stored((plan) => plan.prepare.push(anonymise))
  await expect(explainTrial(learned, row)).rejects.toThrow('hashes personal data with the secret PEPPER')
  await expect(explainTrial(await stored(), { ...row, age: 'old' })).rejects.toThrow('"age" must be a number, or empty.')
})

test('words are shaded by their share of the strongest, and long texts are cut', () => {
  const { runs, more } = prepareWords([
    { text: 'free', contribution: 2 },
    { text: ' ', contribution: null },
    { text: 'meeting', contribution: -1 },
    { text: 'the', contribution: 0.01 },
    { text: 'x'.repeat(5_000), contribution: null },
    { text: 'end', contribution: 1 },
  ])
  expect(runs.map(({ shade, isTowards }) => [shade, isTowards])).toEqual([
    [1, true],
    [0, true],
    [0.5, false],
    [0, true],
    [0, true],
  ])
  expect(runs[0]?.words).toBe('+2.0')
  expect(runs.map(({ at }) => at)).toEqual([0, 4, 5, 12, 15])
  expect(more).toBe(3)
})
