import type { Rows } from '#ml/estimators/contract'
import type { Pace } from '#ml/estimators/pace'
import type { LinkModel } from '#ml/models/links'
import { type ItemMajor, itemMajor } from './item-major'

/**
 * Cosine similarity of items, of each item the `neighbours` most similar ones (Deshpande and Karypis 2004, "Item-based top-N
 * recommendation algorithms"): sim(i, j) = x_i . x_j / (|x_i| |x_j| + shrinkage) over users. What links item i to others are
 * its neighbours, in the order of the items; of equally similar ones the first are kept.
 */
export async function itemSimilarities(
  { x, weights }: Rows,
  { neighbours, shrinkage }: { neighbours: number; shrinkage: number },
  pace: Pace,
  onItem?: (item: number) => void,
): Promise<Pick<LinkModel, 'ids' | 'values' | 'width'>> {
  const items = x.terms
  const width = Math.min(neighbours, Math.max(1, items - 1))
  const ids = new Int32Array(items * width).fill(items)
  const values = new Float32Array(items * width)
  const byItem = itemMajor(x)
  const lengths = lengthsOf(byItem, items, weights)
  const products = new Float64Array(items)
  for (let item = 0; item < items; item++) {
    products.fill(0)
    const work = addProducts(products, { x, weights }, byItem, item)
    products[item] = 0
    for (let other = 0; other < items; other++) {
      const product = products[other] ?? 0
      if (product > 0) products[other] = product / ((lengths[item] ?? 0) * (lengths[other] ?? 0) + shrinkage)
    }
    let at = item * width
    for (const other of largestOf(products, width)) {
      ids[at] = other
      values[at++] = products[other] ?? 0
    }
    onItem?.(item + 1)
    if (pace.isDue(work * 4 + items)) await pace.pause()
  }
  return { ids, values, width }
}

/** |x_i| of each item. */
function lengthsOf({ ptr, users, values }: ItemMajor, items: number, weights: Float64Array | null): Float64Array {
  return Float64Array.from({ length: items }, (_, item) => {
    let squares = 0
    for (let j = ptr[item] ?? 0, end = ptr[item + 1] ?? 0; j < end; j++) squares += (weights?.[users[j] ?? 0] ?? 1) * (values[j] ?? 0) ** 2
    return Math.sqrt(squares)
  })
}

/** Adds x_item . x_other for every other item, and returns how many sums that took. */
export function addProducts(products: Float64Array, { x, weights }: Rows, byItem: ItemMajor, item: number): number {
  let work = 0
  for (let j = byItem.ptr[item] ?? 0, end = byItem.ptr[item + 1] ?? 0; j < end; j++) {
    const user = byItem.users[j] ?? 0
    const value = (byItem.values[j] ?? 0) * (weights?.[user] ?? 1)
    const stop = x.ptr[user + 1] ?? 0
    for (let l = x.ptr[user] ?? 0; l < stop; l++) {
      const other = x.ids[l] ?? 0
      products[other] = (products[other] ?? 0) + value * (x.values[l] ?? 0)
    }
    work += stop - (x.ptr[user] ?? 0)
  }
  return work
}

/** Places of the `most` largest values above 0, ascending; of equals the first ones. */
function largestOf(values: Float64Array, most: number): number[] {
  const present = values.filter((value) => value > 0).sort()
  const least = present[Math.max(0, present.length - most)] ?? 0
  let ties = most - present.filter((value) => value > least).length
  const places: number[] = []
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (value > least || (value === least && value > 0 && ties-- > 0)) places.push(i)
  }
  return places
}
