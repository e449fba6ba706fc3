import { setImmediate } from 'node:timers/promises'
import { AppError } from '#core/errors/app-error'

/** The records of a long body, as texts that are cut out when they are needed. */
export type SplitRecords = { count: number; textOf(index: number): string }

const deepest = 64
/** A scan gives way to other requests after so many bytes: a few ms. */
const bytesAtOnce = 1024 * 1024

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const newline = 0x0a
const openers = new Set([0x5b, 0x7b])
const closers = new Set([0x5d, 0x7d])
const spaces = new Set([0x20, 0x09, 0x0a, 0x0d])

/**
 * Finds where the records of a JSON array, or of lines of JSON, begin and end, without parsing them: a body of 32 MB parsed
 * at once would hold up every other request of the gateway for a good part of a second.
 */
export async function splitRecords(bytes: Buffer, most: number): Promise<SplitRecords> {
  const cuts: number[] = []
  let first = 0
  while (first < bytes.length && spaces.has(bytes[first] ?? 0)) first += 1
  const scan = bytes[first] === 0x5b ? arrayScan(bytes, first) : lineScan(bytes)
  for (const step of scan) {
    if (step === 'pause') {
      await setImmediate()
      continue
    }
    cuts.push(step.from, step.to)
    if (cuts.length / 2 > most) {
      throw new AppError('too_large', {
        detail: `The batch has more than ${most.toLocaleString('en')} records. Split it, or use the Batch predict stage.`,
      })
    }
  }
  if (cuts.length === 0) {
    throw new AppError('bad_input', { detail: 'There is no record to predict. Send a JSON array of records, or one record on each line.' })
  }
  return { count: cuts.length / 2, textOf: (index) => bytes.toString('utf8', cuts[index * 2], cuts[index * 2 + 1]) }
}

type Step = 'pause' | { from: number; to: number }

function* lineScan(bytes: Buffer): Generator<Step> {
  let from = 0
  let pauseAt = bytesAtOnce
  while (from < bytes.length) {
    const found = bytes.indexOf(newline, from)
    const end = found < 0 ? bytes.length : found
    if (!isBlank(bytes, from, end)) yield { from, to: end }
    from = end + 1
    if (from < pauseAt) continue
    pauseAt = from + bytesAtOnce
    yield 'pause'
  }
}

/** Elements of the array that begins at `start`; whether each of them is JSON shows when it is parsed. */
function* arrayScan(bytes: Buffer, start: number): Generator<Step> {
  let depth = 1
  let isText = false
  let from = start + 1
  let records = 0
  let at = start + 1
  for (; at < bytes.length && depth > 0; at++) {
    const byte = bytes[at] ?? 0
    if (isText) {
      if (byte === backslash) at += 1
      else if (byte === quote) isText = false
    } else if (byte === quote) isText = true
    else if (openers.has(byte)) {
      depth += 1
      if (depth > deepest) throw malformed(`record ${records + 1} is nested deeper than ${deepest} levels`)
    } else if (closers.has(byte) || (byte === comma && depth === 1)) {
      if (closers.has(byte)) depth -= 1
      if (byte === comma || depth === 0) {
        const isEmpty = isBlank(bytes, from, at)
        if (isEmpty && (depth > 0 || records > 0)) throw malformed(`record ${records + 1} is missing beside a comma`)
        if (!isEmpty) yield { from, to: at }
        records += 1
        from = at + 1
      }
    }
    if ((at - start) % bytesAtOnce === 0) yield 'pause'
  }
  if (depth > 0) throw malformed(`it ends inside record ${records + 1}`)
  if (!isBlank(bytes, at, bytes.length)) throw malformed('something follows the array')
}

function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!spaces.has(bytes[at] ?? 0)) return false
  return true
}

function malformed(why: string): AppError {
  return new AppError('bad_request', { detail: `The body is not JSON: ${why}.` })
}
