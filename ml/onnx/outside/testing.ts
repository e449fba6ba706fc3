import { ProtobufWriter } from '../protobuf'

/**
 * Writes .onnx files as exporters from elsewhere do: unlike our own, with lists that are not packed (onnx.proto is proto2),
 * doc strings, declared shapes, and operator sets of their time.
 */
export type OutsideAttribute =
  | { int: number }
  | { float: number }
  | { text: string }
  | { ints: readonly number[] }
  | { floats: readonly number[] }
  | { texts: readonly string[] }
  | { graph: ProtobufWriter }

export type OutsideNodeSpec = {
  op: string
  in: readonly string[]
  out: readonly string[]
  attributes?: Record<string, OutsideAttribute>
  domain?: string
  doc?: string
}
export type OutsideTensorSpec =
  | { name: string; dims: readonly number[]; floats: readonly number[] }
  | { name: string; dims: readonly number[]; ints: readonly number[] }
  | { name: string; dims: readonly number[]; texts: readonly string[] }
  | { name: string; dims: readonly number[]; external: string }
/** `dims`: text for a free dimension. `zip`: a list of maps, as ZipMap gives. */
export type OutsideValueSpec = { name: string; type: number; dims?: readonly (number | string)[] } | { name: string; zip: 'text' | 'int' }

export type OutsideSpec = {
  producer?: string
  irVersion?: number
  opsets?: readonly (readonly [string, number])[]
  nodes: readonly OutsideNodeSpec[]
  tensors?: readonly OutsideTensorSpec[]
  inputs: readonly OutsideValueSpec[]
  outputs: readonly OutsideValueSpec[]
}

/** The bytes of a file. */
export function outsideFile(spec: OutsideSpec): Uint8Array {
  const {
    producer = 'skl2onnx',
    irVersion = 8,
    opsets = [
      ['', 15],
      ['ai.onnx.ml', 1],
    ],
  } = spec
  const model = new ProtobufWriter().int(1, irVersion).text(2, producer).text(3, '1.0').message(7, outsideGraph(spec))
  for (const [domain, version] of opsets) model.message(8, new ProtobufWriter().text(1, domain).int(2, version))
  return model.done().slice()
}

/** A graph, also one within a node. */
export function outsideGraph({ nodes, tensors = [], inputs, outputs }: OutsideSpec): ProtobufWriter {
  const graph = new ProtobufWriter()
  for (const node of nodes) graph.message(1, nodeOf(node))
  graph.text(2, 'main_graph')
  for (const tensor of tensors) graph.message(5, tensorOf(tensor))
  for (const value of inputs) graph.message(11, writtenValue(value))
  for (const value of outputs) graph.message(12, writtenValue(value))
  return graph
}

function nodeOf({ op, in: inputs, out, attributes = {}, domain, doc }: OutsideNodeSpec): ProtobufWriter {
  const node = new ProtobufWriter()
  for (const name of inputs) node.text(1, name)
  for (const name of out) node.text(2, name)
  node.text(3, `${op}_${out[0]}`).text(4, op)
  for (const [name, value] of Object.entries(attributes)) node.message(5, attributeOf(name, value))
  if (doc) node.text(6, doc)
  return domain ? node.text(7, domain) : node
}

function attributeOf(name: string, value: OutsideAttribute): ProtobufWriter {
  const attribute = new ProtobufWriter().text(1, name)
  if ('int' in value) return attribute.int(3, value.int).int(20, 2)
  if ('float' in value) return attribute.float(2, value.float).int(20, 1)
  if ('text' in value) return attribute.text(4, value.text).int(20, 3)
  if ('graph' in value) return attribute.message(6, value.graph).int(20, 5)
  if ('ints' in value) {
    for (const each of value.ints) attribute.int(8, each)
    return attribute.int(20, 7)
  }
  if ('floats' in value) {
    for (const each of value.floats) attribute.float(7, each)
    return attribute.int(20, 6)
  }
  for (const each of value.texts) attribute.text(9, each)
  return attribute.int(20, 8)
}

function tensorOf(tensor: OutsideTensorSpec): ProtobufWriter {
  const written = new ProtobufWriter()
  for (const size of tensor.dims) written.int(1, size)
  if ('external' in tensor) {
    const entry = new ProtobufWriter().text(1, 'location').text(2, tensor.external)
    return written.int(2, 1).text(8, tensor.name).message(13, entry).int(14, 1)
  }
  if ('texts' in tensor) {
    written.int(2, 8)
    for (const each of tensor.texts) written.text(6, each)
    return written.text(8, tensor.name)
  }
  const data = 'floats' in tensor ? Float32Array.from(tensor.floats) : BigInt64Array.from(tensor.ints, BigInt)
  return written
    .int(2, 'floats' in tensor ? 1 : 7)
    .text(8, tensor.name)
    .raw(9, new Uint8Array(data.buffer))
}

function writtenValue(value: OutsideValueSpec): ProtobufWriter {
  if ('zip' in value) {
    const key = value.zip === 'text' ? 8 : 7
    const map = new ProtobufWriter().int(1, key).message(2, new ProtobufWriter().message(1, new ProtobufWriter().int(1, 1)))
    const list = new ProtobufWriter().message(1, new ProtobufWriter().message(5, map))
    return new ProtobufWriter().text(1, value.name).message(2, new ProtobufWriter().message(4, list))
  }
  const tensor = new ProtobufWriter().int(1, value.type)
  if (value.dims) {
    const shape = new ProtobufWriter()
    for (const dim of value.dims) {
      shape.message(1, typeof dim === 'string' ? new ProtobufWriter().text(2, dim) : new ProtobufWriter().int(1, dim))
    }
    tensor.message(2, shape)
  }
  return new ProtobufWriter().text(1, value.name).message(2, new ProtobufWriter().message(1, tensor))
}
