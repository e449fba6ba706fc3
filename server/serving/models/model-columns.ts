import { AppError } from '#core/errors/app-error'
import type { PredictRow, Reference, Signature } from '#core/model/signature'
import { modelText } from '#ml/features/raw-columns'
import { batchesOf } from '#server/onnx/run-model'
import type { OnnxInputs } from '#stages/define'
import type { HostAnswers, HostBatch } from './host/host-messages'
import type { ComputedAnswer } from './served-model'

/** A batch as hosts take it; `order[i]` is the row that its i-th answer belongs to. */
export type PackedRows = { batch: HostBatch; order: Int32Array }

/** Puts rows into columns, shortest first, in the parts that the runtime should compute at once. */
export function packRows({ inputs }: Signature, rows: readonly PredictRow[]): PackedRows {
  const raw: Record<string, string[] | Float32Array> = {}
  for (const { name, type } of inputs) {
    raw[name] = type === 'number' ? Float32Array.from(rows, (row) => toNumber(row[name])) : rows.map((row) => toText(row[name]))
  }
  const parts = batchesOf(raw, rows.length)
  const [only, ...others] = parts
  if (only && others.length === 0) {
    // One part needs no order of its own.
    return { batch: { rows: rows.length, columns: raw, parts: [rows.length] }, order: only.sort() }
  }
  const order = new Int32Array(rows.length)
  let at = 0
  for (const part of parts) {
    order.set(part, at)
    at += part.length
  }
  return { batch: { rows: rows.length, columns: ordered(raw, order), parts: parts.map((part) => part.length) }, order }
}

function ordered(raw: OnnxInputs, order: Int32Array): HostBatch['columns'] {
  return Object.fromEntries(
    Object.entries(raw).map(([name, values]) => [
      name,
      values instanceof Float32Array
        ? Float32Array.from(order, (row) => values[row] ?? Number.NaN)
        : Array.from(order, (row) => values[row] ?? ''),
    ]),
  )
}

export type AnswerShape = { signature: Signature; classes: readonly string[]; reference: Reference }

/** Answers in the order of the rows that were packed. */
export function unpackAnswers({ labels, numbers }: HostAnswers, inputs: readonly PredictRow[], shape: AnswerShape & { order: Int32Array }) {
  const found = new Array<ComputedAnswer>(inputs.length)
  const { order, reference, classes } = shape
  const width = numbers.length / Math.max(1, inputs.length)
  for (const [at, row] of order.entries()) {
    const input = inputs[row] ?? {}
    found[row] = labels
      ? classAnswer({ input, classes, k: labels[at] ?? -1, probabilities: numbers.subarray(at * width, (at + 1) * width) })
      : numberAnswer({ input, value: numbers[at] ?? Number.NaN, reference })
  }
  return found
}

function classAnswer({
  input,
  classes,
  k,
  probabilities,
}: {
  input: PredictRow
  classes: readonly string[]
  k: number
  probabilities: Float32Array
}): ComputedAnswer {
  const label = classes[k]
  if (label === undefined) throw new AppError('bad_file', { detail: 'The model file answers a class that it does not name.' })
  // where a threshold decides, the label need not be the most probable class
  return { input, label, confidence: probabilities[k] ?? 0, probabilities }
}

function numberAnswer({ input, value, reference }: { input: PredictRow; value: number; reference: Reference }): ComputedAnswer {
  if (reference.task !== 'regression') {
    throw new AppError('bad_file', {
      detail: 'The model file answers numbers, but its training reference is of classes; it was not made by Stageline.',
    })
  }
  const { share, low, high } = reference.residuals
  return { input, value, interval: { low: value + low, high: value + high, share } }
}

function toText(value: PredictRow[string] | undefined): string {
  return value == null ? '' : modelText(String(value))
}

function toNumber(value: PredictRow[string] | undefined): number {
  return value === null || value === undefined || value === '' ? Number.NaN : Number(value)
}
