import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '#core/errors/app-error'
import type { PredictRow, SignatureInput } from '#core/model/signature'
import { applyShifts, type Shift } from '#core/traffic/shift'
import type { GatewayClient } from './gateway-client'

export type Replay = {
  deployment: string
  inputs: readonly SignatureInput[]
  rows: readonly Record<string, unknown>[]
  shifts: readonly Shift[]
  /** Records a second. */
  rate: number
  /** Records in all; more than there are rows means from the start again. */
  count: number
  signal: AbortSignal
  onProgress(done: number, total: number): void
}

export type ReplayResult = {
  sent: number
  answered: number
  failed: number
  seconds: number
  perSecond: number
  labels: Record<string, number>
  /** Of the numbers that came back; null when classes did. */
  values: { mean: number; lowest: number; highest: number } | null
  versions: Record<string, number>
  /** The first refusal, if there was one. */
  problem: string | null
}

const atOnceAtMost = 64
const tellEveryMs = 250

/**
 * Sends rows as single requests, evenly spaced in time and marked as test traffic. When the gateway is slower than the
 * rate, at most 64 requests are on their way and the replay takes longer: it never builds a queue of its own.
 */
export async function replay(client: GatewayClient, options: Replay): Promise<ReplayResult> {
  const { deployment, inputs, rows, shifts, rate, count, signal, onProgress } = options
  if (rows.length === 0) throw new AppError('bad_input', { detail: 'There are no rows to send.' })
  const result: ReplayResult = {
    sent: 0,
    answered: 0,
    failed: 0,
    seconds: 0,
    perSecond: 0,
    labels: {},
    values: null,
    versions: {},
    problem: null,
  }
  const startedAt = performance.now()
  const onTheirWay = new Set<Promise<void>>()
  let toldAt = 0

  async function send(index: number): Promise<void> {
    const row = applyShifts(toRecord(rows[index % rows.length] ?? {}, inputs), shifts, index)
    try {
      const answer = await client.predict(deployment, row, { test: true, stickyKey: `replay-${index % rows.length}`, signal })
      result.answered += 1
      const by = answer.version ?? 'stated answer'
      result.versions[by] = (result.versions[by] ?? 0) + 1
      if ('label' in answer) result.labels[answer.label] = (result.labels[answer.label] ?? 0) + 1
      if ('value' in answer) result.values = withValue(result.values, answer.value, result.answered)
    } catch (error) {
      if (signal.aborted) return
      // One refused row is a figure of the result; what is no refusal is a bug and ends the replay.
      if (!(error instanceof AppError)) throw error
      result.failed += 1
      result.problem ??= error.message
      if (error.code === 'bad_key' || error.code === 'not_found' || (error.code === 'unavailable' && result.answered === 0)) throw error
    }
  }

  for (let index = 0; index < count && !signal.aborted; index++) {
    const dueIn = startedAt + (index / rate) * 1000 - performance.now()
    if (dueIn > 2) await sleep(dueIn, undefined, { signal }).catch(() => undefined)
    if (onTheirWay.size >= atOnceAtMost) await Promise.race(onTheirWay)
    if (signal.aborted) break
    result.sent += 1
    const one = send(index).finally(() => onTheirWay.delete(one))
    // Looked at by the race above or by the wait below; until then its failure is nobody's unhandled rejection.
    one.catch(() => undefined)
    onTheirWay.add(one)
    if (performance.now() - toldAt > tellEveryMs) {
      toldAt = performance.now()
      onProgress(result.sent, count)
    }
  }
  await Promise.all(onTheirWay)
  onProgress(result.sent, count)
  const seconds = (performance.now() - startedAt) / 1000
  return { ...result, seconds: Math.round(seconds * 1000) / 1000, perSecond: Math.round(result.sent / Math.max(seconds, 0.001)) }
}

function withValue(values: ReplayResult['values'], value: number, answered: number): NonNullable<ReplayResult['values']> {
  const { mean, lowest, highest } = values ?? { mean: 0, lowest: value, highest: value }
  return { mean: mean + (value - mean) / answered, lowest: Math.min(lowest, value), highest: Math.max(highest, value) }
}

/** A row of any table as the model's record: other columns are left out, missing ones are null. */
export function toRecord(row: Record<string, unknown>, inputs: readonly SignatureInput[]): PredictRow {
  return Object.fromEntries(inputs.map((input) => [input.name, toValue(row[input.name], input.type)]))
}

function toValue(value: unknown, type: SignatureInput['type']): PredictRow[string] {
  if (value === null || value === undefined) return null
  if (type !== 'number') return typeof value === 'string' ? value : String(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}
