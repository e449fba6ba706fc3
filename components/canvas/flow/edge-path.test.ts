import { Position } from '@xyflow/react'
import { expect, test } from 'vitest'
import { edgePath } from './edge-path'

const ends = (sourceX: number, sourceY: number, targetX: number, targetY: number) => ({
  sourceX,
  sourceY,
  sourcePosition: Position.Right,
  targetX,
  targetY,
  targetPosition: Position.Left,
})
const numbers = (path: string) => path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? []

test('forward: one curve from port to port', () => {
  const [path, x] = edgePath(ends(220, 40, 270, 40), { under: 80, lane: 0 })
  expect(path).toMatch(/^M220,40 C/)
  expect(x).toBe(245)
})

test('back: out to the right, through the gap under the source, in from the left', () => {
  const [path] = edgePath(ends(1030, 47, 0, 600), { under: 70, lane: 1 })
  const ys = numbers(path).filter((_, i) => i % 2 === 1)
  // The gap is entered at 47 + 70, half a lane above its middle, and no other height is kept on the way.
  expect(ys).toContain(113.5)
  expect(Math.max(...numbers(path).filter((_, i) => i % 2 === 0))).toBe(1030 + 16 + 7)
  expect(path.startsWith('M1030 47')).toBe(true)
})

test('two edges that leave one node in different lanes share no stretch of the gap', () => {
  const heights = [0, 1, 2, 3].map((lane) => edgePath(ends(500, 50, 0, 300), { under: 70, lane })[0])
  expect(new Set(heights).size).toBe(4)
})
