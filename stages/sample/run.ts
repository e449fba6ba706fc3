import { defineRun } from '../define'
import { requireColumns } from '../require-columns'
import { sample } from './spec'

export const run = defineRun(sample, async ({ params, inputs: { table }, ctx }) => {
  const { by, stratify } = params
  const wanted = Math.min(table.rows, by === 'share' ? Math.max(1, Math.round(table.rows * params.share)) : params.rows)
  const groups = new Map<string, number[]>()
  if (stratify === '') {
    groups.set(
      '',
      Array.from({ length: table.rows }, (_, row) => row),
    )
  } else {
    requireColumns(table, 'stratify', [stratify], { what: 'a column' })
    const { [stratify]: column } = await ctx.tables.read(table.artifact, [stratify])
    for (let row = 0; row < table.rows; row += 1) {
      const key = String(column?.values[row] ?? '')
      const rows = groups.get(key)
      if (rows) rows.push(row)
      else groups.set(key, [row])
    }
  }
  ctx.signal.throwIfAborted()
  const kept = new Uint8Array(table.rows)
  const drawnFrom = [...groups.values()]
  const counts = allot(
    drawnFrom.map((rows) => rows.length),
    wanted,
  )
  for (const [index, rows] of drawnFrom.entries()) for (const row of draw(rows, counts[index] ?? 0, ctx.random)) kept[row] = 1
  const mask = await ctx.tables.write([{ column: { name: 'kept', type: 'integer' }, values: kept }])
  const drawn = await ctx.tables.query('SELECT t.* FROM t POSITIONAL JOIN m WHERE m.kept = 1', { t: table.artifact, m: mask.artifact })
  ctx.figure({ value: drawn.rows, label: drawn.rows === 1 ? 'row' : 'rows' })
  return { table: { kind: 'table', ...drawn, plan: table.plan } }
})

/**
 * How many of each group, so that the counts sum to `wanted` and keep the shares: each group gets one as long as that lasts,
 * the rest goes by largest remainder.
 */
export function allot(sizes: readonly number[], wanted: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const exact = sizes.map((size) => (size * wanted) / Math.max(1, total))
  const counts = exact.map((share, index) => Math.min(sizes[index] ?? 0, Math.max(1, Math.floor(share))))
  const gap = (index: number) => (exact[index] ?? 0) - (counts[index] ?? 0)
  let left = wanted - counts.reduce((sum, count) => sum + count, 0)
  const neediest = sizes.map((_, index) => index).sort((a, b) => gap(b) - gap(a) || a - b)
  const change = (indices: readonly number[], by: 1 | -1, may: (index: number) => boolean) => {
    for (const index of indices) {
      if (left === 0) return
      if (!may(index)) continue
      counts[index] = (counts[index] ?? 0) + by
      left -= by
    }
  }
  while (left > 0) change(neediest, 1, (index) => (counts[index] ?? 0) < (sizes[index] ?? 0))
  const most = neediest.toReversed()
  while (left < 0 && counts.some((count) => count > 1)) change(most, -1, (index) => (counts[index] ?? 0) > 1)
  // More groups than rows wanted: some get none after all.
  while (left < 0) change(most, -1, (index) => (counts[index] ?? 0) > 0)
  return counts
}

/** `count` of the rows, each equally likely: the first steps of a Fisher-Yates shuffle. */
function draw(rows: readonly number[], count: number, random: () => number): number[] {
  const pool = [...rows]
  const most = Math.min(count, pool.length)
  for (let index = 0; index < most; index += 1) {
    const other = index + Math.floor(random() * (pool.length - index))
    const swap = pool[index] ?? 0
    pool[index] = pool[other] ?? 0
    pool[other] = swap
  }
  return pool.slice(0, most)
}
