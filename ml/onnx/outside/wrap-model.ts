import { GraphBuilder } from '../graph-builder'
import { elementTypes, type OnnxValueInfo, writeOnnx } from '../onnx-model'
import type { OutsideModel } from './outside-model'
import { type AnswerPlan, codesOf } from './plan-answer'
import { type InputPlan, takesWholeNumbers } from './plan-inputs'
import { importedName, renameNode, renameTensor } from './rename-graph'

/**
 * What becomes of the numbers that the imported graph gives. `probe` passes them on as they are, under the name
 * `probabilities`, to find out what they are.
 */
export type Answering =
  | { task: 'probe' }
  | { task: 'regression' }
  | {
      task: 'classification'
      form: 'probabilities' | 'logits'
      /** Numbers a row: 1 is the score of the second of two classes. */
      width: number
      /** In the order of the scores. */
      classes: readonly string[]
    }

/**
 * An imported graph inside a Stageline graph: inputs one [N, 1] a column, outputs `label` and `probabilities`, or `value`,
 * as docs/architecture.md says of a model file. Its nodes and weights stay byte by byte what they were, but for the names
 * of tensors, which get a prefix, and for doc strings, which are left out. The same file and plan give the same bytes.
 */
export function wrapModel({
  model,
  inputs,
  answer,
  answering,
  metadata = {},
}: {
  model: OutsideModel
  inputs: readonly InputPlan[]
  answer: AnswerPlan
  answering: Answering
  metadata?: Readonly<Record<string, string>>
}): Uint8Array<ArrayBuffer> {
  const graph = new GraphBuilder()
  const unknown = inputs.flatMap((input) => feedInput(graph, input))
  const before = graph.nodes.length
  const outputs = exportAnswer(graph, { answer, answering, unknown, first: inputs[0]?.columns[0] ?? '' })
  const constants = [...model.constants.values()]
  return writeOnnx(
    {
      nodes: [
        ...graph.nodes.slice(0, before),
        ...model.nodes.filter((node) => !answer.dropped.has(node)).map(({ bytes }) => renameNode(bytes)),
        ...graph.nodes.slice(before),
      ],
      initializers: [
        ...graph.initializers,
        ...constants.filter(({ kind }) => kind === 'dense').map(({ bytes, kind }) => renameTensor(bytes, kind)),
      ],
      sparseInitializers: constants.filter(({ kind }) => kind === 'sparse').map(({ bytes, kind }) => renameTensor(bytes, kind)),
      inputs: inputs.flatMap(({ columns, reads }) =>
        columns.map((name): OnnxValueInfo => ({ name, type: reads === 'text' ? 'string' : 'float', dims: ['N', 1] })),
      ),
      outputs,
      metadata,
    },
    {
      irVersion: Math.max(model.irVersion, leastIrVersion),
      operatorSets: [...(model.opsets.has('') ? [] : [['', ownOpset] as const]), ...model.opsets],
      functions: model.functions.map(({ bytes }) => bytes),
    },
  )
}

/** Before it, constants had to be inputs as well; functions came with it. */
const leastIrVersion = 8
/** Of the standard operators, where the file uses none. */
const ownOpset = 21

/**
 * Joins the columns of one input and gives them its type and shape. Returns, for whole numbers, tensors [N, 1] that are 0
 * where there is a number and NaN where there is none: a cast would make some number of it.
 */
function feedInput(graph: GraphBuilder, input: InputPlan): string[] {
  const isWhole = takesWholeNumbers(input)
  const columns = isWhole
    ? input.columns.map((name) => graph.add('Where', [graph.add('IsNaN', [name]), graph.float(0), name]))
    : input.columns
  const joined = columns.length === 1 ? (columns[0] ?? '') : graph.add('Concat', columns, { axis: 1 })
  const typed = input.type === elementTypes.float || input.reads === 'text' ? joined : graph.add('Cast', [joined], { to: input.type })
  const name = importedName(input.name)
  if (input.isVector) graph.output(name, 'Reshape', [typed, graph.ints(-1)])
  else if (input.trailing.length > 0) graph.output(name, 'Reshape', [typed, graph.ints(-1, ...input.trailing)])
  else graph.output(name, 'Identity', [typed])
  return isWhole ? input.columns.map((column) => graph.add('Sub', [column, column])) : []
}

type Answered = { answer: AnswerPlan; answering: Answering; unknown: readonly string[]; first: string }

function exportAnswer(graph: GraphBuilder, { answer, answering, unknown, first }: Answered): OnnxValueInfo[] {
  const width = answering.task === 'probe' ? -1 : answering.task === 'regression' ? 1 : answering.width
  const rows = graph.add('Gather', [graph.add('Shape', [first]), graph.ints(0)])
  const shape = graph.add('Concat', [rows, graph.ints(width)], { axis: 0 })
  const cast = graph.add('Cast', [importedName(answer.scores)], { to: elementTypes.float })
  const scores = unknown.reduce((sum, each) => graph.add('Add', [sum, each]), graph.add('Reshape', [cast, shape]))
  if (answering.task === 'regression') {
    graph.output('value', 'Reshape', [scores, graph.ints(-1)])
    return [{ name: 'value', type: 'float' }]
  }
  if (answering.task === 'probe') {
    graph.output('probabilities', 'Identity', [scores])
    const label = answer.label ? importedName(answer.label.name) : graph.add('ArgMax', ['probabilities'], { axis: 1, keepdims: 0 })
    graph.output('label', 'Cast', [graph.add('Reshape', [label, graph.ints(-1)])], { to: elementTypes.string })
  } else {
    exportProbabilities(graph, scores, answering)
    exportLabel(graph, answer, answering.classes)
  }
  return [
    { name: 'label', type: 'string' },
    { name: 'probabilities', type: 'float' },
  ]
}

function exportProbabilities(graph: GraphBuilder, scores: string, { form, width }: Extract<Answering, { task: 'classification' }>): void {
  if (width === 1) {
    const second = form === 'logits' ? graph.add('Sigmoid', [scores]) : scores
    graph.output('probabilities', 'Concat', [graph.add('Sub', [graph.float(1), second]), second], { axis: 1 })
  } else if (form === 'logits') graph.output('probabilities', 'Softmax', [scores], { axis: 1 })
  else graph.output('probabilities', 'Identity', [scores])
}

/** The label of the file, where it has one, under the names of the classes; else the most probable class. */
function exportLabel(graph: GraphBuilder, answer: AnswerPlan, classes: readonly string[]): void {
  const { label } = answer
  if (label?.type === 'text') {
    graph.output('label', 'Reshape', [importedName(label.name), graph.ints(-1)])
    return
  }
  const own = label ? exportPlaces(graph, label.name, codesOf(answer, classes.length)) : null
  const place = own ?? graph.add('ArgMax', ['probabilities'], { axis: 1, keepdims: 0 })
  graph.output('label', 'Gather', [graph.constant([classes.length], classes), place])
}

/** The place among the classes of labels that are whole numbers. Null where the file names its classes otherwise. */
function exportPlaces(graph: GraphBuilder, label: string, codes: readonly string[]): string | null {
  if (!codes.every((code) => /^-?\d+$/.test(code))) return null
  const given = graph.add('Reshape', [graph.add('Cast', [importedName(label)], { to: elementTypes.int64 }), graph.ints(-1, 1)])
  const isIt = graph.add('Equal', [given, graph.constant([1, codes.length], BigInt64Array.from(codes, BigInt))])
  return graph.add('ArgMax', [graph.add('Cast', [isIt], { to: elementTypes.float })], { axis: 1, keepdims: 0 })
}
