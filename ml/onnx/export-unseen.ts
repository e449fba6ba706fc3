import { hadScore, type UnseenModel } from '#ml/models/unseen'
import { exportFactors } from './export-factors'
import type { FeatureTensors } from './export-features'
import { exportLinks } from './export-links'
import type { GraphBuilder } from './graph-builder'

/** Scores of a model that answers what is not in the list, [N, items], as unseenScores. */
export function exportUnseen(graph: GraphBuilder, { model }: UnseenModel, features: FeatureTensors): string {
  const isHad = graph.add('Greater', [features.dense(), graph.float(0)])
  return graph.add('Where', [isHad, graph.float(hadScore), innerScores(graph, model, features)])
}

function innerScores(graph: GraphBuilder, model: UnseenModel['model'], features: FeatureTensors): string {
  switch (model.shape) {
    case 'factors':
      return exportFactors(graph, model, features)
    case 'links':
      return exportLinks(graph, model, features)
    case 'linear':
      return graph.add('Add', [features.product(model.weights, model.outputs), graph.constant([1, model.outputs], model.bias)])
  }
}

/** Bytes of a model's tables in the file. */
export function bytesOfUnseen({ model }: UnseenModel): number {
  switch (model.shape) {
    case 'factors':
      return model.factors.length * 4
    case 'links':
      return model.ids.length * 12
    case 'linear':
      return model.weights.length * 4
  }
}
