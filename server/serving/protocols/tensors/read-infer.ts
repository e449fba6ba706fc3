import { AppError } from '#core/errors/app-error'
import { maxRecords } from '../check-request'
import { article, isObject, parseJson } from '../json-shape'
import { datatypeNames, datatypeOf, type Element } from './datatypes'

/** One input of an inference request: a value for each record. */
export type Tensor = { name: string; datatype: string; elements: Element[] }

/** An inference request of the Open Inference Protocol v2, read and checked as far as it can be without knowing the model. */
export type InferRequest = {
  /** Null when the caller sent none. */
  id: string | null
  tensors: ReadonlyMap<string, Tensor>
  records: number
  /** The outputs to answer, in this order; null for all. */
  outputs: { name: string; binary: boolean }[] | null
  /** All outputs come as binary data unless an output says otherwise. */
  binary: boolean
}

/** What the caller's tensors are taken from, one after the other. */
type Binary = { bytes: Buffer; at: number }

/**
 * Reads a body: JSON, or JSON of `headerLength` bytes with the binary data of the tensors behind it (the extension
 * `binary_tensor_data`). Anything that does not fit is refused in words that name the tensor.
 */
export function readInfer(body: Buffer, headerLength: string | null): InferRequest {
  const length = headerLength === null ? body.length : jsonLength(headerLength, body.length)
  const value = parseJson(body.toString('utf8', 0, length))
  if (!isObject(value)) throw refusal(`The body is ${article(value)}, not an inference request: {"inputs": [...]}.`)
  const { id, inputs, outputs, parameters } = value
  if (id !== undefined && typeof id !== 'string') throw refusal(`"id" must be a text, but is ${article(id)}.`)
  const { binary_data_output: isBinary } = parametersOf(parameters, 'the request')
  const binary = isBinary === true
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw refusal(`"inputs" must be an array of at least one tensor, but is ${Array.isArray(inputs) ? 'empty' : article(inputs)}.`)
  }
  const rest = { bytes: body.subarray(length), at: 0 }
  const tensors = new Map<string, Tensor>()
  for (const [i, input] of inputs.entries()) {
    const tensor = readTensor(input, i, rest)
    if (tensors.has(tensor.name)) throw refusal(`The input "${shown(tensor.name)}" is there twice.`, tensor.name)
    tensors.set(tensor.name, tensor)
  }
  if (rest.at < rest.bytes.length) {
    throw refusal(
      `${rest.bytes.length - rest.at} bytes follow the binary data of the inputs. "binary_data_size" says how many belong to each.`,
    )
  }
  return { id: id ?? null, tensors, records: sameLength([...tensors.values()]), outputs: readOutputs(outputs, binary), binary }
}

function jsonLength(header: string, most: number): number {
  const length = /^\d{1,12}$/.test(header) ? Number(header) : Number.NaN
  if (length <= most) return length
  throw refusal(`Inference-Header-Content-Length is "${shown(header)}": it is the length of the JSON in bytes, at most the body's ${most}.`)
}

function readTensor(input: unknown, index: number, rest: Binary): Tensor {
  if (!isObject(input)) throw refusal(`Input ${index + 1} is ${article(input)}, not a tensor: {"name", "shape", "datatype", "data"}.`)
  const { name, shape, datatype, data, parameters } = input
  if (typeof name !== 'string') throw refusal(`The "name" of input ${index + 1} must be a text, but is ${article(name)}.`)
  const records = recordsOf(name, shape)
  const type = typeof datatype === 'string' ? datatypeOf(datatype) : null
  if (typeof datatype !== 'string' || !type) {
    const is = typeof datatype === 'string' ? `"${shown(datatype)}"` : article(datatype)
    throw refusal(`The "datatype" of "${shown(name)}" is ${is}. It is one of ${datatypeNames.join(', ')}.`, name)
  }
  const about = parametersOf(parameters, `"${shown(name)}"`)
  if (about.shared_memory_region !== undefined) {
    throw refusal(`"${shown(name)}" lies in shared memory, which this server does not read. Send its data in the request.`, name)
  }
  const size = about.binary_data_size
  if (size === undefined) return { name, datatype, elements: jsonElements(name, { datatype, data, records }) }
  if (data !== undefined) throw refusal(`"${shown(name)}" has both "data" and "binary_data_size". Send one of them.`, name)
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || rest.at + size > rest.bytes.length) {
    throw refusal(
      `"binary_data_size" of "${shown(name)}" is ${String(size)}, but ${rest.bytes.length - rest.at} bytes are left behind the JSON.`,
      name,
    )
  }
  const bytes = rest.bytes.subarray(rest.at, rest.at + size)
  rest.at += size
  return {
    name,
    datatype,
    elements: type.bytes === null ? textElements(name, bytes, records) : fixedElements(name, { datatype, bytes, records }),
  }
}

/** One value for each record: the shape is [n] or [n, 1]. */
function recordsOf(name: string, shape: unknown): number {
  const [n, width = 1, ...more] = Array.isArray(shape) ? shape : []
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 0 || width !== 1 || more.length > 0) {
    const is = Array.isArray(shape) ? shown(JSON.stringify(shape)) : article(shape)
    throw refusal(`The "shape" of "${shown(name)}" is ${is}. It is [n] or [n, 1]: one value for each of n records.`, name)
  }
  if (n === 0) throw refusal(`"${shown(name)}" holds no value. Send at least one record.`, name)
  if (n > maxRecords) {
    throw new AppError('too_large', {
      detail: `${n.toLocaleString('en')} records are more than the ${maxRecords.toLocaleString('en')} that one request may hold. Split them.`,
    })
  }
  return n
}

function jsonElements(name: string, { datatype, data, records }: { datatype: string; data: unknown; records: number }): Element[] {
  if (!Array.isArray(data)) throw refusal(`The "data" of "${shown(name)}" must be an array, but is ${article(data)}.`, name)
  const type = datatypeOf(datatype)
  // nested: [[1], [2]]
  const flat: unknown[] = data.length === records && data.every((row) => Array.isArray(row) && row.length === 1) ? data.flat() : data
  if (flat.length !== records) {
    throw refusal(`"${shown(name)}" has ${flat.length} values, but its shape says ${records}.`, name)
  }
  return flat.map((value, i) => {
    const element = type?.ofJson(value)
    if (element !== undefined) return element
    const is = typeof value === 'number' ? String(value) : article(value)
    throw refusal(`Value ${i + 1} of "${shown(name)}" is ${is}, which is no ${datatype}.`, name)
  })
}

function fixedElements(name: string, { datatype, bytes, records }: { datatype: string; bytes: Buffer; records: number }): Element[] {
  const type = datatypeOf(datatype)
  const each = type?.bytes ?? 0
  if (!type || bytes.length !== records * each) {
    throw refusal(`"${shown(name)}" has ${bytes.length} bytes, but ${records} values of ${datatype} take ${records * each}.`, name)
  }
  return Array.from({ length: records }, (_, i) => type.ofBytes(bytes, i * each))
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function textElements(name: string, bytes: Buffer, records: number): Element[] {
  const elements: string[] = []
  let at = 0
  while (at < bytes.length && elements.length < records) {
    const length = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : Number.POSITIVE_INFINITY
    const end = at + 4 + length
    if (end > bytes.length) throw refusal(`Value ${elements.length + 1} of "${shown(name)}" is longer than its binary data.`, name)
    elements.push(decoded(name, { bytes: bytes.subarray(at + 4, end), number: elements.length + 1 }))
    at = end
  }
  if (at < bytes.length || elements.length < records) {
    throw refusal(`The binary data of "${shown(name)}" does not hold the ${records} values of its shape.`, name)
  }
  return elements
}

function decoded(name: string, { bytes, number }: { bytes: Buffer; number: number }): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new AppError('bad_input', { detail: `Value ${number} of "${shown(name)}" is not text in UTF-8.`, hint: { column: name }, cause })
  }
}

function readOutputs(outputs: unknown, binary: boolean): InferRequest['outputs'] {
  if (outputs === undefined) return null
  if (!Array.isArray(outputs)) throw refusal(`"outputs" must be an array, but is ${article(outputs)}.`)
  if (outputs.length === 0) return null
  return outputs.map((output: unknown, i) => {
    if (!isObject(output) || typeof output.name !== 'string') throw refusal(`Output ${i + 1} must be an object with a "name".`)
    const about = parametersOf(output.parameters, `the output "${shown(output.name)}"`)
    for (const name of ['shared_memory_region', 'classification']) {
      if (about[name] !== undefined)
        throw refusal(`The output "${shown(output.name)}" asks for "${name}", which this server does not offer.`)
    }
    return { name: output.name, binary: typeof about.binary_data === 'boolean' ? about.binary_data : binary }
  })
}

function parametersOf(parameters: unknown, where: string): Record<string, unknown> {
  if (parameters === undefined || parameters === null) return {}
  if (!isObject(parameters)) throw refusal(`"parameters" of ${where} must be an object, but is ${article(parameters)}.`)
  return parameters
}

function sameLength([first, ...others]: readonly Tensor[]): number {
  const records = first?.elements.length ?? 0
  const odd = others.find(({ elements }) => elements.length !== records)
  if (odd && first) {
    throw refusal(
      `"${shown(first.name)}" holds ${records} records and "${shown(odd.name)}" ${odd.elements.length}; all inputs hold as many.`,
      odd.name,
    )
  }
  return records
}

/** Names and values of callers in sentences, as far as they are worth reading. */
function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function refusal(detail: string, column?: string): AppError {
  return new AppError('bad_input', { detail, hint: column === undefined ? {} : { column } })
}
