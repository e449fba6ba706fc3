import { fitTemperature } from '#ml/calibration/temperature'
import { rowsAt, rowsBetween, type SparseRows } from '#ml/features/sparse-rows'
import { type ModelState, scoresOf } from '#ml/models/model-state'
import { pause } from '#ml/pipeline/pause'
import type { HeldOut } from './hold-out'
import { topItems } from './top-items'

/** Scores that are looked at for the temperature: users times items. */
const mostScores = 10_000_000
const scoresPerPause = 1_000_000
/** Scores of recommenders are of the size of 1 and fewer, so their temperatures are low. */
const coldest = 0.002

export type MeasuredRecommender = {
  /** Per tested user the best items, best first, and their probabilities. */
  lists: Int32Array[]
  probabilities: Float64Array[]
  /** Fitted on the next held-out item of each user. */
  temperature: number
}

/** Recommends `k` items to each tested user from what was not held out, and fits the temperature. */
export async function measureRecommender(state: ModelState, held: HeldOut, k: number, signal?: AbortSignal): Promise<MeasuredRecommender> {
  const x = rowsAt(held.train, held.tested)
  const temperature = await temperatureOf(state, x, held, signal)
  const lists: Int32Array[] = []
  const probabilities: Float64Array[] = []
  for await (const scores of scoresByUser(state, x, signal)) {
    const list = topItems(scores, k)
    lists.push(list)
    probabilities.push(probabilitiesOf(scores, list, temperature))
  }
  return { lists, probabilities, temperature }
}

/** Scores [items] of each user in turn; the array is used again. */
export async function* scoresByUser(state: ModelState, x: SparseRows, signal?: AbortSignal): AsyncGenerator<Float32Array> {
  const together = Math.max(1, Math.floor(scoresPerPause / x.terms))
  for (let from = 0; from < x.rows; from += together) {
    const part = rowsBetween(x, from, from + together)
    const scores = scoresOf(state, part)
    for (let row = 0; row < part.rows; row++) yield scores.subarray(row * x.terms, (row + 1) * x.terms)
    await pause(signal)
  }
}

/** Softmax of scores / temperature, of the chosen items. */
export function probabilitiesOf(scores: Float32Array, chosen: Int32Array, temperature: number): Float64Array {
  let peak = Number.NEGATIVE_INFINITY
  for (let item = 0; item < scores.length; item++) peak = Math.max(peak, scores[item] ?? 0)
  let sum = 0
  for (let item = 0; item < scores.length; item++) sum += Math.exp(((scores[item] ?? 0) - peak) / temperature)
  return Float64Array.from(chosen, (item) => Math.exp(((scores[item] ?? 0) - peak) / temperature) / sum)
}

async function temperatureOf(state: ModelState, x: SparseRows, { held }: HeldOut, signal?: AbortSignal): Promise<number> {
  const rows = Math.min(x.rows, Math.max(1, Math.floor(mostScores / x.terms)))
  const looked = Int32Array.from({ length: rows }, (_, i) => Math.floor((i * x.rows) / rows))
  const logits = new Float32Array(rows * x.terms)
  let at = 0
  for await (const scores of scoresByUser(state, rowsAt(x, looked), signal)) {
    logits.set(scores, at)
    at += x.terms
  }
  const next = Int32Array.from(looked, (row) => held[row]?.[0] ?? 0)
  return fitTemperature(logits, next, x.terms, { coldest, ...(signal && { signal }) })
}
