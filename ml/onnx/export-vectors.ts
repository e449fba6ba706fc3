import type { VectorsBlock } from '#ml/features/vectors-block'
import { countTerms, wordPieces } from './export-text'
import type { GraphBuilder } from './graph-builder'

/**
 * A block of word vectors: words -> ids, each (row, word) once with its count -> Gather of the word's line, times count and weight,
 * ScatterND-added into the row -> divided by the sum of the weights.
 */

/** Stands below every whole: where it is 0, so is the sum. */
const almostNothing = 1e-30

/** Adds the block and returns its part of x W, [N, outputs]. `text` [N] strings; `weights` [terms][outputs]. */
export function exportVectors(graph: GraphBuilder, block: VectorsBlock, text: string, weights: Float32Array, outputs: number): string {
  const { dimensions, terms } = block
  // a line of products a word is shorter than its vector where there are few outputs
  if (outputs >= dimensions) return graph.add('MatMul', [denseVectors(graph, block, text), graph.constant([terms, outputs], weights)])
  const { mean, isUnknown } = meanOfLines(graph, block, text, productsOf(block, weights, outputs), outputs)
  if (!block.hasIndicator) return mean
  const ofIndicator = graph.constant([1, outputs], weights.slice(dimensions * outputs))
  return graph.add('Add', [mean, graph.add('MatMul', [isUnknown(), ofIndicator])])
}

/** The block's terms side by side, [N, terms]. */
export function denseVectors(graph: GraphBuilder, block: VectorsBlock, text: string): string {
  const { mean, isUnknown } = meanOfLines(graph, block, text, block.vectors, block.dimensions)
  return block.hasIndicator ? graph.add('Concat', [mean, isUnknown()], { axis: 1 }) : mean
}

/** `mean` [N, width]: of the lines [words][width] of each text's words; `isUnknown` [N, 1]: 1 where no word is known. */
function meanOfLines(
  graph: GraphBuilder,
  block: VectorsBlock,
  text: string,
  lines: Float32Array,
  width: number,
): { mean: string; isUnknown(): string } {
  const words = block.table.size
  const { rows, rowColumn, term, counts } = countTerms(graph, wordIds(graph, block, text))
  // one line more, of zeros, for what is no known word
  const gathered = graph.add('Gather', [graph.constant([words + 1, width], longer(lines, (words + 1) * width)), term])
  const count = graph.add('Cast', [counts], { to: 1 })
  const weight = block.weights
    ? graph.add('Gather', [graph.constant([words + 1], longer(block.weights, words + 1)), term])
    : graph.add('Cast', [graph.add('Less', [term, graph.int(words)])], { to: 1 })
  const ofEach = graph.add('Unsqueeze', [graph.add('Mul', [count, weight]), graph.ints(1)])
  const parts = graph.add('Mul', [gathered, ofEach])
  const shape = graph.add('Concat', [rows, graph.ints(width)], { axis: 0 })
  const sums = graph.add('ScatterND', [graph.add('ConstantOfShape', [shape]), rowColumn, parts], { reduction: 'add' })
  const zeros = graph.add('ConstantOfShape', [graph.add('Concat', [rows, graph.ints(1)], { axis: 0 })])
  const whole = graph.add('ScatterND', [zeros, rowColumn, ofEach], { reduction: 'add' })
  return {
    mean: graph.add('Div', [sums, graph.add('Max', [whole, graph.float(almostNothing)])]),
    isUnknown: () => graph.add('Cast', [graph.add('Equal', [whole, graph.float(0)])], { to: 1 }),
  }
}

/** The words' places among the vectors, [N, n] with n at least 1; the number of words stands for one that is not known. */
function wordIds(graph: GraphBuilder, { table }: VectorsBlock, text: string): string {
  const words = Array.from({ length: table.size }, (_, id) => table.text(id, ''))
  return graph.add(
    'LabelEncoder',
    [wordPieces(graph, text)],
    { keys_strings: { strings: words }, values_int64s: { ints: words.map((_, id) => id) }, default_int64: words.length },
    'ai.onnx.ml',
  )
}

/** The vectors times the weights of their dimensions, [words][outputs]. */
function productsOf({ table, vectors, dimensions }: VectorsBlock, weights: Float32Array, outputs: number): Float32Array {
  const products = new Float32Array(table.size * outputs)
  const line = new Float64Array(outputs)
  for (let word = 0; word < table.size; word++) {
    line.fill(0)
    for (let i = 0; i < dimensions; i++) {
      const value = vectors[word * dimensions + i] ?? 0
      for (let k = 0; k < outputs; k++) line[k] = (line[k] ?? 0) + value * (weights[i * outputs + k] ?? 0)
    }
    products.set(line, word * outputs)
  }
  return products
}

function longer(values: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length)
  longer.set(values)
  return longer
}
