import { AppError } from '#core/errors/app-error'
import { answersNumber } from '#core/model/signature'
import type { Served, ServedRow } from '../../answer-rows'
import type { ServedModel } from '../../models/served-model'
import { rounded, sevenDigits } from '../answer-json'
import type { InferRequest } from './read-infer'
import { outputTensors } from './record-tensors'

type Output = { name: string; shape: number[] } & ({ datatype: 'BYTES'; data: string[] } | { datatype: 'FP32'; data: number[] })

/** What goes over the wire: with binary data behind the JSON, `jsonLength` says where that begins. */
export type InferResponse = { body: Buffer | string; jsonLength: number | null }

/** The inference response: the outputs that were asked for, and in its parameters who answered and under which ids. */
export function writeInfer(
  { id, outputs, binary }: InferRequest,
  { model, rows }: Served,
  { deployment, release }: { deployment: string; release: number },
): InferResponse {
  const names = outputTensors(model.signature, model.classes.length).map(({ name }) => name)
  const wanted = outputs ?? names.map((name) => ({ name, binary }))
  const tails: Buffer[] = []
  const written = wanted.map(({ name, binary: isBinary }) => {
    if (!names.includes(name)) {
      throw new AppError('bad_input', {
        detail: `${deployment} has no output "${name.slice(0, 60)}". It answers ${names.join(', ')}.`,
        hint: { column: name },
      })
    }
    const output = outputOf(name, { model, rows })
    if (!isBinary) return inDecimals(output)
    const bytes = bytesOf(output)
    tails.push(bytes)
    const { data: _, ...about } = output
    return { ...about, parameters: { binary_data_size: bytes.length } }
  })
  const json = JSON.stringify({
    model_name: deployment,
    model_version: String(model.version),
    ...(id === null ? {} : { id }),
    parameters: { release, ...answeredBy(rows) },
    outputs: written,
  })
  if (tails.length === 0) return { body: json, jsonLength: null }
  const head = Buffer.from(json)
  return { body: Buffer.concat([head, ...tails]), jsonLength: head.length }
}

/** Parameters hold one text, number or boolean each: lists are joined by commas, which no id, version or reason contains. */
function answeredBy(rows: readonly ServedRow[]): Record<string, string> {
  const versions = rows.map(({ by }) => (by ? `v${by.version}` : 'stated'))
  const reasons = rows.map(({ fallback }) => fallback ?? '')
  return {
    prediction_ids: rows.map(({ id }) => id).join(','),
    version: joined(versions),
    ...(reasons.some((reason) => reason !== '') ? { fallback: joined(reasons) } : {}),
  }
}

/** One for all records, or one for each. */
function joined(each: readonly string[]): string {
  const [first = ''] = each
  return each.every((one) => one === first) ? first : each.join(',')
}

function outputOf(name: string, { model, rows }: Pick<Served, 'model' | 'rows'>): Output {
  const shape = [rows.length]
  if (answersNumber(model.signature)) return { name, datatype: 'FP32', shape, data: rows.map((row) => numberOf(name, row)) }
  switch (name) {
    case 'label':
      return { name, datatype: 'BYTES', shape, data: rows.map(({ answer }) => ('label' in answer ? answer.label : '')) }
    case 'confidence':
      return { name, datatype: 'FP32', shape, data: rows.map(({ answer }) => ('label' in answer ? (answer.confidence ?? 0) : 0)) }
    default:
      return {
        name,
        datatype: 'FP32',
        shape: [rows.length, model.classes.length],
        data: rows.flatMap((row) => probabilitiesOf(row, model)),
      }
  }
}

/** As our own protocol writes numbers: what 32-bit floats hold, and no digit more. */
function inDecimals(output: Output): Output {
  if (output.datatype !== 'FP32') return output
  const short = output.name === 'probabilities' || output.name === 'confidence' ? rounded : sevenDigits
  return { ...output, data: output.data.map(short) }
}

/** A stated answer has no interval, no confidence and no probabilities: tensors hold itself and zeros for them. */
function numberOf(name: string, { answer }: ServedRow): number {
  if (!('value' in answer)) return 0
  if (answer.interval === null) return answer.value
  return name === 'value' ? answer.value : name === 'low' ? answer.interval.low : answer.interval.high
}

/** In the order of the classes of the version that was asked; a fallback may know them in another order, or not all. */
function probabilitiesOf({ answer, by }: ServedRow, model: ServedModel): number[] {
  if (!('label' in answer)) return model.classes.map(() => 0)
  const known = by ?? model
  const { probabilities } = answer
  if (probabilities === null) return model.classes.map(() => 0)
  if (known === model || known.classes === model.classes) return model.classes.map((_, k) => probabilities[k] ?? 0)
  return model.classes.map((name) => probabilities[known.classes.indexOf(name)] ?? 0)
}

function bytesOf(output: Output): Buffer {
  if (output.datatype === 'FP32') {
    const bytes = Buffer.alloc(output.data.length * 4)
    for (const [i, value] of output.data.entries()) bytes.writeFloatLE(value, i * 4)
    return bytes
  }
  return Buffer.concat(
    output.data.flatMap((text) => {
      const bytes = Buffer.from(text)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      return [length, bytes]
    }),
  )
}
