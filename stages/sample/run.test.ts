import { afterEach, describe, expect, it } from 'vitest'
import { type TestStageContext, testStageContext } from '../testing'
import { allot, run } from './run'
import { sample } from './spec'

let ctx: TestStageContext | undefined
afterEach(() => ctx?.dispose())

async function draw(params: Record<string, unknown>, rows = 1000, seed = 42) {
  ctx = await testStageContext({ seed })
  const table = await ctx.table([
    { column: { name: 'i', type: 'integer' }, values: Array.from({ length: rows }, (_, index) => index) },
    {
      column: { name: 'label', type: 'text' },
      values: Array.from({ length: rows }, (_, index) => (index % 100 === 0 ? 'rare' : index % 2 ? 'a' : 'b')),
    },
  ])
  const drawn = await run({ params: sample.params.parse(params), inputs: { table }, ctx })
  return (await ctx.cells(drawn.table)).map(([i, label]) => ({ i: Number(i), label }))
}

it('draws exactly so many rows, in their order, others with another seed', async () => {
  const first = await draw({ rows: 100 })
  expect(first).toHaveLength(100)
  expect(first.map(({ i }) => i)).toEqual(first.map(({ i }) => i).toSorted((a, b) => a - b))
  await ctx?.dispose()
  expect(await draw({ rows: 100 }, 1000, 7)).not.toEqual(first)
})

it('draws a share, and keeps a smaller table whole', async () => {
  expect(await draw({ by: 'share', share: 0.25 })).toHaveLength(250)
  await ctx?.dispose()
  expect(await draw({ rows: 100 }, 20)).toHaveLength(20)
})

it('keeps the shares of a column, and no value disappears', async () => {
  const rows = await draw({ rows: 50, stratify: 'label' })
  expect(rows).toHaveLength(50)
  expect(rows.filter(({ label }) => label === 'rare')).toHaveLength(1)
  expect(Math.abs(rows.filter(({ label }) => label === 'a').length - 25)).toBeLessThanOrEqual(1)
})

describe('allot', () => {
  it.each([
    [[50, 30, 20], 10, [5, 3, 2]],
    [[97, 1, 1, 1], 10, [7, 1, 1, 1]],
    [[1, 1, 1, 1], 2, [1, 1, 0, 0]],
    [[3, 3], 6, [3, 3]],
    [[], 0, []],
  ])('%j, %i wanted', (sizes, wanted, counts) => expect(allot(sizes, wanted)).toEqual(counts))

  it('is quick with many groups', () => {
    const counts = allot(
      Array.from({ length: 100_000 }, (_, index) => (index % 7) + 1),
      150_000,
    )
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(150_000)
  })
})
