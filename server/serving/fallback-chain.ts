import { AppError } from '#core/errors/app-error'
import { answersNumber, type PredictRow } from '#core/model/signature'
import type { FallbackReason, FallbackStep, ReleaseSettings } from '#core/releases/settings'
import { ModelFailure } from './models/model-failure'
import type { Answer, ComputedAnswer, ServedModel, StatedAnswer } from './models/served-model'

/** Rows on their way through the versions of a release. */
export type Chain = {
  /** The version that is asked first, and the rows as it reads them. */
  model: ServedModel
  rows: readonly PredictRow[]
  fallback: ReleaseSettings['fallback']
  /** Every version that the release names, by id. */
  loaded: ReadonlyMap<string, ServedModel>
  /** Row `i` as another version reads it. */
  readAs(model: ServedModel, i: number): PredictRow
  /** Asks a version; rejects with a ModelFailure when it gives no answer. */
  ask(model: ServedModel, rows: readonly PredictRow[]): Promise<ComputedAnswer[]>
}

/** Which version answered a row (null for the stated answer), and why not the one that was asked. */
export type ChainRow = { answer: Answer; by: ServedModel | null; fallback: FallbackReason | null }

/** A row between two steps: the surest answer so far, and why it goes on. */
type Open = { best: ChainRow | null; reason: FallbackReason | null }

/**
 * Answers rows by the version that is asked, and by the steps of the release in turn where it gives none or is less sure
 * than it should be. What is wrong with the rows themselves never goes on. When no step is sure enough the surest answer
 * stands; when none answers, the failure of the version that was asked does.
 */
export async function answerByChain(chain: Chain): Promise<ChainRow[]> {
  const { model, rows, fallback } = chain
  if (fallback.steps.length === 0) {
    const answers = await chain.ask(model, rows)
    refuseNoAnswer(model, answers)
    return answers.map((answer) => ({ answer, by: model, fallback: null }))
  }
  const open = rows.map((): Open => ({ best: null, reason: null }))
  const failure = await askFirst(chain, open)
  for (const step of fallback.steps) {
    const left = open.flatMap(({ reason }, i) => (reason === null ? [] : [i]))
    if (left.length === 0) break
    if (step.kind === 'version') await askNext(chain, { step, open, left })
    else stateAnswer(chain, { step, open, left })
  }
  return open.map(({ best }) => {
    if (best) return best
    throw failure ?? new AppError('bug', { detail: `v${model.version} of ${model.model} answered fewer rows than it was asked.` })
  })
}

async function askFirst({ model, rows, fallback, ask }: Chain, open: Open[]): Promise<ModelFailure | null> {
  try {
    const answers = await ask(model, rows)
    refuseNoAnswer(model, answers)
    for (const [i, answer] of answers.entries()) {
      const isUnsure = !isSure(answer, fallback.belowConfidence)
      open[i] = { best: { answer, by: model, fallback: null }, reason: isUnsure ? 'low-confidence' : null }
    }
    return null
  } catch (error) {
    if (!(error instanceof ModelFailure) || !fallback.on.includes(error.reason)) throw error
    open.fill({ best: null, reason: error.reason })
    return error
  }
}

type Step<S extends FallbackStep> = { step: S; open: Open[]; left: readonly number[] }

async function askNext(
  { model, fallback, loaded, readAs, ask }: Chain,
  { step, open, left }: Step<Extract<FallbackStep, { kind: 'version' }>>,
): Promise<void> {
  const next = loaded.get(step.versionId)
  if (!next || next === model) return
  const answers = await answersOf(next)
  for (const [at, i] of left.entries()) {
    const answer = answers[at]
    const { best = null, reason = null } = open[i] ?? {}
    if (!answer || hasNoAnswer(answer)) continue
    const isSureNow = isSure(answer, fallback.belowConfidence)
    const isSurer = best === null || confidenceOf(answer) > confidenceOf(best.answer)
    open[i] = {
      best: isSureNow || isSurer ? { answer, by: next, fallback: reason } : best,
      reason: isSureNow ? null : reason,
    }
  }

  async function answersOf(version: ServedModel): Promise<ComputedAnswer[]> {
    try {
      return await ask(
        version,
        left.map((i) => readAs(version, i)),
      )
    } catch (error) {
      // Documented fallback: a step that does not answer, or that reads other columns than were sent, leaves the row to the next.
      if (error instanceof AppError && error.code !== 'cancelled') return []
      throw error
    }
  }
}

function stateAnswer({ model, rows }: Chain, { step, open, left }: Step<Exclude<FallbackStep, { kind: 'version' }>>): void {
  if (answersNumber(model.signature) !== (step.kind === 'value')) return
  for (const i of left) {
    const input = model.prepare(rows[i] ?? {})
    const answer: StatedAnswer =
      step.kind === 'value'
        ? { value: step.value, interval: null, input }
        : { label: step.label, confidence: null, probabilities: null, input }
    open[i] = { best: { answer, by: null, fallback: open[i]?.reason ?? null }, reason: null }
  }
}

/** Numbers come without a confidence: there is nothing to be unsure of. */
function isSure(answer: ComputedAnswer, belowConfidence: number | null): boolean {
  return belowConfidence === null || confidenceOf(answer) >= belowConfidence
}

function confidenceOf(answer: Answer): number {
  return 'value' in answer ? Number.POSITIVE_INFINITY : (answer.confidence ?? 0)
}

/** A model that cannot fill a missing number computes with NaN, and that is no answer. */
function hasNoAnswer(answer: ComputedAnswer): boolean {
  return Number.isNaN('value' in answer ? answer.value : answer.probabilities[0])
}

function refuseNoAnswer(model: ServedModel, answers: readonly ComputedAnswer[]): void {
  const at = answers.findIndex(hasNoAnswer)
  if (at < 0) return
  const column = model.signature.inputs.find(({ name, type }) => type === 'number' && answers[at]?.input[name] == null)?.name
  throw new AppError('bad_input', {
    detail: `v${model.version} has no answer to record ${at + 1}: it was trained without missing values${column ? `, and "${column}" is missing` : ''}.`,
    hint: { row: at + 1, ...(column === undefined ? {} : { column }) },
  })
}
