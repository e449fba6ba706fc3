import { AppError } from '#core/errors/app-error'
import type { Calibration } from '#ml/calibration/calibration'
import type { ModelState } from '#ml/models/model-state'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { exportFeatures, type FeatureTensors } from './export-features'
import { GraphBuilder } from './graph-builder'
import { type OnnxValueInfo, writeOnnx } from './onnx-model'

/** Protobuf's limit of a message, less some room for the rest. */
const mostBytes = 1.9 * 1024 ** 3

/**
 * The whole pipeline as one .onnx: an input [N, 1] per raw column (string or float), outputs `label` [N] and
 * `probabilities` [N, K], metadata `stageline.*`. Both ONNX runtimes answer as predictPipeline does, within 1e-5. No time,
 * path or id goes in: the same pipeline gives the same bytes. Throws AppError when the file would pass 1.9 GiB.
 */
export function exportPipeline(pipeline: FittedPipeline): Uint8Array {
  const { classes, model, calibration, features, signature, reference, plan } = pipeline
  refuseTooLarge(model)
  const graph = new GraphBuilder()
  const scores = exportModel(graph, model, exportFeatures(graph, features))
  graph.output('probabilities', 'Softmax', [exportCalibration(graph, calibration, scores)], { axis: 1 })
  const best = graph.add('ArgMax', ['probabilities'], { axis: 1, keepdims: 0 })
  graph.output('label', 'Gather', [graph.constant([classes.length], classes), best])
  return writeOnnx({
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: signature.inputs.map(
      ({ name, type }): OnnxValueInfo => ({ name, type: type === 'number' ? 'float' : 'string', dims: ['N', 1] }),
    ),
    // no shapes: the web runtime refuses a declared shape that the native one forgives
    outputs: [
      { name: 'label', type: 'string' },
      { name: 'probabilities', type: 'float' },
    ],
    metadata: {
      'stageline.signature': JSON.stringify(signature),
      'stageline.classes': JSON.stringify(classes),
      'stageline.prepare': JSON.stringify(plan.prepare),
      'stageline.reference': JSON.stringify(reference),
    },
  })
}

/** Adds a trained model and returns its scores, [N, outputs]. */
function exportModel(graph: GraphBuilder, model: ModelState, features: FeatureTensors): string {
  switch (model.shape) {
    case 'linear':
      return graph.add('Add', [features.product(model.weights, model.outputs), graph.constant([1, model.outputs], model.bias)])
  }
}

/** Scores -> logits of the calibrated probabilities. */
function exportCalibration(graph: GraphBuilder, { temperature }: Calibration, scores: string): string {
  return temperature === 1 ? scores : graph.add('Mul', [scores, graph.float(1 / temperature)])
}

function refuseTooLarge(model: ModelState): void {
  const bytes = model.weights.length * 4
  if (bytes <= mostBytes) return
  throw new AppError('too_large', {
    detail: `The model of ${model.terms} terms and ${model.outputs} classes takes ${(bytes / 1024 ** 3).toFixed(1)} GiB; a model file holds at most 1.9. Lower "most terms" of the text features, or join rare classes.`,
  })
}
