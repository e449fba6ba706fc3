import type { LinkModel } from '#ml/models/links'
import type { FeatureTensors } from './export-features'
import type { GraphBuilder } from './graph-builder'

const types = { float: 1, double: 11 }

/**
 * Scores of a model of links, [N, items], as linkScores: the links of each item had are looked up and added to the items that
 * they lead to, in double precision.
 */
export function exportLinks(graph: GraphBuilder, model: LinkModel, features: FeatureTensors): string {
  const { terms, width, ids, values, bias } = model
  const had = features.dense()
  const places = sumOfLinks(graph, { terms, width, ids, values }, had)
  const count = graph.add('Cast', [graph.add('ReduceSum', [had, graph.ints(1)], { keepdims: 1 })], { to: types.double })
  const scale = graph.add('Sqrt', [graph.add('Max', [count, graph.constant([], Float64Array.of(1))])])
  const biases = graph.constant([1, terms], Float64Array.from(bias))
  const scores = graph.add('Add', [graph.add('Div', [places, scale]), biases])
  const peak = graph.add('ReduceMax', [scores, graph.ints(1)], { keepdims: 1 })
  return graph.add('Cast', [graph.add('Sub', [scores, peak])], { to: types.float })
}

/** [N, terms] double. One item more than there are stands in every list, and for what a short list of links leaves empty. */
function sumOfLinks(
  graph: GraphBuilder,
  { terms, width, ids, values }: Pick<LinkModel, 'terms' | 'width' | 'ids' | 'values'>,
  had: string,
): string {
  const padded = graph.add('Pad', [had, graph.ints(0, 0, 0, 1), graph.float(1)])
  // [2, n]: row and item of each entry
  const entries = graph.add('NonZero', [padded])
  const [row, item] = [0, 1].map((axis) => graph.add('Gather', [entries, graph.int(axis)], { axis: 0 }))
  const others = BigInt64Array.from({ length: (terms + 1) * width }, (_, at) => BigInt(ids[at] ?? terms))
  const strengths = Float32Array.from({ length: (terms + 1) * width }, (_, at) => values[at] ?? 0)
  const link = graph.add('Reshape', [graph.add('Gather', [graph.constant([terms + 1, width], others), item ?? '']), graph.ints(-1, 1)])
  const strength = graph.add('Gather', [graph.constant([terms + 1, width], strengths), item ?? ''])
  const shape = graph.add('Shape', [strength])
  const rows = graph.add('Expand', [graph.add('Unsqueeze', [row ?? '', graph.ints(1)]), shape])
  const place = graph.add('Concat', [graph.add('Reshape', [rows, graph.ints(-1, 1)]), link], { axis: 1 })
  const sums = graph.add(
    'ScatterND',
    [
      graph.add('Mul', [graph.add('Cast', [padded], { to: types.double }), graph.constant([], Float64Array.of(0))]),
      place,
      graph.add('Reshape', [graph.add('Cast', [strength], { to: types.double }), graph.ints(-1)]),
    ],
    { reduction: 'add' },
  )
  return graph.add('Slice', [sums, graph.ints(0), graph.ints(terms), graph.ints(1)])
}
