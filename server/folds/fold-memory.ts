import type { FoldWork } from '#ml/validate/fold-work'

/** Of a thread that has loaded its code. */
const threadBytes = 60 * 2 ** 20
/** A fold's rows, and once more as its estimator lays them out, are several times the raw columns: a number of 4 bytes becomes a term and a value, twice. */
const timesRaw = 5
/** Part of the cap of a stage process that all threads beside the first may take; measured at a million rows of 50 numbers, the first takes half of 4 GB. */
const helpersShare = 0.35

/** How many threads beside the caller the memory has room for, each with a fold of its own. */
export function helpersWithin(memoryMb: number, { raw, answers }: FoldWork): number {
  // a weight and a dual value for each class
  const perClass = 8 * (answers.y.length + termsOf(raw)) * (answers.classes ?? 1)
  const each = threadBytes + timesRaw * bytesOf(raw) + perClass
  return Math.floor((memoryMb * 2 ** 20 * helpersShare) / each)
}

function termsOf(raw: FoldWork['raw']): number {
  return raw.reduce((sum, column) => sum + (column.kind === 'text' ? column.table.size : 1), 0)
}

/** Bytes of all numbers in the data. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value) && typeof value[0] === 'string') return 0
  return Object.values(value).reduce((sum: number, item) => sum + bytesOf(item), 0)
}
