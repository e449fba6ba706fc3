import { AppError } from '#core/errors/app-error'
import type { ModelState } from '#ml/models/model-state'
import type { FittedClassifier, FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { centreNumbers } from './centre-numbers'
import { exportAnswers } from './export-answers'
import { exportFeatures, type FeatureTensors } from './export-features'
import { exportGaussian } from './export-gaussian'
import { exportIsolation } from './export-isolation'
import { exportNeighbours } from './export-neighbours'
import { exportNetwork } from './export-network'
import { exportTrees } from './export-trees'
import { bytesOfUnseen, exportUnseen } from './export-unseen'
import { GraphBuilder } from './graph-builder'
import { type OnnxValueInfo, writeOnnx } from './onnx-model'

/** Protobuf's limit of a message, less some room for the rest. */
const mostBytes = 1.9 * 1024 ** 3

/**
 * The whole pipeline as one .onnx: an input [N, 1] per raw column (string or float), metadata `stageline.*`, outputs
 * `label` [N] and `probabilities` [N, K] of a classifier, `value` [N] of a regressor. Both ONNX runtimes answer as
 * predictPipeline does, within 1e-5 (of a value, times its size when that is above 1). No time, path or id goes in: the
 * same pipeline gives the same bytes. Throws AppError when the file would pass 1.9 GiB.
 */
export function exportPipeline(pipeline: FittedPipeline): Uint8Array {
  const { signature, reference, plan } = pipeline
  refuseTooLarge(pipeline.model)
  const { model, features } =
    pipeline.task === 'regression' && pipeline.model.shape === 'linear' ? centreNumbers(pipeline.model, pipeline.features) : pipeline
  const graph = new GraphBuilder()
  const scores = exportModel(graph, model, exportFeatures(graph, features))
  const outputs = pipeline.task === 'regression' ? exportValue(graph, scores) : exportAnswers(graph, scores, pipeline)
  return writeOnnx({
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: signature.inputs.map(
      ({ name, type }): OnnxValueInfo => ({ name, type: type === 'number' ? 'float' : 'string', dims: ['N', 1] }),
    ),
    outputs,
    metadata: {
      'stageline.signature': JSON.stringify(signature),
      ...(pipeline.task === 'classification' && { 'stageline.classes': JSON.stringify(pipeline.classes) }),
      ...(pipeline.task === 'classification' && pipeline.threshold && { 'stageline.threshold': thresholdOf(pipeline) }),
      'stageline.prepare': JSON.stringify(plan.prepare),
      'stageline.reference': JSON.stringify(reference),
    },
  })
}

function thresholdOf({ classes, threshold }: FittedClassifier): string {
  return JSON.stringify({ positive: classes[threshold?.positive ?? 0] ?? '', threshold: threshold?.threshold ?? 0.5 })
}

function exportValue(graph: GraphBuilder, scores: string): OnnxValueInfo[] {
  graph.output('value', 'Reshape', [scores, graph.ints(-1)])
  return [{ name: 'value', type: 'float' }]
}

/** Adds a trained model and returns its scores, [N, outputs]. */
function exportModel(graph: GraphBuilder, model: ModelState, features: FeatureTensors): string {
  switch (model.shape) {
    case 'linear':
      return graph.add('Add', [features.product(model.weights, model.outputs), graph.constant([1, model.outputs], model.bias)])
    case 'gaussian':
      return exportGaussian(graph, model, features)
    case 'isolation':
      return exportIsolation(graph, model, features)
    case 'neighbours':
      return exportNeighbours(graph, model, features)
    case 'network':
      return exportNetwork(graph, model, features)
    case 'trees':
      return exportTrees(graph, model, features)
    case 'unseen':
      return exportUnseen(graph, model, features)
  }
}

function refuseTooLarge(model: ModelState): void {
  const bytes = bytesOf(model)
  if (bytes <= mostBytes) return
  throw new AppError('too_large', {
    detail: `The model of ${model.terms} terms and ${model.outputs} outputs takes ${(bytes / 1024 ** 3).toFixed(1)} GiB; a model file holds at most 1.9. Lower "most terms" of the text features, or join rare classes.`,
  })
}

function bytesOf(model: ModelState): number {
  switch (model.shape) {
    case 'linear':
      return model.weights.length * 4
    case 'gaussian':
      return model.means.length * 16
    case 'isolation':
      return bytesOf(model.trees)
    case 'neighbours':
      return model.rows.length * 4 + model.count * 24
    case 'network':
      return model.layers.reduce((sum, { weights }) => sum + weights.length * 4, 0)
    case 'trees':
      return model.feature.length * 60 + model.values.length * 24
    case 'unseen':
      return bytesOfUnseen(model)
  }
}
