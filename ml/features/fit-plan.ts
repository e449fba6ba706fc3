import { type CategoryBlock, categoryCodes, codesOf, fitCategory } from './category-block'
import { fitNumber, type NumberBlock, scaledNumber } from './number-block'
import type { RawColumn } from './raw-columns'
import type { SparseRows } from './sparse-rows'
import { fitText, type TextBlock, writeText } from './text-block'

export type FeatureBlock = TextBlock | CategoryBlock | NumberBlock

/** Fitted feature steps: block i reads raw column i, and its terms follow those of block i - 1. */
export type FittedFeatures = { blocks: FeatureBlock[]; terms: number }

/** Fits every feature step on the given rows of the raw columns, and on no others. */
export function fitFeatures(raw: readonly RawColumn[], rows: Int32Array): FittedFeatures {
  const blocks: FeatureBlock[] = []
  let offset = 0
  for (const column of raw) {
    const block = fitBlock(column, rows, offset)
    offset += block.terms
    blocks.push(block)
  }
  return { blocks, terms: offset }
}

/** Turns the given rows of the raw columns into sparse rows over the fitted terms. */
export function transformFeatures(features: FittedFeatures, raw: readonly RawColumn[], rows: Int32Array): SparseRows {
  const writers = features.blocks.map((block, i) => writerOf(block, raw[i]))
  let room = 0
  for (const row of rows) for (const writer of writers) room += writer.room(row)
  const ptr = new Int32Array(rows.length + 1)
  const ids = new Int32Array(room)
  const values = new Float32Array(room)
  let used = 0
  for (const [i, row] of rows.entries()) {
    for (const writer of writers) used = writer.write(row, ids, values, used)
    ptr[i + 1] = used
  }
  return {
    rows: rows.length,
    terms: features.terms,
    codes: codesPerTerm(features),
    nameOf: (term) => featureName(features, term),
    ptr,
    ids: ids.subarray(0, used),
    values: values.subarray(0, used),
  }
}

/** How people read a term: `body: free money`, `sender = x`, `amount`. */
export function featureName(features: FittedFeatures, term: number): string {
  const block = features.blocks.find(({ offset, terms }) => term >= offset && term < offset + terms)
  if (!block) return ''
  const at = term - block.offset
  if (block.kind === 'number') return at === 0 ? block.name : `${block.name} is missing`
  if (block.kind === 'text') return `${block.name}: ${block.table.text(block.kept[at] ?? 0, block.form.unit === 'word' ? ' ' : '')}`
  if (block.encoding === 'codes') return block.name
  const value = block.values[at]
  return value === undefined ? `${block.name} is another value` : `${block.name} = ${value === '' ? '(missing)' : value}`
}

/** Codes per term, 0 for numbers; null when there are no columns of codes. */
function codesPerTerm({ blocks, terms }: FittedFeatures): Int32Array | null {
  const coded = blocks.filter((block) => block.kind === 'category' && block.encoding === 'codes')
  if (coded.length === 0) return null
  const codes = new Int32Array(terms)
  for (const block of coded) if (block.kind === 'category') codes[block.offset] = codesOf(block)
  return codes
}

function fitBlock(column: RawColumn, rows: Int32Array, offset: number): FeatureBlock {
  switch (column.kind) {
    case 'text':
      return fitText(column, rows, offset)
    case 'category':
      return fitCategory(column, rows, offset)
    case 'number':
      return fitNumber(column, rows, offset)
  }
}

type Writer = {
  /** At most so many terms in the row. */
  room(row: number): number
  write(row: number, ids: Int32Array, values: Float32Array, at: number): number
}

function writerOf(block: FeatureBlock, column: RawColumn | undefined): Writer {
  if (block.kind === 'text' && column?.kind === 'text') {
    const { counted } = column
    return {
      room: (row) => (counted.ptr[row + 1] ?? 0) - (counted.ptr[row] ?? 0),
      write: (row, ids, values, at) => writeText(block, counted, row, ids, values, at),
    }
  }
  if (block.kind === 'category' && column?.kind === 'category') {
    const codes = categoryCodes(block, column.values)
    const isCode = block.encoding === 'codes'
    return {
      room: () => 1,
      write: (row, ids, values, at) => {
        const code = codes[column.codes[row] ?? 0] ?? -1
        if (code < 0 && !isCode) return at
        ids[at] = block.offset + (isCode ? 0 : code)
        values[at] = isCode ? (code < 0 ? Number.NaN : code) : 1
        return at + 1
      },
    }
  }
  if (block.kind === 'number' && column?.kind === 'number') {
    return {
      room: () => block.terms,
      write: (row, ids, values, at) => {
        const value = column.values[row] ?? Number.NaN
        ids[at] = block.offset
        values[at] = scaledNumber(block, value)
        if (!block.hasIndicator) return at + 1
        ids[at + 1] = block.offset + 1
        values[at + 1] = Number.isNaN(value) ? 1 : 0
        return at + 2
      },
    }
  }
  throw new TypeError(`Block ${block.kind} of "${block.name}" was given a ${column?.kind ?? 'missing'} column.`)
}
