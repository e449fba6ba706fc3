import type { z } from 'zod'
import type { split } from './spec'

/** Which part each row goes to: 0 train, 1 test, 2 validation. */
export type Parts = Uint8Array

type Shares = Pick<z.output<typeof split.params>, 'test' | 'validation'>

/** Any row may go to any part. */
export function assignRandomly(rows: number, shares: Shares, random: () => number): Parts {
  const parts = new Uint8Array(rows)
  assignShuffled(parts, range(rows), shares, random)
  return parts
}

/** Each part gets the same share of every class. A class too small for its share stays in train. */
export function assignByClass(labels: readonly string[], shares: Shares, random: () => number): Parts {
  const parts = new Uint8Array(labels.length)
  for (const rows of groupRows(labels).values()) assignShuffled(parts, rows, shares, random)
  return parts
}

/** The earliest rows train, the latest test; validation lies between. Rows without a time count as the earliest, equal times keep their order. */
export function assignByTime(times: Float64Array, shares: Shares): Parts {
  const parts = new Uint8Array(times.length)
  const at = (row: number) => {
    const time = times[row] ?? Number.NaN
    return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time
  }
  const order = range(times.length).sort((a, b) => (at(a) === at(b) ? a - b : at(a) < at(b) ? -1 : 1))
  const counts = countParts(order.length, shares)
  const trained = order.length - counts.test - counts.validation
  order.forEach((row, place) => {
    parts[row] = place < trained ? 0 : place < trained + counts.validation ? 2 : 1
  })
  return parts
}

/** All rows of a group go to one part. Groups are taken in random order until a part has its share of the rows. */
export function assignByGroup(groups: readonly string[], shares: Shares, random: () => number): Parts {
  const parts = new Uint8Array(groups.length)
  const counts = countParts(groups.length, shares)
  const filled = { test: 0, validation: 0 }
  const order = shuffled([...groupRows(groups).values()], random)
  const last = order.length - 1
  order.forEach((rows, place) => {
    // The last group trains whatever happens: a split that trains on nothing is of no use.
    const part = place === last ? 0 : fits('test', rows) ? 1 : fits('validation', rows) ? 2 : 0
    if (part === 1) filled.test += rows.length
    if (part === 2) filled.validation += rows.length
    for (const row of rows) parts[row] = part
  })
  return parts

  /** Takes a group while that brings the part nearer to its share than leaving the group would. */
  function fits(part: 'test' | 'validation', rows: number[]): boolean {
    return counts[part] > 0 && filled[part] + rows.length / 2 <= counts[part]
  }
}

function assignShuffled(parts: Parts, rows: number[], shares: Shares, random: () => number): void {
  const counts = countParts(rows.length, shares)
  shuffled(rows, random).forEach((row, place) => {
    parts[row] = place < counts.test ? 1 : place < counts.test + counts.validation ? 2 : 0
  })
}

/** Rounded shares of `rows`; at least one row is left to train on. */
function countParts(rows: number, { test, validation }: Shares): { test: number; validation: number } {
  const tested = Math.min(Math.round(rows * test), Math.max(0, rows - 1))
  return { test: tested, validation: Math.min(Math.round(rows * validation), Math.max(0, rows - 1 - tested)) }
}

function groupRows(keys: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  keys.forEach((key, row) => {
    const rows = groups.get(key)
    if (rows) rows.push(row)
    else groups.set(key, [row])
  })
  return groups
}

/** Fisher-Yates on a copy. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items]
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const [a, b] = [copy[i], copy[j]]
    if (a === undefined || b === undefined) continue
    copy[i] = b
    copy[j] = a
  }
  return copy
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}
