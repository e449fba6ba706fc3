import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TableValue } from '#core/ports/kinds'
import { type TestStageContext, testStageContext } from '../testing'
import { assignByClass, assignByGroup, assignByTime, assignRandomly } from './assign'
import { run } from './run'
import { split } from './spec'

const counts = (parts: Uint8Array) => [0, 1, 2].map((part) => parts.filter((p) => p === part).length)
const never = () => 0.5

describe('assigning rows to parts', () => {
  test('random: exact shares, every row once', () => {
    expect(counts(assignRandomly(100, { test: 0.2, validation: 0.1 }, Math.random))).toEqual([70, 20, 10])
  })

  test('stratified: each class keeps its share; a class of one row trains', () => {
    const labels = [...Array(90).fill('ham'), ...Array(10).fill('spam'), 'once']
    const parts = assignByClass(labels, { test: 0.2, validation: 0 }, Math.random)
    expect(counts(parts.slice(0, 90))).toEqual([72, 18, 0])
    expect(counts(parts.slice(90, 100))).toEqual([8, 2, 0])
    expect(parts[100]).toBe(0)
  })

  test('time: the latest rows test, rows without a time train', () => {
    const parts = assignByTime(Float64Array.of(5, 1, Number.NaN, 4, 2, 3), { test: 1 / 3, validation: 1 / 6 })
    expect([...parts]).toEqual([1, 0, 0, 1, 0, 2])
  })

  test('group: no group is torn apart, and something is left to train on', () => {
    const groups = Array.from({ length: 200 }, (_, i) => `g${i % 17}`)
    const parts = assignByGroup(groups, { test: 0.3, validation: 0 }, Math.random)
    for (const group of new Set(groups)) expect(new Set(parts.filter((_, row) => groups[row] === group)).size).toBe(1)
    expect(Math.abs(parts.filter((p) => p === 1).length - 60)).toBeLessThanOrEqual(12)
    expect(counts(assignByGroup(['a', 'a', 'a'], { test: 0.5, validation: 0.4 }, never))).toEqual([3, 0, 0])
  })
})

describe('the stage', () => {
  let ctx: TestStageContext
  let table: TableValue
  beforeAll(async () => {
    ctx = await testStageContext()
    table = await ctx.table([
      { column: { name: 'n', type: 'integer' }, values: Array.from({ length: 50 }, (_, i) => i) },
      { column: { name: 'label', type: 'text' }, values: Array.from({ length: 50 }, (_, i) => (i % 5 === 0 ? 'spam' : 'ham')) },
    ])
  })
  afterAll(() => ctx.dispose())

  test('cuts the table into parts that keep the order of the rows and the plan', async () => {
    const params = split.params.parse({ label: 'label', test: 0.2, validation: 0.2 })
    const { train, test: held, validation } = await run({ params, inputs: { table }, ctx })
    expect([train.rows, held.rows, validation?.rows]).toEqual([30, 10, 10])
    const numbers = await Promise.all(
      [train, held, validation ?? train].map(async (part) => (await ctx.cells(part)).map(([n]) => Number(n))),
    )
    for (const part of numbers) expect(part).toEqual([...part].sort((a, b) => a - b))
    expect(numbers.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect((await ctx.cells(held)).filter(([, label]) => label === 'spam')).toHaveLength(2)
  })

  test('the same seed gives the same bytes, another seed others', async () => {
    const params = split.params.parse({ method: 'random' })
    const artifacts = []
    for (const seed of [7, 7, 8]) {
      const other = await testStageContext({ seed })
      const copy = await other.table([{ column: { name: 'n', type: 'integer' }, values: Array.from({ length: 50 }, (_, i) => i) }])
      artifacts.push((await run({ params, inputs: { table: copy }, ctx: other })).train.artifact)
      await other.dispose()
    }
    expect(artifacts[0]).toBe(artifacts[1])
    expect(artifacts[0]).not.toBe(artifacts[2])
  })

  test.each([
    [{ method: 'stratified', label: 'lable' }, 'There is no column "lable"', 'label'],
    [{ method: 'stratified' }, 'Choose the label column.', 'label'],
    [{ method: 'time', time: 'label' }, 'is text, not a time', 'time'],
  ])('%j says what is wrong', async (input, message, param) => {
    const error = await run({ params: split.params.parse(input), inputs: { table }, ctx }).catch((e) => e)
    expect(error.message).toContain(message)
    expect(error.hint.param).toBe(param)
  })

  test('one row, or one group, cannot be cut', async () => {
    const one = await ctx.table([{ column: { name: 'g', type: 'text' }, values: ['a'] }])
    const same = await ctx.table([{ column: { name: 'g', type: 'text' }, values: ['a', 'a', 'a'] }])
    const params = split.params.parse({ method: 'group', group: 'g' })
    await expect(run({ params, inputs: { table: one }, ctx })).rejects.toThrow('one row')
    await expect(run({ params, inputs: { table: same }, ctx })).rejects.toThrow('bring more groups')
  })
})
