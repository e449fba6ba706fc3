import type { CategoryBlock } from '#ml/features/category-block'
import type { FittedFeatures } from '#ml/features/fit-plan'
import type { NumberBlock } from '#ml/features/number-block'
import { denseText, exportLowercase, exportText } from './export-text'
import type { GraphBuilder } from './graph-builder'

/** The fitted features inside a graph, in the forms that models read; each is added when first asked for. */
export type FeatureTensors = {
  /** x W of all terms, [N, outputs]; `weights` [terms][outputs]. Text never becomes as wide as its vocabulary. */
  product(weights: Float32Array, outputs: number): string
  /** All terms side by side, [N, terms]; NaN where a value is missing. */
  dense(): string
}

/** Adds what the blocks read from the raw columns; see FeatureTensors for what models may ask. */
export function exportFeatures(graph: GraphBuilder, features: FittedFeatures): FeatureTensors {
  const flat = rememberedBy((name: string) => graph.add('Reshape', [name, graph.ints(-1)]))
  const lower = rememberedBy((name: string) => exportLowercase(graph, flat(name)))
  return {
    product(weights, outputs) {
      const weightsOf = ({ offset, terms }: { offset: number; terms: number }) =>
        weights.subarray(offset * outputs, (offset + terms) * outputs)
      const numbers = features.blocks.filter((block) => block.kind === 'number')
      const parts = features.blocks.flatMap((block) => {
        if (block.kind === 'number' || block.terms === 0) return []
        if (block.kind === 'category') return exportCategory(graph, block, flat(block.name), weightsOf(block), outputs)
        return exportText(graph, block, block.form.lowercase ? lower(block.name) : flat(block.name), weightsOf(block), outputs)
      })
      if (numbers.length > 0) parts.push(exportNumbers(graph, numbers, weightsOf, outputs))
      return parts.reduce((sum, part) => graph.add('Add', [part, sum]))
    },
    dense() {
      const parts = features.blocks.flatMap((block) => {
        if (block.terms === 0) return []
        if (block.kind === 'number') return denseNumber(graph, block)
        if (block.kind === 'category') return denseCategory(graph, block, flat(block.name))
        return denseText(graph, block, block.form.lowercase ? lower(block.name) : flat(block.name))
      })
      return parts.length === 1 ? (parts[0] ?? '') : graph.add('Concat', parts, { axis: 1 })
    },
  }
}

/** Class weights of each row's value; the last row of the table is for every other value. */
function exportCategory(graph: GraphBuilder, block: CategoryBlock, text: string, weights: Float32Array, classes: number): string {
  const others = block.values.length
  const table = new Float32Array((others + 1) * classes)
  table.set(weights)
  const ids = block.values.map((_, i) => i)
  const id = graph.add(
    'LabelEncoder',
    [text],
    { keys_strings: { strings: block.values }, values_int64s: { ints: ids }, default_int64: others },
    'ai.onnx.ml',
  )
  return graph.add('Gather', [graph.constant([others + 1, classes], table), id])
}

/** [N, terms]: the code, or a 1 in the column of the value. */
function denseCategory(graph: GraphBuilder, block: CategoryBlock, text: string): string {
  const known = block.values.map((_, i) => i)
  const other = block.hasOther ? block.values.length : -1
  if (block.encoding === 'codes') {
    const code = graph.add(
      'LabelEncoder',
      [text],
      {
        keys_strings: { strings: block.values },
        values_floats: { floats: known },
        default_float: { float: other < 0 ? Number.NaN : other },
      },
      'ai.onnx.ml',
    )
    return graph.add('Reshape', [code, graph.ints(-1, 1)])
  }
  const columns = new Float32Array(block.terms * (block.values.length + 1))
  for (let i = 0; i < block.terms; i++) columns[i * block.terms + i] = 1
  return exportCategory(graph, block, text, columns, block.terms)
}

/** [N, 1 or 2]: the scaled value, and whether it was missing. */
function denseNumber(graph: GraphBuilder, { name, fill, center, factor, hasIndicator }: NumberBlock): string {
  const isMissing = graph.add('Or', [graph.add('IsNaN', [name]), graph.add('IsInf', [name])])
  const filled = graph.add('Where', [isMissing, graph.float(fill), name])
  const centred = center === 0 ? filled : graph.add('Sub', [filled, graph.float(center)])
  const scaled = factor === 1 ? centred : graph.add('Mul', [centred, graph.float(factor)])
  return hasIndicator ? graph.add('Concat', [scaled, graph.add('Cast', [isMissing], { to: 1 })], { axis: 1 }) : scaled
}

/** All number columns side by side: fill, centre, scale, then one product; and one more for the missing ones. */
function exportNumbers(
  graph: GraphBuilder,
  blocks: readonly NumberBlock[],
  weightsOf: (block: NumberBlock) => Float32Array,
  classes: number,
): string {
  const width = blocks.length
  const vector = (pick: (block: NumberBlock) => number) => graph.constant([width], Float32Array.from(blocks, pick))
  const matrix = (row: number) => {
    const rows = blocks.map((block) =>
      row < block.terms ? weightsOf(block).subarray(row * classes, (row + 1) * classes) : new Float32Array(classes),
    )
    return graph.constant([width, classes], Float32Array.from(rows.flatMap((part) => [...part])))
  }
  const raw =
    width === 1
      ? (blocks[0]?.name ?? '')
      : graph.add(
          'Concat',
          blocks.map(({ name }) => name),
          { axis: 1 },
        )
  const isMissing = graph.add('Or', [graph.add('IsNaN', [raw]), graph.add('IsInf', [raw])])
  const filled = graph.add('Where', [isMissing, vector(({ fill }) => fill), raw])
  const scaled = graph.add('Mul', [graph.add('Sub', [filled, vector(({ center }) => center)]), vector(({ factor }) => factor)])
  const product = graph.add('MatMul', [scaled, matrix(0)])
  if (!blocks.some(({ hasIndicator }) => hasIndicator)) return product
  return graph.add('Add', [product, graph.add('MatMul', [graph.add('Cast', [isMissing], { to: 1 }), matrix(1)])])
}

/** Calls `make` once per name. */
function rememberedBy(make: (name: string) => string): (name: string) => string {
  const made = new Map<string, string>()
  return (name) => {
    const known = made.get(name) ?? make(name)
    made.set(name, known)
    return known
  }
}
