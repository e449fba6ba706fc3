import { ProtobufWriter } from './protobuf'

/**
 * The part of the ONNX format that we write (onnx.proto3, IR version 10): one graph of nodes, initialisers, inputs and
 * outputs, with metadata. Field numbers are those of onnx.proto.
 */

export const elementTypes = { float: 1, int8: 3, int64: 7, string: 8, bool: 9, double: 11 } as const
export type ElementType = keyof typeof elementTypes

/** Data decides the type: float, double, small and other whole numbers, text. */
export type TensorData = Float32Array | Float64Array | Int8Array | BigInt64Array | readonly string[]

export type OnnxTensor = { name: string; dims: readonly number[]; data: TensorData }

/** Whole numbers and text stand for themselves; the others say what they are. */
export type OnnxAttribute =
  | number
  | string
  | { ints: Iterable<number> }
  | { float: number }
  | { floats: ArrayLike<number> }
  | { strings: readonly string[] }
  | { tensor: OnnxTensor }

export type OnnxNode = {
  operator: string
  /** '' for an input that is left out. */
  inputs: readonly string[]
  outputs: readonly string[]
  attributes?: Record<string, OnnxAttribute>
  domain?: 'ai.onnx.ml' | 'com.microsoft'
}

/** What a graph takes over from another file, where that is wrapped: its formats, and its functions as they are. */
export type OnnxFormat = {
  irVersion: number
  operatorSets: readonly (readonly [domain: string, version: number])[]
  functions: readonly Uint8Array[]
}

/** `dims`: a number, or a name for a free dimension. Left out: nothing is declared. */
export type OnnxValueInfo = { name: string; type: ElementType; dims?: readonly (number | string)[] }

/** Nodes and initialisers that are bytes already (NodeProto, TensorProto) are written as they are. */
export type OnnxGraph = {
  nodes: readonly (OnnxNode | Uint8Array)[]
  initializers: readonly (OnnxTensor | Uint8Array)[]
  sparseInitializers?: readonly Uint8Array[]
  inputs: readonly OnnxValueInfo[]
  outputs: readonly OnnxValueInfo[]
  metadata: Readonly<Record<string, string>>
}

const irVersion = 10
const operatorSets = [
  ['', 21],
  ['ai.onnx.ml', 3],
  ['com.microsoft', 1],
] as const
const attributeTypes = { float: 1, floats: 6, int: 2, string: 3, tensor: 4, ints: 7, strings: 8 } as const

const ownFormat: OnnxFormat = { irVersion, operatorSets, functions: [] }

/** The bytes of a .onnx file. The same graph gives the same bytes. */
export function writeOnnx(graph: OnnxGraph, format: OnnxFormat = ownFormat): Uint8Array<ArrayBuffer> {
  const body = new ProtobufWriter()
  for (const [i, node] of graph.nodes.entries()) {
    body.raw(1, node instanceof Uint8Array ? node : writeNode(node, `${i}_${node.operator}`).done())
  }
  body.text(2, 'stageline')
  for (const tensor of graph.initializers) body.raw(5, tensor instanceof Uint8Array ? tensor : writeTensor(tensor).done())
  for (const sparse of graph.sparseInitializers ?? []) body.raw(15, sparse)
  for (const input of graph.inputs) body.message(11, writeValueInfo(input))
  for (const output of graph.outputs) body.message(12, writeValueInfo(output))
  const model = new ProtobufWriter().int(1, format.irVersion).text(2, 'stageline').message(7, body)
  for (const [domain, version] of format.operatorSets) {
    const set = new ProtobufWriter()
    if (domain) set.text(1, domain)
    model.message(8, set.int(2, version))
  }
  for (const [key, value] of Object.entries(graph.metadata)) model.message(14, new ProtobufWriter().text(1, key).text(2, value))
  for (const each of format.functions) model.raw(25, each)
  return model.done().slice()
}

/** One node as bytes (NodeProto). */
export function writeNode({ operator, inputs, outputs, attributes = {}, domain }: OnnxNode, name: string): ProtobufWriter {
  const node = new ProtobufWriter()
  for (const input of inputs) node.text(1, input)
  for (const output of outputs) node.text(2, output)
  node.text(3, name).text(4, operator)
  for (const [key, value] of Object.entries(attributes)) node.message(5, writeAttribute(key, value))
  return domain ? node.text(7, domain) : node
}

function writeAttribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const attribute = new ProtobufWriter().text(1, name)
  if (typeof value === 'number') return attribute.int(3, value).int(20, attributeTypes.int)
  if (typeof value === 'string') return attribute.text(4, value).int(20, attributeTypes.string)
  if ('tensor' in value) return attribute.message(5, writeTensor(value.tensor)).int(20, attributeTypes.tensor)
  if ('float' in value) return attribute.float(2, value.float).int(20, attributeTypes.float)
  if ('floats' in value) return attribute.raw(7, bytesOf(Float32Array.from(value.floats))).int(20, attributeTypes.floats)
  if ('ints' in value) return attribute.packed(8, value.ints).int(20, attributeTypes.ints)
  for (const text of value.strings) attribute.text(9, text)
  return attribute.int(20, attributeTypes.strings)
}

/** One tensor as bytes (TensorProto). */
export function writeTensor({ name, dims, data }: OnnxTensor): ProtobufWriter {
  const tensor = new ProtobufWriter()
  for (const dim of dims) tensor.int(1, dim)
  if (data instanceof Float32Array) return tensor.int(2, elementTypes.float).text(8, name).raw(9, bytesOf(data))
  if (data instanceof Float64Array) return tensor.int(2, elementTypes.double).text(8, name).raw(9, bytesOf(data))
  if (data instanceof Int8Array) return tensor.int(2, elementTypes.int8).text(8, name).raw(9, bytesOf(data))
  if (data instanceof BigInt64Array) return tensor.int(2, elementTypes.int64).text(8, name).raw(9, bytesOf(data))
  tensor.int(2, elementTypes.string)
  for (const text of data) tensor.text(6, text)
  return tensor.text(8, name)
}

/** Little-endian, as every machine is that runs us. */
function bytesOf(array: Float32Array | Float64Array | Int8Array | BigInt64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function writeValueInfo({ name, type, dims }: OnnxValueInfo): ProtobufWriter {
  const tensorType = new ProtobufWriter().int(1, elementTypes[type])
  if (dims) {
    const shape = new ProtobufWriter()
    for (const dim of dims) shape.message(1, typeof dim === 'string' ? new ProtobufWriter().text(2, dim) : new ProtobufWriter().int(1, dim))
    tensorType.message(2, shape)
  }
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensorType))
}
