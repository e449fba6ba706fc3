import type { SparseRows } from '#ml/features/sparse-rows'

/** Interactions by item: item i was had by the users `users[ptr[i] .. ptr[i+1])`, ascending, with `values` beside them. */
export type ItemMajor = { ptr: Int32Array; users: Int32Array; values: Float32Array }

/** Turns interactions by user into interactions by item. */
export function itemMajor({ rows, terms, ptr, ids, values }: SparseRows): ItemMajor {
  const starts = new Int32Array(terms + 1)
  for (const item of ids) starts[item + 1] = (starts[item + 1] ?? 0) + 1
  for (let item = 0; item < terms; item++) starts[item + 1] = (starts[item + 1] ?? 0) + (starts[item] ?? 0)
  const next = starts.slice()
  const turned: ItemMajor = { ptr: starts, users: new Int32Array(ids.length), values: new Float32Array(ids.length) }
  for (let user = 0; user < rows; user++) {
    for (let j = ptr[user] ?? 0, end = ptr[user + 1] ?? 0; j < end; j++) {
      const item = ids[j] ?? 0
      const at = next[item] ?? 0
      next[item] = at + 1
      turned.users[at] = user
      turned.values[at] = values[j] ?? 0
    }
  }
  return turned
}
