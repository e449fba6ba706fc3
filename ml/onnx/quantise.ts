import { elementTypes, type OnnxNode, type OnnxTensor, writeNode, writeTensor } from './onnx-model'
import { readFields, readPacked, textOf } from './outside/read-protobuf'
import { ProtobufWriter } from './protobuf'

/**
 * Large float32 tables of a model as int8 with a scale a line, in its file: q = round(value / scale), scale = largest |value| of the
 * line / 127 (symmetric, as in Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
 * Inference", section 2, with a zero point of 0). Two forms:
 *
 *   a table of which rows are gathered (words, categories, items): Gather of the int8 rows, times the rows' scales. It stays int8
 *   in memory as well.
 *   a matrix that is multiplied whole: int8 and scales in the file, multiplied out when a runtime loads it, and as fast as before.
 *   Sums stay in float: sums of int8 products round what a row holds by that row, so that runtimes would differ.
 *
 * Everything else, the metadata among it, stays as it is. The same bytes give the same bytes.
 */

/** A table that became int8. */
export type Int8Table = { rows: number; columns: number; form: 'gathered' | 'whole' }

/** Smaller ones cost more in nodes than they save. */
const leastValues = 1_024
/** Shorter rows have no scale of their own. */
const leastColumns = 8

type Initializer = { name: string; dims: number[]; values: Float32Array }
type Consumer = { operator: string; input: number; node: number; axis: bigint }

/** A .onnx file with its large tables in int8; no tables when it has none, and the bytes as they came. */
export function quantiseOnnx(bytes: Uint8Array): { bytes: Uint8Array<ArrayBuffer>; tables: Int8Table[] } {
  const model = readFields(bytes)
  const graphField = model.find(({ field }) => field === 7)
  if (!graphField) return { bytes: new Uint8Array(bytes), tables: [] }
  const { graph, tables } = quantiseGraph(graphField.bytes)
  if (tables.length === 0) return { bytes: new Uint8Array(bytes), tables }
  const out = new ProtobufWriter()
  for (const each of model) {
    if (each === graphField) out.raw(7, graph)
    else out.copy(each.whole)
  }
  return { bytes: out.done().slice(), tables }
}

function quantiseGraph(bytes: Uint8Array): { graph: Uint8Array; tables: Int8Table[] } {
  const fields = readFields(bytes)
  const nodes = fields.flatMap((each) => (each.field === 1 ? [readNode(each.bytes)] : []))
  const consumers = consumersOf(nodes)
  const hasInner = nodes.some(({ hasGraph }) => hasGraph)
  const names = new Set([...nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs])])
  const plans = new Map<Uint8Array, Plan>()
  for (const each of fields) {
    if (each.field !== 5) continue
    const tensor = readFloats(each.bytes)
    const form = tensor && formOf(consumers.get(tensor.name) ?? [])
    // A graph inside a node may read the table by its name, so the name must stay.
    if (tensor && form) plans.set(each.bytes, planTable(tensor, hasInner ? 'whole' : form, names))
  }
  const gathered = new Map([...plans.values()].filter(({ table }) => table.form === 'gathered').map((plan) => [plan.name, plan]))
  const out = new ProtobufWriter()
  for (const { table, nodes: own } of plans.values())
    if (table.form === 'whole') for (const node of own) out.message(1, writeNode(node, nameOf(node)))
  for (const each of fields) {
    const plan = each.field === 5 ? plans.get(each.bytes) : undefined
    const gather = each.field === 1 ? gatherOf(each.bytes, gathered) : null
    if (plan) for (const tensor of [plan.quantised, plan.scales]) out.message(5, writeTensor(tensor))
    else if (gather) for (const node of gather) out.message(1, writeNode(node, nameOf(node)))
    else out.copy(each.whole)
  }
  return { graph: out.done(), tables: [...plans.values()].map(({ table }) => table) }
}

const nameOf = ({ operator, outputs }: OnnxNode) => `${outputs[0] ?? ''}_${operator}`

type ReadNode = { inputs: string[]; outputs: string[]; operator: string; axis: bigint; isStandard: boolean; hasGraph: boolean }

function readNode(bytes: Uint8Array): ReadNode {
  const node: ReadNode = { inputs: [], outputs: [], operator: '', axis: 0n, isStandard: true, hasGraph: false }
  for (const { field, bytes: value } of readFields(bytes, [1, 2, 4, 5, 7])) {
    if (field === 1) node.inputs.push(textOf(value))
    else if (field === 2) node.outputs.push(textOf(value))
    else if (field === 4) node.operator = textOf(value)
    else if (field === 7) node.isStandard = value.length === 0 || textOf(value) === 'ai.onnx'
    else {
      const attribute = readFields(value, [1, 3, 6, 11])
      if (attribute.some((each) => each.field === 6 || each.field === 11)) node.hasGraph = true
      const key = attribute.find((each) => each.field === 1)
      if (key && textOf(key.bytes) === 'axis') node.axis = attribute.find((each) => each.field === 3)?.int ?? 0n
    }
  }
  return node
}

function consumersOf(nodes: readonly ReadNode[]): Map<string, Consumer[]> {
  const found = new Map<string, Consumer[]>()
  for (const [node, { inputs, operator, axis, isStandard }] of nodes.entries()) {
    for (const [input, name] of inputs.entries()) {
      const consumer = { operator: isStandard ? operator : '', input, node, axis }
      const known = found.get(name)
      if (known) known.push(consumer)
      else found.set(name, [consumer])
    }
  }
  return found
}

/** How a table is read; null when it is read in a way in which rounding may do more harm than to a sum. */
function formOf(consumers: readonly Consumer[]): Int8Table['form'] | null {
  if (consumers.length === 0) return null
  if (consumers.every(({ operator, input, axis }) => operator === 'Gather' && input === 0 && axis === 0n)) return 'gathered'
  const isFactor = ({ operator, input }: Consumer) => operator === 'Cast' || ((operator === 'MatMul' || operator === 'Gemm') && input === 1)
  return consumers.every(isFactor) ? 'whole' : null
}

/** A float32 matrix that is large enough, with finite values. */
function readFloats(bytes: Uint8Array): Initializer | null {
  const fields = readFields(bytes, [1, 2, 8, 9])
  if (fields.find(({ field }) => field === 2)?.int !== BigInt(elementTypes.float)) return null
  const dims = fields
    .flatMap(({ field, int, bytes: packed }) => (field === 1 ? (packed.length > 0 ? readPacked(packed) : [int]) : []))
    .map(Number)
  const name = fields.find(({ field }) => field === 8)
  const raw = fields.find(({ field }) => field === 9)?.bytes
  const [rows = 0, columns = 0] = dims
  if (!name || !raw || dims.length !== 2 || rows * columns < leastValues || raw.length !== rows * columns * 4) return null
  // Copied, so that it is aligned (slice would not copy a Buffer); little-endian, as every machine is that runs us.
  const values = new Float32Array(new Uint8Array(raw).buffer)
  return values.every(Number.isFinite) ? { name: textOf(name.bytes), dims, values } : null
}

type Plan = { name: string; table: Int8Table; quantised: OnnxTensor; scales: OnnxTensor; nodes: OnnxNode[] }

function planTable({ name, dims, values }: Initializer, form: Int8Table['form'], names: Set<string>): Plan {
  const [rows = 0, columns = 0] = dims
  const best = roundTable(values, { rows, columns, form })
  const own = (suffix: string) => freeName(`${name}/${suffix}`, names)
  const [quantised, scales, wide] = [own('int8'), own('scale'), own('wide')]
  return {
    name,
    table: { rows, columns, form },
    quantised: { name: quantised, dims, data: best.quantised },
    scales: { name: scales, dims: best.axis === 1 ? [1, columns] : [rows, 1], data: best.scales },
    nodes: [
      { operator: 'Cast', inputs: [quantised], outputs: [wide], attributes: { to: elementTypes.float } },
      { operator: 'Mul', inputs: [wide, scales], outputs: [name] },
    ],
  }
}

/**
 * Rounds by rows or by columns: a table that is multiplied whole by what errs less. Rows that are gathered come from very
 * different places (rare and frequent words) and have a scale each, unless they are so short that the scales outweigh them.
 */
function roundTable(values: Float32Array, { rows, columns, form }: Int8Table): Rounded {
  if (form === 'gathered') return roundLines(values, { rows, columns, axis: columns < leastColumns ? 1 : 0 })
  const [byRow, byColumn] = [roundLines(values, { rows, columns, axis: 0 }), roundLines(values, { rows, columns, axis: 1 })]
  return byColumn.error < byRow.error ? byColumn : byRow
}

/** The same rows from the int8 table: gathered, made float, times their scales. */
function gatherOf(bytes: Uint8Array, gathered: ReadonlyMap<string, Plan>): OnnxNode[] | null {
  const { operator, inputs, outputs, isStandard } = readNode(bytes)
  const plan = operator === 'Gather' && isStandard ? gathered.get(inputs[0] ?? '') : undefined
  if (!plan) return null
  const [indices = '', output = ''] = [inputs[1], outputs[0]]
  const [narrow, wide, scale] = ['int8', 'wide', 'scale'].map((suffix) => `${output}/${suffix}`)
  if (narrow === undefined || wide === undefined || scale === undefined) return null
  const axis = { axis: 0 }
  const isByRow = plan.scales.dims[1] === 1 && plan.scales.dims[0] !== 1
  return [
    { operator: 'Gather', inputs: [plan.quantised.name, indices], outputs: [narrow], attributes: axis },
    { operator: 'Cast', inputs: [narrow], outputs: [wide], attributes: { to: elementTypes.float } },
    ...(isByRow ? [{ operator: 'Gather', inputs: [plan.scales.name, indices], outputs: [scale], attributes: axis }] : []),
    { operator: 'Mul', inputs: [wide, isByRow ? scale : plan.scales.name], outputs: [output] },
  ]
}

type Rounded = { axis: 0 | 1; quantised: Int8Array; scales: Float32Array; error: number }

/** Every value to the nearest 1/127 of the largest of its row (axis 0) or column (axis 1). Whole numbers up to 127 stay as they are. */
function roundLines(values: Float32Array, { rows, columns, axis }: { rows: number; columns: number; axis: 0 | 1 }): Rounded {
  const lineOf = axis === 0 ? (i: number) => Math.floor(i / columns) : (i: number) => i % columns
  const scales = new Float32Array(axis === 0 ? rows : columns)
  const isWhole = values.every((value) => Number.isInteger(value) && Math.abs(value) <= 127)
  for (const [i, value] of values.entries()) scales[lineOf(i)] = Math.max(scales[lineOf(i)] ?? 0, Math.abs(value))
  for (const [line, largest] of scales.entries()) scales[line] = isWhole || largest === 0 ? 1 : largest / 127
  const quantised = new Int8Array(values.length)
  let error = 0
  for (const [i, value] of values.entries()) {
    const scale = scales[lineOf(i)] ?? 1
    const rounded = Math.max(-127, Math.min(127, Math.round(value / scale)))
    quantised[i] = rounded
    error += (value - rounded * scale) ** 2
  }
  return { axis, quantised, scales, error }
}

function freeName(wish: string, names: Set<string>): string {
  let name = wish
  while (names.has(name)) name += '_'
  names.add(name)
  return name
}
