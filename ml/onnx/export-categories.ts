import { type CategoryBlock, joiner } from '#ml/features/category-block'
import type { GraphBuilder } from './graph-builder'

/** Adds the block and returns its part of x W, [N, outputs]. `text` [N] strings; `weights` [terms][outputs]. */
export function exportCategory(graph: GraphBuilder, block: CategoryBlock, text: string, weights: Float32Array, outputs: number): string {
  return linesOf(graph, block, text, block.numbers ? numbersTimes(block.numbers, weights, block.terms, outputs) : weights, outputs)
}

/** [N, terms]: the code, a 1 in the column of the value, or the numbers of the value. */
export function denseCategory(graph: GraphBuilder, block: CategoryBlock, text: string): string {
  if (block.numbers) return linesOf(graph, block, text, block.numbers, block.terms)
  if (block.encoding === 'codes') {
    const known = block.values.map((_, i) => i)
    const code = graph.add(
      'LabelEncoder',
      [text],
      {
        keys_strings: { strings: block.values },
        values_floats: { floats: known },
        default_float: { float: block.hasOther ? block.values.length : Number.NaN },
      },
      'ai.onnx.ml',
    )
    return graph.add('Reshape', [code, graph.ints(-1, 1)])
  }
  const columns = new Float32Array(block.terms * (block.values.length + 1))
  for (let i = 0; i < block.terms; i++) columns[i * block.terms + i] = 1
  return linesOf(graph, block, text, columns, block.terms)
}

/** The block's raw text, [N]: values of several columns joined. */
export function categoryText(graph: GraphBuilder, { from }: CategoryBlock, flat: (name: string) => string): string {
  const [first = '', ...others] = from.map(flat)
  return others.reduce((joined, text) => graph.add('StringConcat', [graph.add('StringConcat', [joined, graph.text(joiner)]), text]), first)
}

/** Each row's line of a table [values + 1][outputs]; the last line is for every other value, zeros when it is left out. */
function linesOf(graph: GraphBuilder, block: CategoryBlock, text: string, lines: Float32Array, outputs: number): string {
  const others = block.values.length
  const table = new Float32Array((others + 1) * outputs)
  table.set(lines)
  const ids = block.values.map((_, i) => i)
  const id = graph.add(
    'LabelEncoder',
    [text],
    { keys_strings: { strings: block.values }, values_int64s: { ints: ids }, default_int64: others },
    'ai.onnx.ml',
  )
  return graph.add('Gather', [graph.constant([others + 1, outputs], table), id])
}

/** numbers [lines][terms] times weights [terms][outputs]. */
function numbersTimes(numbers: Float32Array, weights: Float32Array, terms: number, outputs: number): Float32Array {
  return Float32Array.from({ length: (numbers.length / terms) * outputs }, (_, i) => {
    const [line, k] = [Math.floor(i / outputs), i % outputs]
    let sum = 0
    for (let term = 0; term < terms; term++) sum += (numbers[line * terms + term] ?? 0) * (weights[term * outputs + k] ?? 0)
    return sum
  })
}
