import { expect, test } from 'vitest'
import { artifactsOfPlan, emptyPlan, type Plan, vectorsStepSchema } from './plan'

const step = (artifact: string) =>
  vectorsStepSchema.parse({
    kind: 'vectors',
    columns: ['text'],
    artifact: artifact.repeat(64),
    words: 10,
    dimensions: 3,
    weighting: 'mean',
    lowercase: true,
    indicator: false,
  })

test('a plan needs the artifacts of its word vectors, each once', () => {
  const plan: Plan = {
    prepare: [],
    features: [step('a'), { kind: 'selection', columns: [], method: 'variance', keep: 1, above: 0 }, step('b'), step('a')],
  }
  expect(artifactsOfPlan(plan)).toEqual(['a'.repeat(64), 'b'.repeat(64)])
  expect(artifactsOfPlan(emptyPlan)).toEqual([])
})
