import type { ListStep } from '#core/ports/plan'

/** A fitted column of lists: value i is term `offset + i`, 1 in rows whose list holds it. */
export type ListBlock = {
  kind: 'list'
  /** The raw column. */
  name: string
  separator: string
  /** Kept entries, by descending count. */
  values: readonly string[]
  offset: number
  terms: number
}

/** Lists of rows: row r holds the entries `codes[ptr[r] .. ptr[r+1])` of `values`, each once, in the order of the text. */
export type RawList = { kind: 'list'; name: string; step: ListStep; values: string[]; ptr: Int32Array; codes: Int32Array }

/** Splits texts at the separator. Empty entries are none; a repeated entry counts once. */
export function readLists(texts: readonly string[], separator: string): Pick<RawList, 'kind' | 'values' | 'ptr' | 'codes'> {
  const known = new Map<string, number>()
  const ptr = new Int32Array(texts.length + 1)
  const codes: number[] = []
  for (const [row, text] of texts.entries()) {
    for (const entry of new Set(text === '' ? [] : text.split(separator))) {
      if (entry === '') continue
      const code = known.get(entry) ?? known.size
      known.set(entry, code)
      codes.push(code)
    }
    ptr[row + 1] = codes.length
  }
  return { kind: 'list', values: [...known.keys()], ptr, codes: Int32Array.from(codes) }
}

/** Keeps entries in at least `minRows` of the given rows, at most `maxValues` by count (ties: code-unit order). */
export function fitList({ name, step, values, ptr, codes }: RawList, rows: Int32Array, offset: number): ListBlock {
  const counts = new Int32Array(values.length)
  for (const row of rows) {
    for (let j = ptr[row] ?? 0, end = ptr[row + 1] ?? 0; j < end; j++) {
      const code = codes[j] ?? 0
      counts[code] = (counts[code] ?? 0) + 1
    }
  }
  const seen = values.map((value, code) => ({ value, count: counts[code] ?? 0 })).filter(({ count }) => count >= Math.max(1, step.minRows))
  seen.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  const kept = seen.slice(0, step.maxValues).map(({ value }) => value)
  return { kind: 'list', name, separator: step.separator, values: kept, offset, terms: kept.length }
}

/** Entry of the raw lists -> term of the block among all terms, or -1 when it was not kept. */
export function listTerms({ values, offset }: ListBlock, entries: readonly string[]): Int32Array {
  const known = new Map(values.map((value, i) => [value, offset + i]))
  return Int32Array.from(entries, (entry) => known.get(entry) ?? -1)
}

/** Writes one row's terms at `at` and returns where the next begin. */
export function writeList(
  { ptr, codes }: Pick<RawList, 'ptr' | 'codes'>,
  terms: Int32Array,
  row: number,
  ids: Int32Array,
  values: Float32Array,
  at: number,
): number {
  let used = at
  for (let j = ptr[row] ?? 0, end = ptr[row + 1] ?? 0; j < end; j++) {
    const term = terms[codes[j] ?? 0] ?? -1
    if (term < 0) continue
    ids[used] = term
    values[used++] = 1
  }
  return used
}

/** How people read a term of the block, by its place in it: `tags has red`. */
export const listName = ({ name, values }: ListBlock, at: number): string => `${name} has ${values[at] ?? ''}`
