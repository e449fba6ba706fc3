import { AppError } from '#core/errors/app-error'
import { answersNumber, type PredictRow, type Signature, type SignatureInput } from '#core/model/signature'
import { checkRecord } from '../check-request'
import { type Element, textOf } from './datatypes'
import type { InferRequest, Tensor } from './read-infer'

/** A tensor as the protocol describes it; -1 is a free dimension. */
export type TensorFacts = { name: string; datatype: string; shape: number[] }

/** The datatype in which a column is described. Every numeric type is taken for a number, and for a category as its text. */
export function datatypeOfInput({ type }: Pick<SignatureInput, 'type'>): 'FP32' | 'BYTES' {
  return type === 'number' ? 'FP32' : 'BYTES'
}

/** One input tensor for each column that the model reads. */
export function inputTensors(signature: Signature): TensorFacts[] {
  return signature.inputs.map((input) => ({ name: input.name, datatype: datatypeOfInput(input), shape: [-1, 1] }))
}

/** What a model answers: label, confidence and the probabilities of all classes, or a value with its interval. */
export function outputTensors(signature: Signature, classes: number): TensorFacts[] {
  if (answersNumber(signature)) return ['value', 'low', 'high'].map((name) => ({ name, datatype: 'FP32', shape: [-1] }))
  return [
    { name: 'label', datatype: 'BYTES', shape: [-1] },
    { name: 'confidence', datatype: 'FP32', shape: [-1] },
    { name: 'probabilities', datatype: 'FP32', shape: [-1, classes] },
  ]
}

/** The request's tensors, record by record. */
export function recordsOf({ tensors, records }: InferRequest): Record<string, Element>[] {
  const columns = [...tensors.values()]
  return Array.from({ length: records }, (_, i) => Object.fromEntries(columns.map(({ name, elements }) => [name, elements[i] ?? null])))
}

/** Reads records by a signature: the tensors must be its columns, no more and no less, and of types that fit. */
export function readByTensors({ tensors }: InferRequest) {
  let checked: Signature | null = null
  return (signature: Signature, record: Record<string, Element>, index: number): PredictRow => {
    if (checked !== signature) checkTensors(tensors, signature)
    checked = signature
    return checkRecord(signature, asTexts(tensors, signature, record), index)
  }
}

function checkTensors(tensors: ReadonlyMap<string, Tensor>, { inputs }: Signature): void {
  for (const input of inputs) {
    const tensor = tensors.get(input.name)
    if (!tensor) throw misfit(input.name, `The input "${input.name}" (${datatypeOfInput(input)}) is missing.`)
    const isText = tensor.datatype === 'BYTES'
    if (input.type === 'number' && isText) throw misfit(input.name, `"${input.name}" is a number: send it as FP32, not as BYTES.`)
    if (input.type === 'text' && !isText)
      throw misfit(input.name, `"${input.name}" is a text: send it as BYTES, not as ${tensor.datatype}.`)
  }
  const names = inputs.map(({ name }) => name)
  const unknown = [...tensors.keys()].find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw misfit(unknown, `The model reads no input "${unknown.slice(0, 60)}". It reads ${names.join(', ')}.`)
}

/** Numbers of a category become the texts that training saw. */
function asTexts(tensors: ReadonlyMap<string, Tensor>, { inputs }: Signature, record: Record<string, Element>): Record<string, Element> {
  const texts = inputs.flatMap(({ name, type }) => {
    const value = record[name]
    return type === 'category' && typeof value === 'number' ? [[name, categoryText(name, value, tensors.get(name)?.datatype ?? '')]] : []
  })
  return texts.length === 0 ? record : { ...record, ...Object.fromEntries(texts) }
}

function categoryText(name: string, value: number, datatype: string): string {
  if (!datatype.startsWith('FP') && !Number.isSafeInteger(value)) {
    throw misfit(name, `"${name}" holds whole numbers past 2^53, which lose their last digits. Send them as BYTES.`)
  }
  return textOf(value, datatype)
}

function misfit(column: string, detail: string): AppError {
  return new AppError('bad_input', { detail, hint: { column } })
}
