import { createHash } from 'node:crypto'
import type { PredictRow } from '#core/model/signature'
import { type ColumnBinner, predictionName } from '#core/monitor/bins'
import type { DeploymentSettings } from '#core/releases/deployment-settings'
import { stableHash } from '#core/releases/route'
import type { AnswersLine, RequestFacts, RowFacts, SpoolRow } from './spool-line'

/** What may be kept of inputs, and the bins that drift is counted on all the same. */
export type KeepInputs = { log: DeploymentSettings['log']; binners: readonly ColumnBinner[] }

/** An answered row with all that is known of it. `input` is what the model saw, after the prepare steps: never what was sent. */
export type AnsweredRow = RowFacts & { input: PredictRow }

/** One request as it was answered or refused, before it is decided what of it may be kept. */
export type AnswersSeen = RequestFacts & { kind?: 'answers'; keep: KeepInputs; rows: readonly AnsweredRow[] }

/**
 * The line that may reach the disk: of inputs no more than the deployment allows. Dropped inputs leave the bins of their
 * columns, so that drift is counted like ever. Without its input an answer is nothing that a person could review.
 */
export function lineToKeep(seen: AnswersSeen): AnswersLine {
  const { keep, rows } = seen
  // Field by field: leaving `keep` out by spreading the rest costs as much as writing the whole line.
  const line: AnswersLine = {
    deploymentId: seen.deploymentId,
    versionId: seen.versionId,
    release: seen.release,
    at: seen.at,
    latencyMs: seen.latencyMs,
    status: seen.status,
    test: seen.test,
    lowConfidence: seen.lowConfidence,
    rows: [],
  }
  // Pushed: an array made by map may count as one with holes, and those are written slowly.
  for (const row of rows) line.rows.push(rowToKeep(row, keep))
  if (seen.failedOver) line.failedOver = true
  if (seen.shadow) line.shadow = true
  if (seen.edge) line.edge = true
  return line
}

function rowToKeep(row: AnsweredRow, { log, binners }: KeepInputs): SpoolRow {
  if (log.inputs === 'whole' || (log.inputs === 'sampled' && isSampled(row.id, log.share))) return row
  const { input, review: _, ...facts } = row
  const bins = binsOf(row, binners)
  return log.inputs === 'hashed' ? { ...facts, bins, hash: hashInput(input) } : { ...facts, bins }
}

/** Whether the input of this prediction is in the sample: the same answer for the same id, everywhere. */
function isSampled(id: string, share: number): boolean {
  return (stableHash(id) / 2 ** 32) * 100 < share
}

function binsOf(row: AnsweredRow, binners: readonly ColumnBinner[]): number[] {
  return binners.map(({ name, binOf }) => binOf(name === predictionName && 'value' in row ? row.value : row.input[name]))
}

/** sha256 of the input as JSON with its fields in the order of their names: the same input has the same hash, whoever sent it. */
export function hashInput(input: PredictRow): string {
  const names = Object.keys(input).sort()
  return createHash('sha256')
    .update(JSON.stringify(names.map((name) => [name, input[name]])))
    .digest('hex')
}
