import { ProtobufWriter } from '../protobuf'
import { readFields, textOf } from './read-protobuf'

/** All names of an imported graph begin so: no column of a table and no name of ours can. */
export const importedPrefix = '/m/'

/** The name that a tensor of an imported graph has in the wrapped one; '' stays, it is an input that is left out. */
export function importedName(name: string): string {
  return name === '' ? '' : importedPrefix + name
}

/**
 * A NodeProto with all tensors renamed, in graphs within it as well, itself too (two of one name are an invalid model), and
 * without doc strings and metadata, which hold paths of the machine that exported it.
 */
export function renameNode(bytes: Uint8Array): Uint8Array {
  const node = new ProtobufWriter()
  for (const { field, bytes: value, whole } of readFields(bytes)) {
    if (field === 1 || field === 2 || field === 3) node.text(field, importedName(textOf(value)))
    else if (field === 5) node.raw(5, renameAttribute(value))
    else if (field !== 6 && field !== 9) node.copy(whole)
  }
  return node.done()
}

/** A TensorProto, or a SparseTensorProto, under its new name. */
export function renameTensor(bytes: Uint8Array, kind: 'dense' | 'sparse'): Uint8Array {
  const tensor = new ProtobufWriter()
  for (const { field, bytes: value, whole } of readFields(bytes)) {
    if (kind === 'sparse' && field === 1) tensor.raw(1, renameTensor(value, 'dense'))
    else if (kind === 'dense' && field === 8) tensor.text(8, importedName(textOf(value)))
    else if (kind === 'sparse' || field !== 12) tensor.copy(whole)
  }
  return tensor.done()
}

/** Only attributes that hold graphs have names in them. */
function renameAttribute(bytes: Uint8Array): Uint8Array {
  if (readFields(bytes, [6, 11]).length === 0) return bytes
  const attribute = new ProtobufWriter()
  for (const { field, bytes: value, whole } of readFields(bytes)) {
    if (field === 6 || field === 11) attribute.raw(field, renameGraph(value))
    else attribute.copy(whole)
  }
  return attribute.done()
}

/** A graph within: nodes, name, constants, inputs and outputs. What is said of the values between is left out; runtimes find it. */
function renameGraph(bytes: Uint8Array): Uint8Array {
  const graph = new ProtobufWriter()
  for (const { field, bytes: value, whole } of readFields(bytes)) {
    if (field === 1) graph.raw(1, renameNode(value))
    else if (field === 2) graph.copy(whole)
    else if (field === 5) graph.raw(5, renameTensor(value, 'dense'))
    else if (field === 15) graph.raw(15, renameTensor(value, 'sparse'))
    else if (field === 11 || field === 12) graph.raw(field, renameValue(value))
  }
  return graph.done()
}

function renameValue(bytes: Uint8Array): Uint8Array {
  const info = new ProtobufWriter()
  for (const { field, bytes: value, whole } of readFields(bytes)) {
    if (field === 1) info.text(1, importedName(textOf(value)))
    else if (field === 2) info.copy(whole)
  }
  return info.done()
}
