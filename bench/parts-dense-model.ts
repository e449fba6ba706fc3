import { GraphBuilder } from '#ml/onnx/graph-builder'
import { elementTypes } from '#ml/onnx/onnx-model'
import { answeringTiny } from '#server/testing/tiny-model'

/**
 * A network of dense layers that reads what the tiny model reads (`body`, `hour`): `layers * width * width` weights of four
 * bytes. One row reads all weights from memory, and so does a batch: the cost of a batch grows much slower than its rows.
 */
export function denseModel({ width, layers }: { width: number; layers: number }): Uint8Array {
  const graph = new GraphBuilder()
  const isSpam = graph.add('Cast', [graph.add('Equal', ['body', graph.text('spam')])], { to: elementTypes.float })
  const hour = graph.add('Where', [graph.add('IsNaN', ['hour']), graph.float(12), 'hour'])
  const inputs = graph.add('Concat', [isSpam, hour], { axis: 1 })
  let layer = graph.add('Tanh', [graph.add('MatMul', [inputs, graph.constant([2, width], weights(2 * width, 0))])])
  for (let i = 1; i <= layers; i++) {
    layer = graph.add('Tanh', [graph.add('MatMul', [layer, graph.constant([width, width], weights(width * width, i))])])
  }
  return answeringTiny(graph, graph.add('MatMul', [layer, graph.constant([width, 2], weights(2 * width, layers + 1))]))
}

/** Small numbers of both signs, the same at every run. */
function weights(count: number, salt: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (((i * 31 + salt * 17) % 29) - 14) / 400)
}
