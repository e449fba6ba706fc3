import type { PredictRow } from '#core/model/signature'
import { stableHash } from '#core/releases/route'
import type { FallbackReason } from '#core/releases/settings'
import { chooseVersion } from './choose-version'
import { answerByChain, type ChainRow } from './fallback-chain'
import type { GatewayParts } from './gateway-parts'
import type { Journey } from './journey'
import type { AnsweredRow, AnswersSeen } from './log/keep-inputs'
import type { Answer, PredictAsk, ServedModel } from './models/served-model'
import { newPredictionId } from './prediction-id'
import type { GatewayMetrics } from './telemetry/gateway-metrics'
import { traced } from './telemetry/telemetry'

/** What a protocol wants answered: records as they were sent, read by the signature of the version that is asked. */
export type Asked = {
  records: readonly unknown[]
  /** One record as the model reads it, or an AppError that names record and field. */
  read(model: ServedModel, record: unknown, index: number): PredictRow
  /** The same key always meets the same version; null for chance. */
  stickyKey: string | null
  /** Number of the version that must answer, whatever the weights say; null for the release's choice. */
  version?: number | null
}

/** One answered record. */
export type ServedRow = {
  id: string
  answer: Answer
  /** The version that answered; null for the stated answer of the release. */
  by: ServedModel | null
  /** Why another than the asked version answered; null when it answered itself. */
  fallback: FallbackReason | null
}

export type Served = {
  /** The version that was asked. */
  model: ServedModel
  rows: ServedRow[]
}

/** Answers the records of one request and writes them to the prediction log: every protocol goes through here. */
export async function answerRows(parts: GatewayParts, journey: Journey, asked: Asked): Promise<Served> {
  const { release } = journey
  const ids = asked.records.map(newPredictionId)
  const pinned = asked.version ?? journey.version
  const key = asked.stickyKey ?? ids[0] ?? ''
  const model = chooseVersion(release, { pinned, key, bandits: parts.bandits, random: Math.random })
  journey.model = model
  const rows = asked.records.map((record, i) => asked.read(model, record, i))
  const askOf = askFor(journey)
  const route = journey.span?.child('route', { 'stageline.version': `v${model.version}`, 'stageline.rows': rows.length }) ?? null
  const chain = () =>
    answerByChain({
      model,
      rows,
      // Who names a version wants its answer or none.
      fallback: pinned === null ? release.settings.fallback : noFallback,
      loaded: release.loaded,
      readAs: (other, i) => asked.read(other, asked.records[i], i),
      ask: (version, own) =>
        traced(route, `model v${version.version}`, { 'stageline.rows': own.length }, () => version.predict(own, askOf())),
    })
  const answering = parts.keys.spend(journey.caller, { deployment: release.deployment, rows: rows.length }, chain)
  const answered = await (route ? answering.finally(() => route.end()) : answering)
  countAnswers(parts.telemetry.metrics, { deployment: release.deployment, model, answered })
  const served: Served = { model, rows: answered.map(({ answer, by, fallback }, i) => ({ id: ids[i] ?? '', answer, by, fallback })) }
  await parts.spool.append(
    lineOf(journey, model, 200, { failedOver: answered.some(isFailover), rows: served.rows.map((row) => loggedRow(row, journey)) }),
  )
  parts.shadows.mirror(journey, asked, served)
  return served
}

function countAnswers(
  { predictions, fallbacks }: GatewayMetrics,
  { deployment, model, answered }: { deployment: string; model: ServedModel; answered: readonly ChainRow[] },
): void {
  predictions.of(deployment, `v${model.version}`).add(answered.length)
  for (const { fallback } of answered) if (fallback !== null) fallbacks.of(deployment, fallback).add()
}

const noFallback = { steps: [], on: [], belowConfidence: null }

/** Each version may take the time of the release; all together no longer than the caller waits. */
function askFor({ release: { settings }, caller, timeoutMs, isGone }: Journey): () => PredictAsk {
  const lastAt = timeoutMs === null ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs
  const { batching, cache } = settings
  return () => ({
    deadlineAt: Math.min(lastAt, performance.now() + settings.timeoutMs),
    timeoutMs: settings.timeoutMs,
    priority: caller.priority,
    batching,
    isGone,
    cache: cache.on,
  })
}

/** The line of the prediction log about a request; without rows, what a refused request leaves there. */
export function lineOf(
  journey: Journey,
  model: ServedModel,
  status: number,
  { failedOver = false, shadow = false, rows = [] }: Partial<Pick<AnswersSeen, 'failedOver' | 'shadow' | 'rows'>> = {},
): AnswersSeen {
  const { release } = journey
  return {
    deploymentId: release.deploymentId,
    versionId: model.versionId,
    release: release.number,
    at: Date.now(),
    latencyMs: Math.round((performance.now() - journey.startedAt) * 1000) / 1000,
    status,
    test: journey.test,
    lowConfidence: release.lowConfidence,
    keep: { log: release.deploymentSettings.log, binners: model.binners },
    failedOver,
    shadow,
    rows,
  }
}

/** What the log says an answer is. */
export function loggedAnswer(answer: Answer) {
  return 'value' in answer ? { value: answer.value } : { label: answer.label, confidence: answer.confidence }
}

function loggedRow({ id, answer, by, fallback }: ServedRow, { release }: Journey): AnsweredRow {
  const { reviewShare } = release.settings
  const isUnsure =
    'value' in answer ? false : answer.confidence === null ? fallback === 'low-confidence' : answer.confidence < release.lowConfidence
  const { input } = answer
  // Named field by field: spreading costs more than writing the line.
  const row: AnsweredRow =
    'value' in answer ? { id, input, value: answer.value } : { id, input, label: answer.label, confidence: answer.confidence }
  if (fallback !== null) {
    row.fallback = fallback
    row.by = by?.versionId ?? null
  }
  if (reviewShare > 0 && isUnsure && isDrawn(id, reviewShare)) row.review = true
  return row
}

/** The same for the same id, everywhere. The sample of inputs that are kept is drawn from the same hash: the id alone would make both one draw. */
function isDrawn(id: string, percent: number): boolean {
  return (stableHash(`review ${id}`) / 2 ** 32) * 100 < percent
}

function isFailover({ fallback }: ChainRow): boolean {
  return fallback !== null && fallback !== 'low-confidence'
}
