import { type IsolationModel, smallestIsolation } from '#ml/models/isolation'
import type { FeatureTensors } from './export-features'
import { exportTrees } from './export-trees'
import type { GraphBuilder } from './graph-builder'

/** Logarithms of the isolation score and of its rest, [N, 2]; as isolationLogits. */
export function exportIsolation(graph: GraphBuilder, { trees }: IsolationModel, features: FeatureTensors): string {
  const score = graph.add('Pow', [graph.float(2), exportTrees(graph, trees, features)])
  const both = graph.add('Concat', [score, graph.add('Sub', [graph.float(1), score])], { axis: 1 })
  return graph.add('Log', [graph.add('Max', [both, graph.float(smallestIsolation)])])
}
