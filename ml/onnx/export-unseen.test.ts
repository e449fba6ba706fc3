import { describe, expect, test } from 'vitest'
import { predictPipeline } from '#ml/pipeline/predict'
import { fitTasteful, itemName } from '#ml/recommend/testing'
import { exportPipeline } from './export-pipeline'
import { compareWithOnnx, type RuntimeName, textColumn } from './testing'

describe.each(['ease', 'als', 'item-item', 'popularity'])('a recommender by %s', (algorithm) => {
  const small = fitTasteful(algorithm, { users: 150 })
  test.each<RuntimeName>(['native', 'web'])('answers alike in %s', async (runtime) => {
    const { pipeline, histories } = await small
    const all = pipeline.classes.join('|')
    const odd = [
      '',
      '|',
      'never seen',
      `${itemName(3)}||${itemName(3)}|never seen|${itemName(7)}`,
      all,
      all.slice(all.indexOf('|') + 1),
      itemName(5),
    ]
    for (const texts of [histories, odd, ['', '']]) {
      const columns = { history: textColumn(texts) }
      const { difference, labels } = await compareWithOnnx(exportPipeline(pipeline), pipeline, columns, runtime)
      expect(difference).toBeLessThanOrEqual(1e-5)
      expect(labels).toBe(0)
    }
  })
  test('never answers what is in the list, unless all are', async () => {
    const { pipeline, histories } = await small
    const { labels, probabilities } = predictPipeline(pipeline, { history: textColumn(histories) })
    for (const [row, label] of labels.entries()) {
      const had = histories[row]?.split('|') ?? []
      expect(had).not.toContain(pipeline.classes[label])
      for (const item of had) expect(probabilities[row * pipeline.classes.length + pipeline.classes.indexOf(item)]).toBe(0)
    }
    const everything = predictPipeline(pipeline, { history: textColumn([pipeline.classes.join('|')]) })
    for (const p of everything.probabilities) expect(p).toBeCloseTo(1 / pipeline.classes.length, 6)
  })
  test.each<RuntimeName>(['native', 'web'])('of 1,200 items and long lists answers alike in %s', async (runtime) => {
    const { pipeline, histories } = await fitTasteful(algorithm, { users: 60, items: 1_200, each: 150 })
    const columns = { history: textColumn(histories.slice(0, 40)) }
    const { difference, labels } = await compareWithOnnx(exportPipeline(pipeline), pipeline, columns, runtime)
    expect(difference).toBeLessThanOrEqual(1e-5)
    expect(labels).toBe(0)
  })
})
