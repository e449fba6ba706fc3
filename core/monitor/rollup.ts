import { z } from 'zod'
import type { PredictRow } from '#core/model/signature'
import { totalOf } from '#core/stats/shares'
import { type ColumnBinner, predictionName } from './bins'

/**
 * What one minute of one model version's traffic looked like, in figures that add up: the roll-up of any range is the
 * sum of its minutes. All figures are whole numbers in fixed bins, so that sums are exact and their order does not matter.
 */
export const rollupSchema = z.object({
  /** HTTP requests, and rows in them. */
  requests: z.int(),
  rows: z.int(),
  /** Requests answered with 4xx and 5xx. */
  clientErrors: z.int(),
  errors: z.int(),
  /** Requests by latency: bin i covers [1.15^i, 1.15^(i+1)) * 0.05 ms; 100 bins reach a minute. */
  latency: z.array(z.int()),
  /** Rows by confidence, 20 bins over [0, 1]; regressors have none. */
  confidence: z.array(z.int()),
  /** Sum of the confidences in millionths. */
  confidenceSum: z.int(),
  lowConfidence: z.int(),
  /** Sum of the squared confidences in millionths: with the sum, what a test of means needs. */
  confidenceSquares: z.int().default(0),
  /** Requests that a fallback answered because the version failed, was too slow or had too many waiting. */
  failovers: z.int().default(0),
  /** Rows that a fallback answered, for whatever reason. */
  fallbacks: z.int().default(0),
  /** Rows that became review items. */
  reviews: z.int().default(0),
  /** Rows that were answered by a model handed out, and reported later. */
  edge: z.int().default(0),
  /** Rows of a shadow that were compared with the answer that the caller got, and those that differed. */
  compared: z.int().default(0),
  disagreed: z.int().default(0),
  /** Rows by predicted class. */
  classes: z.record(z.string(), z.int()),
  /** Per input column, and of regressors per answer too: counts on the bins (or values, last entry `other`) of the training reference, and missing. */
  columns: z.record(z.string(), z.object({ counts: z.array(z.int()), missing: z.int() })),
})
export type Rollup = z.output<typeof rollupSchema>

export const latencyBins = 100
export const confidenceBins = 20
const latencyFloorMs = 0.05
const latencyGrowth = 1.15
/** Sums of confidences, and of their squares, are kept in millionths. */
export const confidenceUnit = 1_000_000

/** One HTTP request as the gateway saw it. */
export type RequestSeen = { latencyMs: number; status: number; failedOver?: boolean }
/** One answered row. `input` is what the model read, after the plan's prepare steps; where it was not kept, `bins` has its bins. */
export type RowSeen = {
  input?: PredictRow | undefined
  /** The bin of each of the binners, in their order; -1 for missing. */
  bins?: readonly number[] | undefined
  /** A fallback answered it: then label, confidence and value are not the version's, and are left out of its figures. */
  isFallback?: boolean
  isReview?: boolean
  isEdge?: boolean
  /** Of a shadow: whether it differs from what the caller got. */
  differs?: boolean | undefined
} & ({ label: string; confidence: number; isLow: boolean } | { value: number })

/** The roll-up of no traffic: the neutral element of `mergeRollups`. */
export function emptyRollup(): Rollup {
  return {
    requests: 0,
    rows: 0,
    clientErrors: 0,
    errors: 0,
    latency: new Array<number>(latencyBins).fill(0),
    confidence: new Array<number>(confidenceBins).fill(0),
    confidenceSum: 0,
    lowConfidence: 0,
    confidenceSquares: 0,
    failovers: 0,
    fallbacks: 0,
    reviews: 0,
    edge: 0,
    compared: 0,
    disagreed: 0,
    // Without a prototype: a class may be called `constructor`.
    classes: Object.create(null),
    columns: Object.create(null),
  }
}

/** Counts a request in place. Its rows are counted by `addRow`, one by one: a refused request has none. */
export function addRequest(rollup: Rollup, { latencyMs, status, failedOver = false }: RequestSeen): void {
  rollup.requests += 1
  if (status >= 500) rollup.errors += 1
  else if (status >= 400) rollup.clientErrors += 1
  if (failedOver) rollup.failovers += 1
  const bin = latencyBin(latencyMs)
  rollup.latency[bin] = (rollup.latency[bin] ?? 0) + 1
}

/** Counts an answered row in place, its inputs on the bins of the model's training reference. */
export function addRow(rollup: Rollup, row: RowSeen, binners: readonly ColumnBinner[]): void {
  rollup.rows += 1
  if (row.isReview) rollup.reviews += 1
  if (row.isEdge) rollup.edge += 1
  if (row.differs !== undefined) rollup.compared += 1
  if (row.differs) rollup.disagreed += 1
  if (row.isFallback) rollup.fallbacks += 1
  else if ('label' in row) addClass(rollup, row)
  for (const [i, binner] of binners.entries()) {
    // Of a row whose input was not there to be binned, nothing is known: that is not a missing value.
    if (row.bins ? row.bins[i] === undefined : row.input === undefined) continue
    let column = rollup.columns[binner.name]
    if (column === undefined) {
      column = { counts: new Array<number>(binner.bins).fill(0), missing: 0 }
      rollup.columns[binner.name] = column
    }
    if (binner.name === predictionName && row.isFallback) continue
    const at = row.bins ? (row.bins[i] ?? -1) : binner.binOf(cellOf(row, binner.name))
    if (at < 0) column.missing += 1
    else column.counts[at] = (column.counts[at] ?? 0) + 1
  }
}

function cellOf(row: RowSeen, name: string): PredictRow[string] | undefined {
  return name === predictionName && 'value' in row ? row.value : row.input?.[name]
}

function addClass(rollup: Rollup, row: { label: string; confidence: number; isLow: boolean }): void {
  const confidence = Math.min(1, Math.max(0, row.confidence))
  const bin = Math.min(confidenceBins - 1, Math.floor(confidence * confidenceBins))
  rollup.confidence[bin] = (rollup.confidence[bin] ?? 0) + 1
  rollup.confidenceSum += Math.round(confidence * confidenceUnit)
  rollup.confidenceSquares += Math.round(confidence * confidence * confidenceUnit)
  if (row.isLow) rollup.lowConfidence += 1
  rollup.classes[row.label] = (rollup.classes[row.label] ?? 0) + 1
}

const numbers = [
  'requests',
  'rows',
  'clientErrors',
  'errors',
  'confidenceSum',
  'confidenceSquares',
  'lowConfidence',
  'failovers',
  'fallbacks',
  'reviews',
  'edge',
  'compared',
  'disagreed',
] as const satisfies (keyof Rollup)[]
type Numbers = Record<(typeof numbers)[number], number>

/** Roll-ups that were stored before a figure existed lack it: nothing was counted then. */
function sumNumbers(a: Partial<Numbers>, b: Partial<Numbers>): Numbers {
  const sums = {} as Numbers // filled with every name by the loop
  for (const name of numbers) sums[name] = (a[name] ?? 0) + (b[name] ?? 0)
  return sums
}

/** The roll-up of both stretches of traffic. Exact, associative and commutative; changes neither. */
export function mergeRollups(a: Rollup, b: Rollup): Rollup {
  return {
    ...sumNumbers(a, b),
    latency: sumOf(a.latency, b.latency),
    confidence: sumOf(a.confidence, b.confidence),
    classes: mergeRecords(a.classes, b.classes, (left = 0, right = 0) => left + right),
    columns: mergeRecords(a.columns, b.columns, (left, right) => ({
      counts: sumOf(left?.counts ?? [], right?.counts ?? []),
      missing: (left?.missing ?? 0) + (right?.missing ?? 0),
    })),
  }
}

/** Adds `added` to `into` in place: for sums over thousands of minutes. The same sum as `mergeRollups`. */
export function addRollup(into: Rollup, added: Rollup): void {
  Object.assign(into, sumNumbers(into, added))
  addCounts(into.latency, added.latency)
  addCounts(into.confidence, added.confidence)
  for (const name of Object.keys(added.classes)) {
    into.classes[name] = (Object.hasOwn(into.classes, name) ? (into.classes[name] ?? 0) : 0) + (added.classes[name] ?? 0)
  }
  for (const [name, { counts, missing }] of Object.entries(added.columns)) {
    const column = Object.hasOwn(into.columns, name) ? into.columns[name] : undefined
    if (column === undefined) into.columns[name] = { counts: [...counts], missing }
    else {
      addCounts(column.counts, counts)
      column.missing += missing
    }
  }
}

/** The sum of many roll-ups. */
export function sumRollups(rollups: Iterable<Rollup>): Rollup {
  const sum = emptyRollup()
  for (const rollup of rollups) addRollup(sum, rollup)
  return sum
}

/**
 * The latency in ms below which the share `q` of the requests lies, or null without requests. Within a bin it is read on
 * the logarithmic scale, so that it is off by at most 15 % and mostly by far less.
 */
export function quantileOfLatency(rollup: { latency: readonly number[] }, q: number): number | null {
  const at = quantileAt(rollup.latency, q)
  return at === null ? null : latencyFloorMs * latencyGrowth ** at
}

/** The confidence below which the share `q` of the rows lies, read linearly within a bin; null without rows. */
export function quantileOfConfidence(rollup: Pick<Rollup, 'confidence'>, q: number): number | null {
  const at = quantileAt(rollup.confidence, q)
  return at === null ? null : at / confidenceBins
}

/** Mean confidence of the rows that have one, or null without any: regressors have none. */
export function meanConfidence(rollup: Pick<Rollup, 'confidenceSum' | 'confidence'>): number | null {
  const rows = totalOf(rollup.confidence)
  return rows === 0 ? null : rollup.confidenceSum / confidenceUnit / rows
}

/** Share of low confidence among the rows that have a confidence, or null without any. */
export function lowConfidenceShare(rollup: Pick<Rollup, 'lowConfidence' | 'confidence'>): number | null {
  return shareOf(rollup.lowConfidence, totalOf(rollup.confidence))
}

/** `part` of `whole`, or null when there is nothing to be a part of. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

/** The lower edge of a bin in ms; that of the first is 0. */
export function latencyEdge(bin: number): number {
  return bin === 0 ? 0 : latencyFloorMs * latencyGrowth ** bin
}

/** Where a latency in ms lies, in bins and parts of a bin on the logarithmic scale; 0 at the floor and below. */
export function latencyPosition(latencyMs: number): number {
  return latencyMs > latencyFloorMs ? Math.log(latencyMs / latencyFloorMs) / Math.log(latencyGrowth) : 0
}

/** The latency in ms at a position in bins, the inverse of `latencyPosition`. */
export function latencyAtPosition(position: number): number {
  return latencyFloorMs * latencyGrowth ** position
}

/** The bin that a latency in ms falls into. */
export function latencyBin(latencyMs: number): number {
  return Math.min(latencyBins - 1, Math.floor(latencyPosition(latencyMs)))
}

/** Where the quantile lies, in bins and parts of a bin. */
function quantileAt(counts: readonly number[], q: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  const target = Math.min(1, Math.max(0, q)) * total
  let before = 0
  for (const [i, count] of counts.entries()) {
    if (count > 0 && before + count >= target) return i + (target - before) / count
    before += count
  }
  return counts.length
}

/** Adds position by position, in place. */
export function addCounts(into: number[], added: readonly number[]): void {
  for (let i = 0; i < added.length; i++) into[i] = (into[i] ?? 0) + (added[i] ?? 0)
}

/** Merges entry by entry, looking at own entries only: what came from JSON has a prototype. */
function mergeRecords<T>(a: Record<string, T>, b: Record<string, T>, merge: (a: T | undefined, b: T | undefined) => T): Record<string, T> {
  const own = (record: Record<string, T>, name: string) => (Object.hasOwn(record, name) ? record[name] : undefined)
  const merged: Record<string, T> = Object.create(null)
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) merged[name] = merge(own(a, name), own(b, name))
  return merged
}

/** Adds position by position; the shorter one counts as zeros, which is what an unseen bin is. */
function sumOf(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0))
}
