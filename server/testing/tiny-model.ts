import type { Reference, Signature } from '#core/model/signature'
import type { PrepareStep } from '#core/ports/plan'
import { GraphBuilder } from '#ml/onnx/graph-builder'
import { elementTypes, writeOnnx } from '#ml/onnx/onnx-model'

/**
 * A real model file, small enough to read: `spam` when the body is exactly "spam" or it is late, else `ham`.
 * `bias` moves the score, so that two versions give different answers to the same record.
 */
export function tinyModel({ bias = 0, prepare = [] }: { bias?: number; prepare?: PrepareStep[] } = {}): Uint8Array {
  const graph = new GraphBuilder()
  const isSpam = graph.add('Cast', [graph.add('Equal', ['body', graph.text('spam')])], { to: elementTypes.float })
  const hour = graph.add('Where', [graph.add('IsNaN', ['hour']), graph.float(12), 'hour'])
  const inputs = graph.add('Concat', [isSpam, hour], { axis: 1 })
  const weights = graph.constant([2, 2], Float32Array.of(0, 4, 0, 0.1))
  const logits = graph.add('Add', [graph.add('MatMul', [inputs, weights]), graph.constant([1, 2], Float32Array.of(2, bias))])
  return answeringTiny(graph, logits, prepare)
}

/** The file of a graph that reads what the tiny model reads, and has come as far as the scores of both classes. */
export function answeringTiny(graph: GraphBuilder, logits: string, prepare: readonly PrepareStep[] = []): Uint8Array {
  graph.output('probabilities', 'Softmax', [logits], { axis: 1 })
  const best = graph.add('ArgMax', ['probabilities'], { axis: 1, keepdims: 0 })
  graph.output('label', 'Gather', [graph.constant([2], tinyClasses), best])
  return writeOnnx({
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: [
      { name: 'body', type: 'string', dims: ['N', 1] },
      { name: 'hour', type: 'float', dims: ['N', 1] },
    ],
    outputs: [
      { name: 'label', type: 'string' },
      { name: 'probabilities', type: 'float' },
    ],
    metadata: {
      'stageline.signature': JSON.stringify(tinySignature),
      'stageline.classes': JSON.stringify(tinyClasses),
      'stageline.prepare': JSON.stringify(prepare),
      'stageline.reference': JSON.stringify(tinyReference),
    },
  })
}

export const tinyClasses = ['ham', 'spam']

export const tinySignature: Signature = {
  inputs: [
    { name: 'body', type: 'text', example: 'Lunch at noon?' },
    { name: 'hour', type: 'number', example: 9 },
  ],
  target: 'label',
}

export const tinyReference: Reference = {
  rows: 100,
  columns: [
    { kind: 'length', name: 'body', missing: 0, edges: [1, 3, 9], counts: [50, 50] },
    { kind: 'number', name: 'hour', missing: 0, edges: [0, 12, 23], counts: [60, 40] },
  ],
  classes: [
    { name: 'ham', rows: 80, predicted: 80 },
    { name: 'spam', rows: 20, predicted: 20 },
  ],
  confidence: { counts: [...new Array<number>(19).fill(0), 100], mean: 0.97 },
}
