import type { CategoryStep } from '#core/ports/plan'
import type { Supervision } from './answers'
import { encodeOutOfFold, encodeTarget, targetWidth } from './target-encoding'

/** A fitted category column: one-hot, the codes of its values in one column, or numbers that stand for them. */
export type CategoryBlock = {
  kind: 'category'
  name: string
  /** The raw columns; values of several are joined by `joiner`. */
  from: readonly string[]
  encoding: CategoryStep['encoding']
  /** Kept values by descending count; value i is term `offset + i`, or code i. */
  values: string[]
  /**
   * Rarer and unseen values share the last term, or the last code. Without rare values in training, unseen ones are all
   * zeros, or a missing code.
   */
  hasOther: boolean
  /** Of `ordinal` and `target`: numbers [values + 1][terms], the last ones for every other value. */
  numbers: Float32Array | null
  /** Of `target` with classes: what the terms are shares of. */
  classes: readonly string[] | null
  offset: number
  terms: number
}

/** Stands between values of crossed columns; no keyboard has it. */
export const joiner = '\u001f'
const defaultSmoothing = 10

type RawCategory = {
  name: string
  from: readonly string[]
  step: Pick<CategoryStep, 'minRows' | 'maxValues' | 'encoding' | 'smoothing'>
  values: readonly string[]
  codes: Int32Array
}

/**
 * Keeps values with at least `minRows` of the given rows, at most `maxValues` by count (ties: code-unit order). Only
 * `target` reads the answers.
 */
export function fitCategory(raw: RawCategory, rows: Int32Array, offset: number, supervision?: Supervision): CategoryBlock {
  const { name, from } = raw
  const counts = new Int32Array(raw.values.length)
  for (const row of rows) {
    const code = raw.codes[row] ?? 0
    counts[code] = (counts[code] ?? 0) + 1
  }
  const seen = raw.values.map((value, code) => ({ value, count: counts[code] ?? 0 })).filter(({ count }) => count > 0)
  seen.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  const kept = seen.filter(({ count }) => count >= raw.step.minRows).slice(0, raw.step.maxValues)
  const hasOther = kept.length < seen.length
  const { encoding } = raw.step
  const values = kept.map(({ value }) => value)
  const plain: CategoryBlock = { kind: 'category', name, from, encoding, values, hasOther, numbers: null, classes: null, offset, terms: 1 }
  switch (encoding) {
    case 'codes':
      return plain
    case 'one-hot':
      return { ...plain, terms: kept.length + (hasOther ? 1 : 0) }
    case 'ordinal':
      return { ...plain, numbers: Float32Array.from({ length: kept.length + 1 }, (_, rank) => rank) }
    case 'target': {
      const learned = targetNumbers(plain, raw, rows, supervised(supervision))
      return { ...plain, ...learned }
    }
  }
}

/** The encoding of the rows that a `target` block was fitted on, [rows.length][terms]; no row sees its own answer. */
export function encodeOwnRows(block: CategoryBlock, raw: RawCategory, rows: Int32Array, supervision?: Supervision): Float32Array {
  const codeOf = numberedCodes(block, raw)
  const { smoothing = defaultSmoothing } = raw.step
  return encodeOutOfFold(codeOf, rows, { ...supervised(supervision), codes: block.values.length + 1, smoothing })
}

/** How many codes the column has; 0 when it is numbers. */
export function codesOf(block: CategoryBlock): number {
  return block.encoding === 'codes' ? block.values.length + (block.hasOther ? 1 : 0) : 0
}

/** Value of the raw column -> code of the block, or -1 for none. */
export function categoryCodes(block: CategoryBlock, values: readonly string[]): Int32Array {
  const known = new Map(block.values.map((value, i) => [value, i]))
  const other = block.hasOther ? block.values.length : -1
  return Int32Array.from(values, (value) => known.get(value) ?? other)
}

/** How people read a term of the block, by its place in it: `sender = x`, `sender: share of spam`. */
export function categoryName({ name, encoding, values, classes }: CategoryBlock, at: number): string {
  switch (encoding) {
    case 'codes':
      return name
    case 'ordinal':
      return `rank of ${name}`
    case 'target':
      return classes === null ? `${name}: mean of the target` : `${name}: share of ${classes[at] ?? ''}`
    case 'one-hot': {
      const value = values[at]
      if (value === undefined) return `${name} is another value`
      const parts = value.split(joiner).map((part) => (part === '' ? '(missing)' : part))
      return `${name} = ${parts.join(' and ')}`
    }
  }
}

function targetNumbers(block: CategoryBlock, raw: RawCategory, rows: Int32Array, { answers }: Supervision) {
  const { smoothing = defaultSmoothing } = raw.step
  const numbers = encodeTarget(numberedCodes(block, raw), rows, { answers, codes: block.values.length + 1, smoothing })
  const terms = targetWidth(answers)
  const classes = answers.classes !== null && terms === 1 ? answers.classes.slice(1) : answers.classes
  return { numbers, classes, terms }
}

/** Row -> code; every value that was not kept has the last. */
function numberedCodes(block: CategoryBlock, raw: RawCategory): (row: number) => number {
  const codes = categoryCodes({ ...block, hasOther: true }, raw.values)
  return (row) => codes[raw.codes[row] ?? 0] ?? block.values.length
}

function supervised(supervision: Supervision | undefined): Supervision {
  if (supervision) return supervision
  throw new TypeError('Categories were to be encoded by the target, but no answers were given.')
}
