import { AppError } from '#core/errors/app-error'
import { seededRandom, shuffle } from '#ml/estimators/random'
import type { SparseRows } from '#ml/features/sparse-rows'
import type { Interactions } from './interactions'

export type HeldOut = {
  /** The interactions without those that are held out; the same users and items. */
  train: SparseRows
  /** Users with items held out, ascending. */
  tested: Int32Array
  /** Their held-out items, the one that comes next first. */
  held: Int32Array[]
}

/**
 * Holds out the last `heldOut` items of at most `testUsers` users, drawn by the seed among those with more items; by time
 * (of equals the items in their order), else drawn too. Throws AppError when nobody has enough items.
 */
export function holdOut(
  { x, times }: Interactions,
  { heldOut, testUsers, seed }: { heldOut: number; testUsers: number; seed: number },
): HeldOut {
  const random = seededRandom(seed)
  const able = Int32Array.from({ length: x.rows }, (_, user) => user).filter((user) => itemsOf(x, user).length > heldOut)
  if (able.length === 0) {
    throw new AppError('bad_input', {
      detail: `No user has more than ${heldOut} of the items, so none can be held out to measure by: lower "Held out", or add interactions.`,
      hint: { param: 'heldOut' },
    })
  }
  shuffle(able, random)
  const tested = able.slice(0, testUsers).sort()
  const isHeld = new Uint8Array(x.ids.length)
  const held = Array.from(tested, (user) => {
    const entries = Int32Array.from(itemsOf(x, user), (_, i) => (x.ptr[user] ?? 0) + i)
    if (times) entries.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
    else shuffle(entries, random)
    const last = entries.slice(entries.length - heldOut)
    for (const j of last) isHeld[j] = 1
    return last.map((j) => x.ids[j] ?? 0)
  })
  return { train: without(x, isHeld), tested, held }
}

const itemsOf = (x: SparseRows, user: number): Int32Array => x.ids.subarray(x.ptr[user], x.ptr[user + 1])

function without(x: SparseRows, isHeld: Uint8Array): SparseRows {
  const ptr = new Int32Array(x.rows + 1)
  for (let user = 0; user < x.rows; user++) {
    let count = 0
    for (let j = x.ptr[user] ?? 0, end = x.ptr[user + 1] ?? 0; j < end; j++) if (isHeld[j] === 0) count += 1
    ptr[user + 1] = (ptr[user] ?? 0) + count
  }
  return { ...x, ptr, ids: x.ids.filter((_, j) => isHeld[j] === 0), values: x.values.filter((_, j) => isHeld[j] === 0) }
}
