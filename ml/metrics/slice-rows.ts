import type { SlicesReport } from '#core/reports/slices'

/** Rows that share a value, or a range of numbers. */
export type Slice = Pick<SlicesReport['slices'][number], 'name' | 'kind' | 'range'> & { rows: Int32Array }

const most = { values: 50, ranges: 5, singleNumbers: 10 }

/**
 * Rows by the values of a column; '' and NaN are missing, a slice of their own. Categories: the 50 most frequent, the rest
 * together. Numbers: each value where there are at most 10, else five ranges of about as many rows; rows of one value
 * stay together, so that a value that many rows have makes fewer ranges. Every row lies in one slice; none is empty.
 */
export function sliceRows(values: readonly string[] | Float64Array): Slice[] {
  const rows = Int32Array.from({ length: values.length }, (_, row) => row)
  const isMissing = (row: number) => values[row] === '' || Number.isNaN(values[row])
  const missing = rows.filter(isMissing)
  const present = rows.filter((row) => !isMissing(row))
  const slices = values instanceof Float64Array ? numberSlices(values, present) : categorySlices(values, present)
  if (missing.length > 0) slices.push({ name: 'missing', kind: 'missing', range: null, rows: missing })
  return slices
}

function categorySlices(values: readonly string[], rows: Int32Array): Slice[] {
  const counts = new Map<string, number>()
  for (const row of rows) counts.set(values[row] ?? '', (counts.get(values[row] ?? '') ?? 0) + 1)
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([value]) => value)
  const own = byCount.length > most.values + 1 ? byCount.slice(0, most.values) : byCount
  const slices = own.map((name): Slice => ({ name, kind: 'value', range: null, rows: rows.filter((row) => values[row] === name) }))
  const named = new Set(own)
  const rest = rows.filter((row) => !named.has(values[row] ?? ''))
  if (rest.length > 0) slices.push({ name: `${byCount.length - own.length} other values`, kind: 'other', range: null, rows: rest })
  return slices
}

function numberSlices(values: Float64Array, rows: Int32Array): Slice[] {
  // JSON has no infinity
  const at = (row: number) => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, values[row] ?? 0))
  const order = rows.slice().sort((a, b) => at(a) - at(b) || a - b)
  const distinct = order.filter((row, i) => i === 0 || at(row) !== at(order[i - 1] ?? 0)).length
  const slices: Slice[] = []
  for (let from = 0; from < order.length; ) {
    // a value that fills several ranges leaves the ends of the later ones where they were
    const range = Math.floor((from * most.ranges) / order.length) + 1
    let to = distinct <= most.singleNumbers ? from + 1 : Math.max(from + 1, Math.round((range * order.length) / most.ranges))
    while (to < order.length && at(order[to] ?? 0) === at(order[to - 1] ?? 0)) to++
    const [low, high] = [at(order[from] ?? 0), at(order[to - 1] ?? 0)]
    const isSingle = low === high
    slices.push({
      name: isSingle ? `${round(low)}` : `${round(low)} to ${round(high)}`,
      kind: isSingle ? 'value' : 'range',
      range: { low, high },
      rows: order.slice(from, to).sort(),
    })
    from = to
  }
  return slices
}

/** Short enough to read; the range has all digits. */
function round(value: number): number {
  return Number(value.toPrecision(6))
}
