import { mostDoubleTerms, type NetworkModel } from '#ml/models/network'
import type { FeatureTensors } from './export-features'
import type { GraphBuilder } from './graph-builder'

const double = 11
const float = 1

/**
 * Scores of a network, [N, outputs], in double precision, because columns of large numbers cancel in the first layer. Only
 * where there are many terms does that layer stay in float32, which is enough for texts and scaled numbers.
 */
export function exportNetwork(graph: GraphBuilder, { layers, terms }: NetworkModel, features: FeatureTensors): string {
  const isDense = terms <= mostDoubleTerms
  const toDouble = (value: string) => graph.add('Cast', [value], { to: double })
  let values = isDense ? toDouble(features.dense()) : ''
  for (const [i, { weights, bias, inputs, outputs }] of layers.entries()) {
    const product =
      i === 0 && !isDense
        ? toDouble(features.product(weights, outputs))
        : graph.add('MatMul', [values, toDouble(graph.constant([inputs, outputs], weights))])
    const sums = graph.add('Add', [product, graph.constant([1, outputs], Float64Array.from(bias))])
    values = i < layers.length - 1 ? graph.add('Relu', [sums]) : sums
  }
  return graph.add('Cast', [values], { to: float })
}
