import { rowsBetween, type SparseRows } from '#ml/features/sparse-rows'
import { pause } from '#ml/pipeline/pause'
import { type ModelState, scoresOf } from './model-state'

/** A model of nearest rows compares each of these with all of its own, which takes about 100 ms at its largest. */
const rowsPerPause = 256

/** scoresOf, with a look at the signal every 256 rows. */
export async function scoreRows(state: ModelState, x: SparseRows, signal?: AbortSignal): Promise<Float32Array> {
  const parts: Float32Array[] = []
  for (let from = 0; from < x.rows; from += rowsPerPause) {
    parts.push(scoresOf(state, rowsBetween(x, from, from + rowsPerPause)))
    await pause(signal)
  }
  const scores = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    scores.set(part, at)
    at += part.length
  }
  return scores
}
