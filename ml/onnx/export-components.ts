import type { ComponentsBlock } from '#ml/features/components-block'
import type { FeatureTensors } from './export-features'
import type { GraphBuilder } from './graph-builder'

const float = 1

/**
 * Components, [N, terms], from the features that they are made of. In double precision: features far from 0 cancel against their
 * means, and models of trees must find each sum on the same side of a threshold.
 */
export function exportComponents(graph: GraphBuilder, { directions, origin, terms }: ComponentsBlock, features: FeatureTensors): string {
  const product = features.exactProduct(directions, terms)
  return graph.add('Cast', [graph.add('Sub', [product, graph.constant([1, terms], origin)])], { to: float })
}
