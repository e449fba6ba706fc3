import { describe, expect, test } from 'vitest'
import { recipeSchema } from './kinds'

const recipe = {
  estimator: { kind: 'naive-bayes', variant: 'multinomial', alpha: 1 },
  plan: { prepare: [], features: [] },
  target: 'label',
  table: 'a'.repeat(64),
  seed: 1,
}

describe('recipes', () => {
  test.each([
    [true, 'temperature'],
    [false, 'none'],
  ])('of earlier versions: calibrate %s is %s', (calibrate, calibration) => {
    expect(recipeSchema.parse({ ...recipe, calibrate })).toEqual({ ...recipe, calibration })
  })
  test('of this version stay as they are', () => {
    const threshold = { by: 'cost', positive: 'spam', costFalsePositive: 1, costFalseNegative: 9 }
    const now = { ...recipe, calibration: 'isotonic', threshold }
    expect(recipeSchema.parse(now)).toEqual(now)
    expect(recipeSchema.safeParse(recipe).success).toBe(false)
  })
})
