import { type FittedFeatures, termsByPlace } from '#ml/features/fitted-features'
import type { LinearModel } from '#ml/models/linear'

/**
 * The same linear model of one output, with number columns that are not scaled read as distances from their fill. A year
 * of 2,010 times its weight and a bias that takes it back again would lose, in the float32 of a graph, the digits that a
 * number as answer needs.
 */
export function centreNumbers(model: LinearModel, features: FittedFeatures): { model: LinearModel; features: FittedFeatures } {
  let bias = model.bias[0] ?? 0
  const termAt = termsByPlace(features)
  const blocks = features.blocks.map((block) => {
    if (block.kind !== 'number' || block.curve || block.center !== 0 || Number.isNaN(block.fill)) return block
    const term = termAt ? (termAt[block.offset] ?? -1) : block.offset
    bias += block.fill * block.factor * (model.weights[term] ?? 0)
    return { ...block, center: block.fill }
  })
  return { model: { ...model, bias: Float32Array.of(bias) }, features: { ...features, blocks } }
}
