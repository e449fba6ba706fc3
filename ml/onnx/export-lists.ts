import type { ListBlock } from '#ml/features/list-block'
import { countTerms } from './export-text'
import type { GraphBuilder } from './graph-builder'

/** More outputs than this, and a line of weights per entry takes more memory than the entries side by side. */
const mostGathered = 64
/** Up to so many weights are summed in double precision: long lists add up hundreds of them. */
const mostDoubles = 4_000_000
const types = { float: 1, double: 11 }

/** Adds the block and returns its part of x W, [N, outputs]. `text` [N] strings; `weights` [terms][outputs]. */
export function exportList(graph: GraphBuilder, block: ListBlock, text: string, weights: Float32Array, outputs: number): string {
  if (outputs > mostGathered) {
    const [entries, lines] = [denseList(graph, block, text), graph.constant([block.terms, outputs], weights)]
    if (weights.length > mostDoubles) return graph.add('MatMul', [entries, lines])
    const doubled = [entries, lines].map((values) => graph.add('Cast', [values], { to: types.double }))
    return graph.add('Cast', [graph.add('MatMul', doubled)], { to: types.float })
  }
  const { rows, rowColumn, term } = countTerms(graph, readEntries(graph, block, text))
  const lines = new Float32Array((block.terms + 1) * outputs)
  lines.set(weights)
  const gathered = graph.add('Gather', [graph.constant([block.terms + 1, outputs], lines), term])
  const shape = graph.add('Concat', [rows, graph.ints(outputs)], { axis: 0 })
  return graph.add('ScatterND', [graph.add('ConstantOfShape', [shape]), rowColumn, gathered], { reduction: 'add' })
}

/** [N, terms]: 1 in the column of each entry that the list holds. */
export function denseList(graph: GraphBuilder, block: ListBlock, text: string): string {
  const { rows, rowColumn, term } = countTerms(graph, readEntries(graph, block, text))
  // One column more, for what is no term.
  const shape = graph.add('Concat', [rows, graph.ints(block.terms + 1)], { axis: 0 })
  const place = graph.add('Concat', [rowColumn, graph.add('Unsqueeze', [term, graph.ints(1)])], { axis: 1 })
  const ones = graph.add('Expand', [graph.float(1), graph.add('Shape', [term])])
  const all = graph.add('ScatterND', [graph.add('ConstantOfShape', [shape]), place, ones])
  return graph.add('Slice', [all, graph.ints(0), graph.ints(block.terms), graph.ints(1)])
}

/** Ids of the entries of each row, [N, n] with n at least 1; `block.terms` stands for none. */
function readEntries(graph: GraphBuilder, block: ListBlock, text: string): string {
  const [entries = ''] = graph.addMany('StringSplit', [text], 2, { delimiter: block.separator })
  const ids = graph.add(
    'LabelEncoder',
    [entries],
    { keys_strings: { strings: block.values }, values_int64s: { ints: block.values.map((_, i) => i) }, default_int64: block.terms },
    'ai.onnx.ml',
  )
  // So that no tensor is empty where all lists of a batch are.
  return graph.add('Pad', [ids, graph.ints(0, 0, 0, 1), graph.int(block.terms)])
}
