import { AppError } from '#core/errors/app-error'
import type { CategoryBlock } from '#ml/features/category-block'
import type { NumberBlock } from '#ml/features/number-block'
import type { FittedPipeline } from '#ml/pipeline/fitted-pipeline'
import { exportLowercase, exportText } from './export-text'
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
  const { classes, model, signature, reference, plan } = pipeline
  const bytes = model.weights.length * 4
  if (bytes > mostBytes) {
    throw new AppError('too_large', {
      detail: `The model of ${model.terms} terms and ${classes.length} classes takes ${(bytes / 1024 ** 3).toFixed(1)} GiB; a model file holds at most 1.9. Lower "most terms" of the text features, or join rare classes.`,
    })
  }
  const graph = new GraphBuilder()
  const logits = addBlocks(graph, pipeline)
  graph.output('probabilities', 'Softmax', [logits], { axis: 1 })
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

/** Sum of all blocks' parts and the bias, [N, K]. */
function addBlocks(graph: GraphBuilder, { features, model }: FittedPipeline): string {
  const width = model.classes
  const weightsOf = ({ offset, terms }: { offset: number; terms: number }) =>
    model.weights.subarray(offset * width, (offset + terms) * width)
  const flat = rememberedBy((name: string) => graph.add('Reshape', [name, graph.ints(-1)]))
  const lower = rememberedBy((name: string) => exportLowercase(graph, flat(name)))
  const numbers: NumberBlock[] = []
  let sum = graph.constant([1, width], model.bias)
  for (const block of features.blocks) {
    if (block.kind === 'number') numbers.push(block)
    else if (block.terms === 0) continue
    else if (block.kind === 'category')
      sum = graph.add('Add', [exportCategory(graph, block, flat(block.name), weightsOf(block), width), sum])
    else {
      const text = block.form.lowercase ? lower(block.name) : flat(block.name)
      sum = graph.add('Add', [exportText(graph, block, text, weightsOf(block), width), sum])
    }
  }
  if (numbers.length > 0) sum = graph.add('Add', [exportNumbers(graph, numbers, weightsOf, width), sum])
  return sum
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
