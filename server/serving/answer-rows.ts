import { AppError } from '#core/errors/app-error'
import type { PredictRow } from '#core/model/signature'
import { chooseRoute } from '#core/releases/route'
import type { FallbackReason } from '#core/releases/settings'
import type { GatewayParts } from './gateway-parts'
import type { Journey } from './journey'
import type { Answer, ServedModel } from './models/served-model'
import { newPredictionId } from './prediction-id'

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
export async function answerRows({ spool }: GatewayParts, journey: Journey, asked: Asked): Promise<Served> {
  const { release } = journey
  const ids = asked.records.map(newPredictionId)
  const model = askedModel(journey, asked.stickyKey ?? ids[0] ?? '')
  journey.model = model
  const rows = asked.records.map((record, i) => asked.read(model, record, i))
  const answers = await model.predict(rows)
  refuseNoAnswer(model, answers)
  const served: Served = {
    model,
    rows: answers.map((answer, i) => ({ id: ids[i] ?? '', answer, by: model, fallback: null })),
  }
  await spool.append({
    ...lineOf(journey, model, 200),
    rows: answers.map((each, i) => ({
      id: ids[i] ?? '',
      input: each.input,
      ...('value' in each ? { value: each.value } : { label: each.label, confidence: each.confidence }),
    })),
  })
  return served

  function askedModel({ release: { models, weights, deploymentId } }: Journey, key: string): ServedModel {
    const chosen = models[chooseRoute(weights, deploymentId, key)] ?? models[0]
    if (!chosen) throw new AppError('not_found', { detail: `There is no deployment called ${release.deployment}.` })
    return chosen
  }
}

/** The line of the prediction log about a request, without its rows: what a refused request leaves there. */
export function lineOf(journey: Journey, model: ServedModel, status: number) {
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
    rows: [],
  }
}

/** A model that cannot fill a missing number computes with NaN, and that is no answer. */
function refuseNoAnswer(model: ServedModel, answers: readonly Answer[]): void {
  const at = answers.findIndex((answer) => Number.isNaN('value' in answer ? answer.value : answer.probabilities[0]))
  if (at < 0) return
  const column = model.signature.inputs.find(({ name, type }) => type === 'number' && answers[at]?.input[name] == null)?.name
  throw new AppError('bad_input', {
    detail: `v${model.version} has no answer to record ${at + 1}: it was trained without missing values${column ? `, and "${column}" is missing` : ''}.`,
    hint: { row: at + 1, ...(column === undefined ? {} : { column }) },
  })
}
