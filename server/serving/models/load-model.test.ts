import { expect, it } from 'vitest'
import { exportPipeline } from '#ml/onnx/export-pipeline'
import { fitOn, numberColumn } from '#ml/onnx/testing'
import { loadModel } from './load-model'

it('answers as the threshold of the file says, as sure as that answer is probable', async () => {
  const hours = Array.from({ length: 400 }, (_, i) => i % 24)
  // late mail is spam in a third of the cases
  const labels = hours.map((hour, i) => (hour >= 12 && i % 3 === 0 ? 'spam' : 'ham'))
  const pipeline = await fitOn({
    columns: { hour: numberColumn(hours) },
    target: labels,
    plan: {
      prepare: [],
      features: [{ kind: 'number', columns: ['hour'], impute: 'median', indicator: false, scale: 'standard' }],
    },
    threshold: { by: 'cost', positive: 'spam', costFalsePositive: 1, costFalseNegative: 5 },
  })
  const served = await loadModel({ versionId: 'v', version: 1, model: 'mail', bytes: exportPipeline(pipeline) }, async () => (row) => row)
  const [late, early] = await served.predict([{ hour: 18 }, { hour: 1 }])
  await served.close()
  if (!late || !early || 'value' in late || 'value' in early) throw new Error('the model is a classifier')
  expect([late.label, early.label]).toEqual(['spam', 'ham'])
  expect(late.confidence).toBe(late.probabilities[1])
  expect(late.confidence).toBeLessThan(0.5)
  expect(early.confidence).toBe(early.probabilities[0])
})
