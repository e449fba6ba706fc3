import { type CategoryBlock, categoryCodes, encodeOwnRows, fitCategory } from './category-block'
import { fitComponentsBlock, projectBlock, projectNow } from './components-block'
import { codesPerTerm, type FeatureBlock, type FittedFeatures, featureName, termsByPlace } from './fitted-features'
import { fitList, listTerms, type RawList, writeList } from './list-block'
import { fitNumber, isPlain, writeNumber, writeNumbers } from './number-block'
import type { RawColumn } from './read-raw-columns'
import { selectTerms } from './select-terms'
import type { SparseRows } from './sparse-rows'
import type { CountedRows } from './term-counter'
import { fitText, writeText } from './text-block'
import { fitVectors, roomForSums, writeVectors } from './vectors-block'

/** What a fitted block reads of rows. */
export type RawValues =
  | { kind: 'text'; counted: CountedRows }
  | { kind: 'category'; values: readonly string[]; codes: Int32Array }
  | Pick<RawList, 'kind' | 'values' | 'ptr' | 'codes'>
  | { kind: 'number'; values: Float32Array }
  | { kind: 'vectors'; counted: CountedRows }
  | { kind: 'selection' }
  | { kind: 'components'; before: readonly RawValues[] }

/** Fits every feature step on the given rows of the raw columns, and on no others. */
export async function fitFeatures(raw: readonly RawColumn[], rows: Int32Array, signal?: AbortSignal): Promise<FittedFeatures> {
  let fitted: FittedFeatures = { blocks: [], kept: null, terms: 0 }
  let offset = 0
  for (const [i, column] of raw.entries()) {
    if (column.kind === 'selection') {
      const chosen = selectTerms(await transformTrainingRows(fitted, raw.slice(0, i), rows, signal), rows, column)
      const { kept } = fitted
      fitted = {
        blocks: [...fitted.blocks, { kind: 'selection', offset, terms: 0 }],
        kept: kept === null ? chosen : chosen.map((term) => kept[term] ?? 0),
        terms: chosen.length,
      }
      continue
    }
    const block = await fitBlock(column, rows, offset, signal)
    const { kept } = fitted
    const first = offset
    fitted = {
      blocks: [...fitted.blocks, block],
      kept: kept && Int32Array.from({ length: kept.length + block.terms }, (_, term) => kept[term] ?? first + term - kept.length),
      terms: fitted.terms + block.terms,
    }
    offset += block.terms
  }
  return fitted
}

/**
 * Fits on the given rows and returns what a model learns from them. That is their transform but for categories encoded by the
 * target, which here come from other rows, so that no row sees its own answer.
 */
export async function fitTrainingRows(
  raw: readonly RawColumn[],
  rows: Int32Array,
  signal?: AbortSignal,
): Promise<{ features: FittedFeatures; x: SparseRows }> {
  const features = await fitFeatures(raw, rows, signal)
  return { features, x: await transformTrainingRows(features, raw, rows, signal) }
}

/** Turns the given rows of the raw columns into sparse rows over the fitted terms. */
export function transformFeatures(features: FittedFeatures, raw: readonly RawValues[], rows: Int32Array): SparseRows {
  return writeRows(
    features,
    features.blocks.map((block, i) => writerOf(block, raw[i], rows)),
    rows,
  )
}

async function transformTrainingRows(
  features: FittedFeatures,
  raw: readonly RawColumn[],
  rows: Int32Array,
  signal?: AbortSignal,
): Promise<SparseRows> {
  const [first, [column]] = [features.blocks[0], raw]
  // only the first block can be components: they hold all that was before them
  const projected =
    first?.kind === 'components' && column?.kind === 'components'
      ? await projectBlock(first, await transformTrainingRows(first.inner, column.before, rows, signal), signal)
      : null
  const writers = features.blocks.map((block, i) => {
    const column = raw[i]
    if (block.kind === 'components' && projected) return numbersWriter(block, (_row, i) => i, projected)
    if (block.kind !== 'category' || block.encoding !== 'target' || column?.kind !== 'category') return writerOf(block, column, rows)
    const encoded = encodeOwnRows(block, column, rows, column.supervision)
    return numbersWriter(block, (_row, i) => i, encoded)
  })
  return writeRows(features, writers, rows)
}

function writeRows(features: FittedFeatures, writers: readonly Writer[], rows: Int32Array): SparseRows {
  const termAt = termsByPlace(features)
  const columns = termAt ? [] : writers.flatMap(({ writeAll }) => writeAll ?? [])
  const isTable = columns.length === writers.length
  const room = isTable ? rows.length * columns.length : roomFor(writers, rows)
  const ptr = new Int32Array(rows.length + 1)
  const ids = new Int32Array(room)
  const values = new Float32Array(room)
  let used = 0
  if (isTable) {
    // a table of numbers: column by column is several times as fast
    for (const [at, writeAll] of columns.entries()) writeAll(rows, ids, values, at, columns.length)
    for (let i = 0; i < rows.length; i++) ptr[i + 1] = (i + 1) * columns.length
    used = room
  } else
    for (const [i, row] of rows.entries()) {
      const from = used
      for (const writer of writers) used = writer.write(row, ids, values, used, i)
      if (termAt) used = keepTerms(termAt, ids, values, from, used)
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

function roomFor(writers: readonly Writer[], rows: Int32Array): number {
  let room = 0
  for (const writer of writers) for (let i = 0; i < rows.length; i++) room += writer.room(rows[i] ?? 0)
  return room
}

function keepTerms(termAt: Int32Array, ids: Int32Array, values: Float32Array, from: number, to: number): number {
  let used = from
  for (let j = from; j < to; j++) {
    const term = termAt[ids[j] ?? 0] ?? -1
    if (term < 0) continue
    ids[used] = term
    values[used++] = values[j] ?? 0
  }
  return used
}

async function fitBlock(
  column: Exclude<RawColumn, { kind: 'selection' }>,
  rows: Int32Array,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<FeatureBlock> {
  switch (column.kind) {
    case 'text':
      return fitText(column, rows, offset)
    case 'category':
      return fitCategory(column, rows, offset, column.supervision)
    case 'list':
      return fitList(column, rows, offset)
    case 'number':
      return fitNumber(column, rows, offset)
    case 'vectors':
      return fitVectors(column, rows, offset)
    case 'components': {
      const inner = await fitFeatures(column.before, rows, signal)
      return fitComponentsBlock(column.step, inner, await transformTrainingRows(inner, column.before, rows, signal), signal)
    }
  }
}

type Writer = {
  /** At most so many terms in the row. */
  room(row: number): number
  /** Row `row` of the raw columns is the `i`-th of those asked for. */
  write(row: number, ids: Int32Array, values: Float32Array, at: number, i: number): number
  /** Of blocks that write one term in every row: writes it for all rows, one each `stride` places from `at` on. */
  writeAll?(rows: Int32Array, ids: Int32Array, values: Float32Array, at: number, stride: number): void
}

/** `rows`: those that will be asked for, in this order. */
function writerOf(block: FeatureBlock, column: RawValues | undefined, rows: Int32Array): Writer {
  if (block.kind === 'selection') return { room: () => 0, write: (_row, _ids, _values, at) => at }
  if (block.kind === 'text' && column?.kind === 'text') {
    const { counted } = column
    return {
      room: (row) => (counted.ptr[row + 1] ?? 0) - (counted.ptr[row] ?? 0),
      write: (row, ids, values, at) => writeText(block, counted, row, ids, values, at),
    }
  }
  if (block.kind === 'category' && column?.kind === 'category') return categoryWriter(block, column)
  if (block.kind === 'list' && column?.kind === 'list') {
    const terms = listTerms(block, column.values)
    return {
      room: (row) => (column.ptr[row + 1] ?? 0) - (column.ptr[row] ?? 0),
      write: (row, ids, values, at) => writeList(column, terms, row, ids, values, at),
    }
  }
  if (block.kind === 'number' && column?.kind === 'number') {
    const most = 1 + (block.hasIndicator ? 1 : 0)
    return {
      room: () => most,
      write: (row, ids, values, at) => writeNumber(block, column.values[row] ?? Number.NaN, ids, values, at),
      ...(isPlain(block) && {
        writeAll: (rows, ids, values, at, stride) => writeNumbers(block, column.values, { rows, ids, values, at, stride }),
      }),
    }
  }
  if (block.kind === 'vectors' && column?.kind === 'vectors') {
    const sums = roomForSums(block)
    return {
      room: () => block.terms,
      write: (row, ids, values, at) => writeVectors(block, column.counted, row, { ids, values, at, sums }),
    }
  }
  if (block.kind === 'components' && column?.kind === 'components')
    return numbersWriter(block, (_row, i) => i, projectNow(block, transformFeatures(block.inner, column.before, rows)))
  throw new TypeError(`Block ${block.kind} of "${'name' in block ? block.name : ''}" was given a ${column?.kind ?? 'missing'} column.`)
}

function categoryWriter(block: CategoryBlock, column: Extract<RawValues, { kind: 'category' }>): Writer {
  const codes = categoryCodes(block, column.values)
  const codeOf = (row: number) => codes[column.codes[row] ?? 0] ?? -1
  if (block.numbers) {
    const others = block.values.length
    return numbersWriter(
      block,
      (row) => {
        const code = codeOf(row)
        return code < 0 ? others : code
      },
      block.numbers,
    )
  }
  const isCode = block.encoding === 'codes'
  return {
    room: () => 1,
    write: (row, ids, values, at) => {
      const code = codeOf(row)
      if (code < 0 && !isCode) return at
      ids[at] = block.offset + (isCode ? 0 : code)
      values[at] = isCode ? (code < 0 ? Number.NaN : code) : 1
      return at + 1
    },
  }
}

/** Writes line `lineOf(row, i)` of a table [lines][terms]. */
function numbersWriter(
  { offset, terms }: Pick<FeatureBlock, 'offset' | 'terms'>,
  lineOf: (row: number, i: number) => number,
  table: Float32Array,
): Writer {
  return {
    room: () => terms,
    write: (row, ids, values, at, i) => {
      const line = lineOf(row, i) * terms
      for (let term = 0; term < terms; term++) {
        ids[at + term] = offset + term
        values[at + term] = table[line + term] ?? 0
      }
      return at + terms
    },
  }
}
