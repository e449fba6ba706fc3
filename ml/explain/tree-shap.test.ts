import { describe, expect, test } from 'vitest'
import { estimators } from '#core/estimators/estimators'
import { fitGradientBoosting } from '#ml/estimators/gradient-boosting'
import { seededRandom } from '#ml/estimators/random'
import { fitRandomForest } from '#ml/estimators/random-forest'
import type { SparseRows } from '#ml/features/sparse-rows'
import { scoresOf } from '#ml/models/model-state'
import { goesLeft, type TreeEnsemble } from '#ml/models/trees'
import { rowsPerNode, treeShap } from './tree-shap'

const terms = 4
const rows = 300
const random = seededRandom(3)
const values = Float32Array.from({ length: rows * terms }, (_, i) =>
  i % terms === 3 ? Math.floor(random() * 6) : random() < 0.05 ? Number.NaN : random(),
)
const x: SparseRows = {
  rows,
  terms,
  codes: Int32Array.of(0, 0, 0, 6),
  ptr: Int32Array.from({ length: rows + 1 }, (_, i) => i * terms),
  ids: Int32Array.from({ length: rows * terms }, (_, i) => i % terms),
  values,
}
const whole: SparseRows = { ...x, codes: null, values: values.map((value) => (Number.isNaN(value) ? 0.5 : value)) }
const labels = (classes: number) =>
  Int32Array.from({ length: rows }, (_, row) => {
    const [a = 0, b = 0, c = 0, d = 0] = whole.values.subarray(row * terms, (row + 1) * terms)
    return Math.floor(((a * b + c * (d % 3)) * classes) / 3.001)
  })
const boosting = estimators['gradient-boosting'].params.parse({ trees: 8, leaves: 9, minRows: 5, earlyStopping: false })
const forest = estimators['random-forest'].params.parse({ trees: 5, minRows: 8 })

/** v(S): the sums when the terms in `known` are known, by going both ways at all others. */
function expectation(model: TreeEnsemble, row: Float32Array, known: ReadonlySet<number>): Float64Array {
  const below = rowsPerNode(model)
  const weightOf = (child: number) => (child < 0 ? model.leafRows[~child] : below[child]) ?? 0
  const sums = Float64Array.from(model.base)
  const visit = (node: number, share: number, tree: number): void => {
    if (node < 0) {
      for (let k = 0; k < model.outputs; k++) {
        const value = model.target ? (model.target[tree] === k ? model.values[~node] : 0) : model.values[~node * model.outputs + k]
        sums[k] = (sums[k] ?? 0) + share * (value ?? 0)
      }
      return
    }
    const term = model.feature[node] ?? 0
    const [left, right] = [model.left[node] ?? 0, model.right[node] ?? 0]
    if (known.has(term)) visit(goesLeft(model, node, row[term] ?? 0) ? left : right, share, tree)
    else for (const child of [left, right]) visit(child, (share * weightOf(child)) / weightOf(node), tree)
  }
  for (const [tree, root] of model.roots.entries()) visit(root, 1, tree)
  return sums
}

/** Shapley values by their definition: over all subsets of the other terms. */
function bruteForce(model: TreeEnsemble, row: Float32Array, term: number): Float64Array {
  const others = Array.from({ length: terms }, (_, i) => i).filter((i) => i !== term)
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
  const sum = new Float64Array(model.outputs)
  for (let mask = 0; mask < 2 ** others.length; mask++) {
    const known = new Set(others.filter((_, i) => (mask >> i) & 1))
    const weight = (factorial(known.size) * factorial(terms - known.size - 1)) / factorial(terms)
    const [without, having] = [expectation(model, row, known), expectation(model, row, new Set([...known, term]))]
    for (let k = 0; k < sum.length; k++) sum[k] = (sum[k] ?? 0) + weight * ((having[k] ?? 0) - (without[k] ?? 0))
  }
  return sum
}

describe.each([
  ['boosting, two classes', x, () => fitGradientBoosting(boosting, { x, y: labels(2), classes: 2, weights: null }, { seed: 1 })],
  ['boosting, three classes', x, () => fitGradientBoosting(boosting, { x, y: labels(3), classes: 3, weights: null }, { seed: 1 })],
  ['a forest', whole, () => fitRandomForest(forest, { x: whole, y: labels(3), classes: 3, weights: null }, { seed: 1 })],
] as const)('TreeSHAP of %s', (_name, data, train) => {
  const fitted = train()
  test('is what the definition over all subsets gives', async () => {
    const { state } = await fitted
    for (const row of [0, 7, 123]) {
      const dense = data.values.subarray(row * terms, (row + 1) * terms)
      const { parts } = await treeShap(state, dense)
      for (let term = 0; term < terms; term++) {
        const exact = bruteForce(state, dense, term)
        for (let k = 0; k < state.outputs; k++) expect(parts[term * state.outputs + k]).toBeCloseTo(exact[k] ?? 0, 9)
      }
    }
  })
  test('adds up to the score', async () => {
    const { state } = await fitted
    const scores = scoresOf({ ...state, link: 'identity' }, data)
    for (let row = 0; row < rows; row += 29) {
      const { expected, parts } = await treeShap(state, data.values.subarray(row * terms, (row + 1) * terms))
      for (let k = 0; k < state.outputs; k++) {
        const sum = parts.reduce((total, part, i) => total + (i % state.outputs === k ? part : 0), expected[k] ?? 0)
        expect(sum).toBeCloseTo(scores[row * state.outputs + k] ?? Number.NaN, 5)
      }
    }
  })
})
