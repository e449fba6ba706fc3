import { type GaussianModel, leastScore } from '#ml/models/gaussian'
import type { FeatureTensors } from './export-features'
import type { GraphBuilder } from './graph-builder'

const double = 11
const float = 1

/**
 * Scores of a Gaussian model, [N, outputs]: a squared distance per class, in double precision. Distances and not one
 * product with expanded squares, whose terms would cancel to noise; and a class at a time, so that nothing becomes [N, outputs, terms].
 */
export function exportGaussian(graph: GraphBuilder, model: GaussianModel, features: FeatureTensors): string {
  const { terms, outputs } = model
  const x = graph.add('Cast', [features.dense()], { to: double })
  const columnOf = (values: Float64Array, k: number) =>
    graph.constant(
      [1, terms],
      Float64Array.from({ length: terms }, (_, term) => values[term * outputs + k] ?? 0),
    )
  const distances = Array.from({ length: outputs }, (_, k) => {
    const away = graph.add('Mul', [graph.add('Sub', [x, columnOf(model.means, k)]), columnOf(model.scales, k)])
    return graph.add('ReduceSumSquare', [away, graph.ints(1)], { keepdims: 1 })
  })
  const likelihoods = graph.add('Sub', [graph.constant([1, outputs], model.bias), graph.add('Concat', distances, { axis: 1 })])
  const highest = graph.add('ReduceMax', [likelihoods, graph.ints(1)], { keepdims: 1 })
  const scores = graph.add('Max', [graph.add('Sub', [likelihoods, highest]), graph.constant([], Float64Array.of(leastScore))])
  return graph.add('Cast', [scores], { to: float })
}
