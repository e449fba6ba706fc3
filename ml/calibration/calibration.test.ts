import { describe, expect, test } from 'vitest'
import { fitTemperature } from './temperature'

describe('temperature', () => {
  test('finds back the factor that logits were multiplied by', async () => {
    // rows whose labels follow softmax(z) exactly in frequency: 1000 rows of p = (0.8, 0.2), 1000 of (0.4, 0.6)
    const logits = new Float32Array(4000)
    const labels = new Int32Array(2000)
    for (let row = 0; row < 2000; row++) {
      const p = row < 1000 ? 0.8 : 0.4
      logits[row * 2] = 3 * Math.log(p)
      logits[row * 2 + 1] = 3 * Math.log(1 - p)
      labels[row] = row % 1000 < p * 1000 ? 0 : 1
    }
    expect(await fitTemperature(logits, labels, 2)).toBeCloseTo(3, 4)
  })
  test('stays in its bounds when all rows are right', async () => {
    expect(await fitTemperature(Float32Array.of(1, 0, 0, 1), Int32Array.of(0, 1), 2)).toBeGreaterThanOrEqual(0.02)
  })
})
