import { AppError } from '#core/errors/app-error'
import type { Signature } from '#core/model/signature'
import type { TrainColumns } from '#ml/pipeline/data'
import { pickRows } from '#ml/pipeline/pick-rows'
import type { OnnxAnswers, OnnxModel, OnnxRuntime, StageContext } from '../define'
import { largestDifference, parityTolerance } from '../parity'
import { onnxInputs, sliceColumns } from '../predict-rows'

/** Rows answered between two looks at the clock. */
const rowsPerStep = 1_024
/** Rows on which the runtimes are compared, and rows that are asked alone as well. */
const compared = 1_000
const askedAlone = 8

/** Answers of the native runtime to all rows. Throws AppError with the runtime's words when it cannot load or run the model. */
export async function answerRows(
  { bytes, signature, columns, rows }: { bytes: Uint8Array; signature: Signature; columns: TrainColumns; rows: number },
  ctx: StageContext,
): Promise<OnnxAnswers> {
  const model = await openSaid(bytes, 'native', ctx)
  const parts: OnnxAnswers[] = []
  try {
    for (let from = 0; from < rows; from += rowsPerStep) {
      const to = Math.min(rows, from + rowsPerStep)
      parts.push(await runSaid(model, 'native', { signature, columns: sliceColumns(columns, from, to), rows: to - from }, ctx))
    }
  } finally {
    await model.close()
  }
  return joined(parts, rows)
}

/**
 * Compares the wrapped model in both runtimes on up to 1,000 rows, and some rows alone with the same rows among others.
 * Throws AppError when the answers differ by more than 1e-5: what a browser answers must be what the gateway answers, and
 * no caller's answer may depend on who else calls.
 */
export async function compareRuntimes(
  { bytes, signature, columns, answers }: { bytes: Uint8Array; signature: Signature; columns: TrainColumns; answers: OnnxAnswers },
  total: number,
  ctx: StageContext,
): Promise<{ rows: number; runtimes: number; alone: number }> {
  const rows = Math.min(total, compared)
  const places = Int32Array.from({ length: rows }, (_, i) => Math.floor((i * total) / rows))
  const some = pickRows(columns, places)
  const expected = rowsOf(answers, places, total)
  ctx.progress(70, 100, 'Comparing with the web runtime')
  const web = await openSaid(bytes, 'web', ctx)
  let runtimes: number
  try {
    runtimes = largestDifference(expected, numbersOf(await runSaid(web, 'web', { signature, columns: some, rows }, ctx)))
  } finally {
    await web.close()
  }
  if (!(runtimes <= parityTolerance)) {
    throw new AppError('bad_file', {
      detail: `The model answers differently in the two runtimes: by ${runtimes.toExponential(1)} on ${rows} rows, at most ${parityTolerance} is allowed. A browser would answer otherwise than the gateway. Export it in float32 with standard operators.`,
      hint: { param: 'file' },
    })
  }
  return { rows, runtimes, alone: await compareAlone({ bytes, signature, columns: some, expected, rows }, ctx) }
}

async function compareAlone(
  {
    bytes,
    signature,
    columns,
    expected,
    rows,
  }: { bytes: Uint8Array; signature: Signature; columns: TrainColumns; expected: Float32Array; rows: number },
  ctx: StageContext,
): Promise<number> {
  ctx.progress(85, 100, 'Asking rows alone')
  const width = expected.length / rows
  const native = await openSaid(bytes, 'native', ctx)
  let largest = 0
  try {
    for (let i = 0; i < Math.min(rows, askedAlone); i++) {
      const row = Math.floor((i * rows) / Math.min(rows, askedAlone))
      const answer = await runSaid(native, 'native', { signature, columns: sliceColumns(columns, row, row + 1), rows: 1 }, ctx)
      const difference = largestDifference(expected.subarray(row * width, (row + 1) * width), numbersOf(answer))
      // Math.max keeps NaN
      largest = Math.max(largest, difference)
    }
  } finally {
    await native.close()
  }
  if (largest <= parityTolerance) return largest
  throw new AppError('bad_file', {
    detail: `The model answers a row otherwise when it is alone than among other rows: by ${largest.toExponential(1)}. It was probably exported for a fixed number of rows, or in training mode. Export it with a free batch dimension and in inference mode.`,
    hint: { param: 'file' },
  })
}

/** The numbers that an answer consists of, row by row. */
export function numbersOf(answers: OnnxAnswers): Float32Array {
  return answers.task === 'regression' ? answers.values : answers.probabilities
}

type Rows = { signature: Signature; columns: TrainColumns; rows: number }

async function openSaid(bytes: Uint8Array, runtime: OnnxRuntime, ctx: StageContext): Promise<OnnxModel> {
  if (ctx.signal.aborted) throw new AppError('cancelled')
  try {
    return await ctx.onnx.open(bytes, runtime)
  } catch (cause) {
    throw new AppError('bad_file', {
      detail: `The ${runtime} runtime cannot load the model: ${wordsOf(cause)} Export it with another opset, or without operators that are not standard.`,
      hint: { param: 'file' },
      cause,
    })
  }
}

async function runSaid(
  model: OnnxModel,
  runtime: OnnxRuntime,
  { signature, columns, rows }: Rows,
  ctx: StageContext,
): Promise<OnnxAnswers> {
  if (ctx.signal.aborted) throw new AppError('cancelled')
  const inputs = onnxInputs(signature, columns)
  let answers: OnnxAnswers
  try {
    answers = await model.run(inputs, rows)
  } catch (cause) {
    throw new AppError('bad_file', {
      detail: `The ${runtime} runtime cannot run the model on these rows: ${wordsOf(cause)} Check that the columns are those that it was trained on, and that it was exported with a free batch dimension.`,
      hint: { param: 'file' },
      cause,
    })
  }
  const found = numbersOf(answers).length
  if (found > 0 && found % rows === 0) return answers
  throw new AppError('bad_file', {
    detail: `The model gives ${found} numbers for ${rows} ${rows === 1 ? 'row' : 'rows'}; every row needs as many. Export it with a free batch dimension.`,
    hint: { param: 'file' },
  })
}

/** A runtime's own words, as one sentence without its file names and stack. */
function wordsOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  const plain = text
    .replace(/^The model file cannot be loaded by the \w+ runtime: /, '')
    .replace(/(\/\S+\.(cc|h):\d+ .*?\) ?)/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
  return plain === '' ? 'it does not say why.' : /[.!?]$/.test(plain) ? plain : `${plain}.`
}

function joined(parts: readonly OnnxAnswers[], rows: number): OnnxAnswers {
  const widths = new Set<number>()
  let filled = 0
  for (const part of parts) {
    const count = part.task === 'regression' ? part.values.length : part.labels.length
    widths.add(numbersOf(part).length / count)
    filled += count
  }
  const [width = 1] = widths
  if (widths.size !== 1 || filled !== rows) {
    throw new AppError('bad_file', {
      detail: 'The model gives more numbers for some rows than for others. Export it so that every row gets as many.',
      hint: { param: 'file' },
    })
  }
  const numbers = new Float32Array(rows * width)
  let at = 0
  for (const part of parts) {
    numbers.set(numbersOf(part), at)
    at += numbersOf(part).length
  }
  const labels = parts.flatMap((part) => (part.task === 'classification' ? part.labels : []))
  return parts[0]?.task === 'regression'
    ? { task: 'regression', values: numbers }
    : { task: 'classification', labels, probabilities: numbers }
}

function rowsOf(answers: OnnxAnswers, places: Int32Array, total: number): Float32Array {
  const numbers = numbersOf(answers)
  const width = numbers.length / total
  const picked = new Float32Array(places.length * width)
  for (const [i, row] of places.entries()) picked.set(numbers.subarray(row * width, (row + 1) * width), i * width)
  return picked
}
