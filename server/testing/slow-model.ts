import { GraphBuilder } from '#ml/onnx/graph-builder'
import { elementTypes } from '#ml/onnx/onnx-model'
import { answeringTiny } from './tiny-model'

const width = 256
const layers = 20

/**
 * A real model file that reads what the tiny one reads and always answers `ham`, but computes for longer the later the hour:
 * 2.6 million multiplications for each. At hour 1 it is quick; at hour 100,000 it takes as good as for ever.
 */
export function slowModel(): Uint8Array {
  const graph = new GraphBuilder()
  const hour = graph.add('Where', [graph.add('IsNaN', ['hour']), graph.float(1), 'hour'])
  const most = graph.add('ReduceMax', [hour], { keepdims: 0 })
  const times = graph.add('Reshape', [graph.add('Cast', [most], { to: elementTypes.int64 }), graph.ints(1)])
  const repeats = graph.add('Concat', [times, graph.ints(1)], { axis: 0 })
  let layer = graph.add('Tile', [graph.constant([1, width], new Float32Array(width).fill(0.5)), repeats])
  const weights = graph.constant(
    [width, width],
    Float32Array.from({ length: width * width }, (_, i) => ((i * 7) % 13) / 1_000),
  )
  for (let i = 0; i < layers; i++) layer = graph.add('Tanh', [graph.add('MatMul', [layer, weights])])
  const nothing = graph.add('Mul', [graph.add('ReduceMean', [layer], { keepdims: 0 }), graph.float(0)])
  const isSpam = graph.add('Cast', [graph.add('Equal', ['body', graph.text('spam')])], { to: elementTypes.float })
  const logits = graph.add('Add', [graph.add('MatMul', [isSpam, graph.constant([1, 2], Float32Array.of(0, 0.5))]), nothing])
  return answeringTiny(graph, graph.add('Add', [logits, graph.constant([1, 2], Float32Array.of(2, 0))]))
}
