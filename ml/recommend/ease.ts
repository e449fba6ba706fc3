import { AppError } from '#core/errors/app-error'
import type { Rows } from '#ml/estimators/contract'
import type { Pace } from '#ml/estimators/pace'
import { invertSymmetric } from './invert-symmetric'
import { addProducts } from './item-item'
import { itemMajor } from './item-major'

/** The inverse takes 8 bytes a pair of items, and time by the cube of the items: about six minutes. */
const mostEaseItems = 10_000

/** Share of the work that the products of all pairs of items are. */
const productShare = 0.1

/**
 * Weights between items in closed form (Steck 2019, "Embarrassingly shallow autoencoders for sparse data"): P = (X'X + l2)^-1 and
 * B[i][j] = -P[i][j] / P[j][j] solve min |X - X B|^2 + l2 |B|^2 with a diagonal of 0. Returns B [items][items] row-major.
 * Throws AppError above 10,000 items, and where l2 is too small for the numbers.
 */
export async function easeWeights({ x, weights }: Rows, l2: number, pace: Pace, onShare?: (share: number) => void): Promise<Float32Array> {
  const items = x.terms
  if (items > mostEaseItems) {
    throw new AppError('bad_params', {
      detail: `EASE weighs all pairs of items, and ${items.toLocaleString('en')} items are more than the ${mostEaseItems.toLocaleString('en')} that it can take: lower "Most items", or train ALS.`,
      hint: { param: 'mostItems' },
    })
  }
  const matrix = await gramOf({ x, weights }, l2, pace, (share) => onShare?.(share * productShare))
  const isDefinite = await invertSymmetric(matrix, items, pace, (share) => onShare?.(productShare + share * (1 - productShare)))
  if (!isDefinite) {
    throw new AppError('bad_params', {
      detail: `A regularisation of ${l2} is too small beside the weights of these interactions to solve for: make it larger.`,
      hint: { param: 'l2' },
    })
  }
  const learned = new Float32Array(items * items)
  for (let i = 0; i < items; i++) {
    for (let j = 0; j < items; j++) {
      const pair = (i > j ? matrix[i * items + j] : matrix[j * items + i]) ?? 0
      learned[i * items + j] = i === j ? 0 : -pair / (matrix[j * items + j] ?? 1)
    }
    if (pace.isDue(items)) await pace.pause()
  }
  return learned
}

/** X'X + l2 in its lower triangle, [items][items]. */
async function gramOf({ x, weights }: Rows, l2: number, pace: Pace, onShare: (share: number) => void): Promise<Float64Array> {
  const items = x.terms
  const gram = new Float64Array(items * items)
  const byItem = itemMajor(x)
  for (let item = 0; item < items; item++) {
    const line = gram.subarray(item * items, (item + 1) * items)
    const work = addProducts(line, { x, weights }, byItem, item)
    line[item] = (line[item] ?? 0) + l2
    onShare((item + 1) / items)
    if (pace.isDue(work * 4 + 1)) await pace.pause()
  }
  return gram
}
