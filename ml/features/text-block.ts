import type { TextStep } from '#core/ports/plan'
import type { CountedRows, TermForm } from './term-counter'
import type { TermTable } from './term-table'

/** A fitted vocabulary of one text column. */
export type TextBlock = {
  kind: 'text'
  name: string
  form: TermForm
  weighting: TextStep['weighting']
  sublinear: boolean
  /** Of hashed words it is empty: ids are buckets, of which there are 2^hashBits. */
  table: TermTable
  hashBits: number | null
  /** Id in `table` -> term of this block, or -1 when it was not kept. */
  local: Int32Array
  /** Term of this block -> id in `table`, ascending. */
  kept: Int32Array
  /** Per term; all 1 unless the weighting is tf-idf. */
  idf: Float32Array
  /** First term of this block among all terms. */
  offset: number
  terms: number
}

/**
 * Chooses the vocabulary on the given rows: terms in at least `minRows` and at most `maxShare` of them, the `maxTerms`
 * most frequent (ties: seen first). idf = ln((1 + n) / (1 + df)) + 1, as scikit-learn's TfidfTransformer(smooth_idf=True).
 */
export function fitText(
  raw: { name: string; step: TextStep; form: TermForm; table: TermTable; counted: CountedRows },
  rows: Int32Array,
  offset: number,
): TextBlock {
  const { step, table, counted } = raw
  const hashBits = step.hashBits ?? null
  const size = hashBits === null ? table.size : 2 ** hashBits
  const inRows = new Int32Array(size)
  const total = new Float64Array(size)
  for (const row of rows) {
    for (let j = counted.ptr[row] ?? 0, end = counted.ptr[row + 1] ?? 0; j < end; j++) {
      const id = counted.ids[j] ?? 0
      inRows[id] = (inRows[id] ?? 0) + 1
      total[id] = (total[id] ?? 0) + (counted.counts[j] ?? 0)
    }
  }
  const most = step.maxShare * rows.length
  const fits = (id: number) => (inRows[id] ?? 0) >= Math.max(1, step.minRows) && (inRows[id] ?? 0) <= most
  let kept = new Int32Array(size)
  let terms = 0
  for (let id = 0; id < size; id++) if (fits(id)) kept[terms++] = id
  kept = mostFrequent(kept.subarray(0, terms), total, step.maxTerms)
  const local = new Int32Array(size).fill(-1)
  const idf = new Float32Array(kept.length)
  for (const [term, id] of kept.entries()) {
    local[id] = term
    idf[term] = step.weighting === 'tf-idf' ? Math.log((1 + rows.length) / (1 + (inRows[id] ?? 0))) + 1 : 1
  }
  const { weighting, sublinear } = step
  return {
    kind: 'text',
    name: raw.name,
    form: raw.form,
    weighting,
    sublinear,
    table,
    hashBits,
    local,
    kept,
    idf,
    offset,
    terms: kept.length,
  }
}

/** How people read a term of the block, by its place in it. */
export function termName({ name, table, hashBits, kept, form }: TextBlock, at: number): string {
  const id = kept[at] ?? 0
  return `${name}: ${hashBits === null ? table.text(id, form.unit === 'word' ? ' ' : '') : `bucket ${id}`}`
}

/** Weight of a term that occurs `count` times, before idf. */
export function termFrequency(block: Pick<TextBlock, 'weighting' | 'sublinear'>, count: number): number {
  if (block.weighting === 'binary') return 1
  return block.sublinear ? 1 + Math.log(count) : count
}

/** Writes one row's terms at `at` and returns where the next begin. tf-idf rows have length 1 (L2), others keep their counts. */
export function writeText(block: TextBlock, counted: CountedRows, row: number, ids: Int32Array, values: Float32Array, at: number): number {
  let used = at
  let squares = 0
  for (let j = counted.ptr[row] ?? 0, end = counted.ptr[row + 1] ?? 0; j < end; j++) {
    const term = block.local[counted.ids[j] ?? 0] ?? -1
    if (term < 0) continue
    const value = termFrequency(block, counted.counts[j] ?? 0) * (block.idf[term] ?? 0)
    squares += value * value
    ids[used] = block.offset + term
    values[used++] = value
  }
  if (block.weighting === 'tf-idf' && squares > 0) {
    const scale = 1 / Math.sqrt(squares)
    for (let i = at; i < used; i++) values[i] = (values[i] ?? 0) * scale
  }
  return used
}

/** The `limit` ids with the largest totals, ascending; of equal totals the lower ids. */
function mostFrequent(ids: Int32Array, total: Float64Array, limit: number): Int32Array<ArrayBuffer> {
  if (ids.length <= limit) return Int32Array.from(ids)
  const least = Float64Array.from(ids, (id) => total[id] ?? 0).sort()[ids.length - limit] ?? 0
  let ties = limit - ids.filter((id) => (total[id] ?? 0) > least).length
  return Int32Array.from(ids.filter((id) => (total[id] ?? 0) > least || ((total[id] ?? 0) === least && ties-- > 0)))
}
