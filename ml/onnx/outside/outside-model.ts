import { AppError } from '#core/errors/app-error'
import { type ProtobufField, readFields, readPacked, textOf } from './read-protobuf'

/**
 * What an .onnx file from elsewhere says of itself, as far as it must be known to feed it and to read its answers. Field
 * numbers are those of onnx.proto (ModelProto, GraphProto, NodeProto, ValueInfoProto, AttributeProto, TensorProto).
 */
export type OutsideModel = {
  irVersion: number
  /** Versions of the operator sets by domain; the domain of the standard operators is ''. */
  opsets: ReadonlyMap<string, number>
  /** Who wrote the file, with its version: "skl2onnx 1.16.0", "pytorch 2.3.1"; '' when it does not say. */
  producer: string
  /** What must be fed: inputs of the graph that have no value in the file. */
  inputs: OutsideValue[]
  outputs: OutsideValue[]
  nodes: OutsideNode[]
  /** Constants of the graph by name, as TensorProto or SparseTensorProto. */
  constants: ReadonlyMap<string, { kind: 'dense' | 'sparse'; bytes: Uint8Array }>
  /** Functions that the file brings along, as FunctionProto. */
  functions: { domain: string; bytes: Uint8Array }[]
  /** All operators of the graph and the graphs within, with how often each occurs. */
  operators: { domain: string; name: string; count: number }[]
  /** A tensor lies in another file. */
  hasExternalData: boolean
}

/** An input or output of the graph. `type` is the TensorProto.DataType of a tensor, else 0; `dims` null: not declared. */
export type OutsideValue = {
  name: string
  kind: 'tensor' | 'sequence' | 'map' | 'other'
  type: number
  /** A number, or null for a free dimension. */
  dims: (number | null)[] | null
}

/** One operator of the graph; `bytes` is its NodeProto. */
export type OutsideNode = { operator: string; domain: string; inputs: string[]; outputs: string[]; bytes: Uint8Array }

/** Reads the bytes of an .onnx file. Throws AppError `bad_file` when they are none; nothing else is checked here. */
export function readOutsideModel(bytes: Uint8Array): OutsideModel {
  const fields = readFields(bytes)
  const graph = fields.find(({ field }) => field === 7)?.bytes ?? new Uint8Array(0)
  const inside = readFields(graph)
  const of = (number: number) => inside.filter(({ field }) => field === number)
  const constants = new Map<string, { kind: 'dense' | 'sparse'; bytes: Uint8Array }>([
    ...of(5).map(({ bytes: each }) => [nameOfTensor(each), { kind: 'dense' as const, bytes: each }] as const),
    ...of(15).map(({ bytes: each }) => [nameOfTensor(firstOf(each, 1)), { kind: 'sparse' as const, bytes: each }] as const),
  ])
  const functions = fields.filter(({ field }) => field === 25).map(({ bytes: each }) => each)
  const seen: Seen = { operators: new Map(), hasExternalData: false }
  lookThroughGraph(graph, seen, 0)
  for (const each of functions) for (const { bytes: node } of readFields(each, [7])) lookThroughNode(node, seen, 0)
  return {
    irVersion: Number(fields.find(({ field }) => field === 1)?.int ?? 0n),
    opsets: new Map(fields.filter(({ field }) => field === 8).map(({ bytes: set }) => readOpset(set))),
    producer: [2, 3]
      .map((number) => textOf(fields.find(({ field }) => field === number)?.bytes ?? new Uint8Array(0)))
      .join(' ')
      .trim(),
    inputs: of(11)
      .map(({ bytes: value }) => readValue(value))
      .filter(({ name }) => !constants.has(name)),
    outputs: of(12).map(({ bytes: value }) => readValue(value)),
    nodes: of(1).map(({ bytes: node }) => readNode(node)),
    constants,
    functions: functions.map((each) => ({ domain: plainDomain(textOf(firstOf(each, 10))), bytes: each })),
    operators: [...seen.operators.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    hasExternalData: seen.hasExternalData,
  }
}

/** Whole numbers or texts of an attribute of a node (AttributeProto: ints 8, strings 9), or null when it has none of that name. */
export function listAttribute({ bytes }: OutsideNode, name: string): { ints: bigint[]; strings: string[] } | null {
  const found = readFields(bytes, [5]).find(({ bytes: attribute }) => textOf(firstOf(attribute, 1)) === name)
  if (!found) return null
  return {
    ints: readFields(found.bytes, [8]).flatMap(intsOf),
    strings: readFields(found.bytes, [9]).map(({ bytes: text }) => textOf(text)),
  }
}

/** The values of a constant of whole numbers or texts, or null when it holds something else. */
export function constantValues(tensor: Uint8Array): bigint[] | string[] | null {
  const type = Number(readFields(tensor, [2])[0]?.int ?? 0n)
  const raw = firstOf(tensor, 9)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  switch (type) {
    case elementTypeCodes.string:
      return readFields(tensor, [6]).map(({ bytes: text }) => textOf(text))
    case elementTypeCodes.int64:
      if (raw.length > 0) return Array.from({ length: Math.floor(raw.length / 8) }, (_, i) => view.getBigInt64(i * 8, true))
      return readFields(tensor, [7]).flatMap(intsOf)
    case elementTypeCodes.int32:
      if (raw.length > 0) return Array.from({ length: Math.floor(raw.length / 4) }, (_, i) => BigInt(view.getInt32(i * 4, true)))
      return readFields(tensor, [5]).flatMap(intsOf)
    default:
      return null
  }
}

/** TensorProto.DataType by name, of the types that people meet. */
export const elementTypeCodes = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
} as const

/** The payload of the first field of a number, or nothing. */
export function firstOf(message: Uint8Array, number: number): Uint8Array {
  return readFields(message, [number])[0]?.bytes ?? new Uint8Array(0)
}

/** The standard operators have two names for their domain. */
export function plainDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain
}

const nameOfTensor = (tensor: Uint8Array) => textOf(firstOf(tensor, 8))
/** Packed, or one of the fields of an unpacked list. */
const intsOf = ({ bytes, int, whole }: ProtobufField): bigint[] => ((whole[0] ?? 0) % 8 === 0 ? [int] : readPacked(bytes))

function readOpset(set: Uint8Array): [string, number] {
  return [plainDomain(textOf(firstOf(set, 1))), Number(readFields(set, [2])[0]?.int ?? 0n)]
}

function readNode(bytes: Uint8Array): OutsideNode {
  const fields = readFields(bytes, [1, 2, 4, 7])
  const texts = (number: number) => fields.filter(({ field }) => field === number).map(({ bytes: text }) => textOf(text))
  return { operator: texts(4)[0] ?? '', domain: plainDomain(texts(7)[0] ?? ''), inputs: texts(1), outputs: texts(2), bytes }
}

function readValue(bytes: Uint8Array): OutsideValue {
  const name = textOf(firstOf(bytes, 1))
  const [type] = readFields(firstOf(bytes, 2), [1, 4, 5, 8, 9])
  if (type?.field !== 1) {
    const kind = type?.field === 4 ? 'sequence' : type?.field === 5 ? 'map' : 'other'
    return { name, kind, type: 0, dims: null }
  }
  const tensor = readFields(type.bytes, [1, 2])
  const shape = tensor.find(({ field }) => field === 2)
  return {
    name,
    kind: 'tensor',
    type: Number(tensor.find(({ field }) => field === 1)?.int ?? 0n),
    dims: shape ? readFields(shape.bytes, [1]).map(({ bytes: dim }) => readDim(dim)) : null,
  }
}

/** A size that is not above 0 stands for a free one in some exporters. */
function readDim(dim: Uint8Array): number | null {
  const size = Number(readFields(dim, [1])[0]?.int ?? 0n)
  return size > 0 ? size : null
}

/** Graphs within graphs; a stack must not end because of a file. */
const deepest = 40

type Seen = { operators: Map<string, { domain: string; name: string; count: number }>; hasExternalData: boolean }

function lookThroughGraph(graph: Uint8Array, seen: Seen, depth: number): void {
  if (depth > deepest) {
    throw new AppError('bad_file', {
      detail: `The .onnx file has graphs within graphs more than ${deepest} deep, as no exporter writes them.`,
      hint: { param: 'file' },
    })
  }
  for (const { field, bytes } of readFields(graph, [1, 5, 15])) {
    if (field === 1) lookThroughNode(bytes, seen, depth)
    else if (field === 5) lookAtTensor(bytes, seen)
    else for (const { bytes: part } of readFields(bytes, [1, 2])) lookAtTensor(part, seen)
  }
}

function lookThroughNode(bytes: Uint8Array, seen: Seen, depth: number): void {
  const { operator: name, domain } = readNode(bytes)
  const key = `${domain}:${name}`
  const known = seen.operators.get(key) ?? { domain, name, count: 0 }
  seen.operators.set(key, { ...known, count: known.count + 1 })
  for (const { bytes: attribute } of readFields(bytes, [5])) {
    // t, g, tensors, graphs, sparse_tensor, sparse_tensors
    for (const { field, bytes: value } of readFields(attribute, [5, 6, 10, 11, 22, 23])) {
      if (field === 6 || field === 11) lookThroughGraph(value, seen, depth + 1)
      else if (field === 5 || field === 10) lookAtTensor(value, seen)
      else for (const { bytes: part } of readFields(value, [1, 2])) lookAtTensor(part, seen)
    }
  }
}

function lookAtTensor(tensor: Uint8Array, seen: Seen): void {
  for (const { field, int } of readFields(tensor, [13, 14])) if (field === 13 || int === 1n) seen.hasExternalData = true
}
