import { expect, it } from 'vitest'
import { preparePicture } from './prepare-picture.ts'

const stage = (x: number, y: number) => ({ x, y, type: 'split', status: null })

it.each([
  ['one', [stage(500, 900)]],
  ['a row', [stage(0, 0), stage(276, 0), stage(552, 0)]],
  ['a column', [stage(0, 0), stage(0, 132), stage(0, 264), stage(0, 1320)]],
  ['many', Array.from({ length: 300 }, (_, i) => stage((i % 30) * 276, Math.floor(i / 30) * 132))],
])('%s stays inside its box', (_, stages) => {
  const { boxes, node } = preparePicture({ stages, edges: [] }, 360, 112)
  for (const { x, y } of boxes) {
    expect(x).toBeGreaterThanOrEqual(0)
    expect(y).toBeGreaterThanOrEqual(0)
    expect(x + node.width).toBeLessThanOrEqual(360)
    expect(y + node.height).toBeLessThanOrEqual(112)
  }
})

it('draws nothing of nothing', () => {
  expect(preparePicture({ stages: [], edges: [] }, 360, 112).boxes).toEqual([])
})

it('joins boxes', () => {
  expect(preparePicture({ stages: [stage(0, 0), stage(276, 0)], edges: [[0, 1]] }, 360, 112).lines).toHaveLength(1)
})
