import type { PredictRow, Reference, Signature } from '#core/model/signature'
import type { ColumnBinner } from '#core/monitor/bins'
import type { Ask } from './waiting-line'

/** `input` is the row after the plan's prepare steps: what the model saw. */
export type ClassAnswer = { label: string; confidence: number; probabilities: Float32Array; input: PredictRow }
export type NumberAnswer = { value: number; interval: { low: number; high: number; share: number }; input: PredictRow }
/** What a model computed. */
export type ComputedAnswer = ClassAnswer | NumberAnswer
/** What a release states for when no version answers: nothing computed it, so nothing is known of how sure it is. */
export type StatedAnswer =
  | { label: string; confidence: null; probabilities: null; input: PredictRow }
  | { value: number; interval: null; input: PredictRow }
export type Answer = ComputedAnswer | StatedAnswer

/** What is known of a version without loading it. */
export type ModelAbout = {
  versionId: string
  version: number
  model: string
  signature: Signature
  /** Empty when it answers a number. */
  classes: readonly string[]
  reference: Reference
  /** How its inputs and answers are counted. */
  binners: readonly ColumnBinner[]
}

export type PredictAsk = Ask & {
  /** Whether an answer that was given before may be given again. */
  cache: boolean
}

/** A model version that answers; whether it is in memory right now is its own affair. */
export type ServedModel = ModelAbout & {
  /** A checked row as the model sees it: after the prepare steps. */
  prepare(row: PredictRow): PredictRow
  /** Answers checked rows, in order. Rejects with a ModelFailure when it cannot, whatever the rows are. */
  predict(rows: readonly PredictRow[], ask: PredictAsk): Promise<ComputedAnswer[]>
}
