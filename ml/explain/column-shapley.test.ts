import { describe, expect, test } from 'vitest'
import { seededRandom } from '#ml/estimators/random'
import { columnShapley } from './column-shapley'

/** A game with two answers, in which columns act together: a sum over all subsets of the known ones. */
function game(columns: number, seed = 5) {
  const random = seededRandom(seed)
  const worth = Float64Array.from({ length: columns }, () => random() * 4 - 2)
  const pairs = Array.from({ length: columns }, () => Float64Array.from({ length: columns }, () => random() - 0.5))
  return (known: readonly number[]): [number, number] => {
    let sum = 1
    for (const i of known) {
      sum += worth[i] ?? 0
      for (const j of known) if (j < i) sum += pairs[i]?.[j] ?? 0
    }
    return [sum, sum * sum]
  }
}

const knownIn = (subsets: Uint8Array, row: number, columns: number) =>
  Array.from({ length: columns }, (_, i) => i).filter((i) => subsets[row * columns + i] === 1)

const asker = (columns: number, value: (known: readonly number[]) => [number, number]) => async (subsets: Uint8Array) =>
  Array.from({ length: subsets.length / columns }, (_, row) => value(knownIn(subsets, row, columns))).flat()

/** By another definition: the mean gain over all orders of the columns. */
function overAllOrders(columns: number, value: (known: readonly number[]) => [number, number]): number[][] {
  const gains = Array.from({ length: columns }, () => [0, 0])
  let orders = 0
  const visit = (order: number[], rest: number[]): void => {
    if (rest.length === 0) {
      orders += 1
      for (const [step, column] of order.entries()) {
        const [before, after] = [value(order.slice(0, step)), value(order.slice(0, step + 1))]
        for (const k of [0, 1] as const) (gains[column] ?? [])[k] = (gains[column]?.[k] ?? 0) + after[k] - before[k]
      }
      return
    }
    for (const next of rest)
      visit(
        [...order, next],
        rest.filter((i) => i !== next),
      )
  }
  visit(
    [],
    Array.from({ length: columns }, (_, i) => i),
  )
  return gains.map((pair) => pair.map((sum) => sum / orders))
}

describe('Shapley values of columns', () => {
  test.each([1, 2, 5, 6])('of %i columns are the mean gains over all orders', async (columns) => {
    const value = game(columns)
    const { parts, errors, base, full } = await columnShapley(columns, 2, { ask: asker(columns, value), seed: 1 })
    for (const [i, pair] of overAllOrders(columns, value).entries())
      for (const [k, exact] of pair.entries()) expect(parts[i * 2 + k]).toBeCloseTo(exact, 10)
    expect(errors).toBeNull()
    expect([...base]).toEqual(value([]))
    expect([...full]).toEqual(value(Array.from({ length: columns }, (_, i) => i)))
  })

  test('of no columns are none', async () => {
    const { parts, base, full } = await columnShapley(0, 2, { ask: async () => [3, 4], seed: 1 })
    expect([parts.length, ...base, ...full]).toEqual([0, 3, 4, 3, 4])
  })

  test('of 14 columns are drawn: they add up, the same seed gives the same, and nearly all lie within three standard errors', async () => {
    const columns = 14
    const value = game(columns)
    const draw = (seed: number) => columnShapley(columns, 2, { ask: asker(columns, value), seed })
    const { parts, errors, base, full } = await draw(3)
    expect(await draw(3)).toEqual({ parts, errors, base, full })
    expect((await draw(4)).parts).not.toEqual(parts)
    for (const k of [0, 1]) {
      const sum = parts.reduce((total, part, i) => total + (i % 2 === k ? part : 0), base[k] ?? 0)
      expect(sum).toBeCloseTo(full[k] ?? 0, 8)
    }
    // of pairs that act together each has half: exact for the first answer, and an order beside its reverse gives it without error
    const exact = Array.from({ length: columns }, (_, i) => {
      const alone = value([i])[0] - 1
      const together = Array.from({ length: columns }, (_, j) => (j === i ? 0 : value([i, j])[0] - value([i])[0] - value([j])[0] + 1))
      return alone + together.reduce((sum, each) => sum + each, 0) / 2
    })
    for (const [i, each] of exact.entries()) {
      expect(parts[i * 2]).toBeCloseTo(each, 9)
      expect(errors?.[i * 2]).toBeLessThan(1e-6)
    }
    const far = (await Promise.all([5, 6, 7, 8].map(draw))).flatMap((one) =>
      Array.from({ length: columns }, (_, i) => {
        const gap = Math.abs((one.parts[i * 2 + 1] ?? 0) - (parts[i * 2 + 1] ?? 0))
        return gap > 3 * Math.hypot(one.errors?.[i * 2 + 1] ?? 0, errors?.[i * 2 + 1] ?? 0)
      }),
    )
    expect(errors?.[1]).toBeGreaterThan(0)
    expect(far.filter(Boolean).length).toBeLessThan(3)
  })
})
