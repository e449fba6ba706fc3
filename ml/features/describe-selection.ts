import { AppError } from '#core/errors/app-error'
import type { SelectionStep } from '#core/ports/plan'
import type { FeaturesPart } from '#core/reports/features'
import type { Answers } from './answers'
import { fitTrainingRows } from './fit-plan'
import { featureName } from './fitted-features'
import type { RawColumn } from './read-raw-columns'
import { compareScores, selectTerms } from './select-terms'
import { scoreTerms } from './term-scores'

const most = { best: 30, next: 10 }

type Selection = Extract<FeaturesPart, { part: 'selection' }>

/**
 * Which of all features a selection keeps on a sample, with what they score against the answers of a column (null for
 * variance, which reads none). Without a part, `notes` says why: nothing is left, or the method cannot read the features.
 */
export async function describeSelection(
  raw: readonly RawColumn[],
  rows: Int32Array,
  { step, against, signal }: { step: SelectionStep; against: { name: string; answers: Answers } | null; signal: AbortSignal | undefined },
): Promise<{ part: Selection | null; notes: string[] }> {
  const { features, x } = await fitTrainingRows(raw, rows, signal)
  const chosen = selected(() => selectTerms(x, rows, { step, supervision: against ? { answers: against.answers, seed: 0 } : undefined }))
  if (!(chosen instanceof Int32Array)) return { part: null, notes: [chosen] }
  const kept = new Set(chosen)
  const scores = scoreTerms(x, step.method, against?.answers ?? null)
  const order = Int32Array.from(scores.keys()).sort((a, b) => compareScores(scores[b] ?? 0, scores[a] ?? 0) || a - b)
  const scored = (terms: Int32Array) =>
    Array.from(terms, (term) => ({
      feature: featureName(features, term),
      score: Number.isFinite(scores[term]) ? (scores[term] ?? 0) : null,
    }))
  return {
    part: {
      part: 'selection',
      method: step.method,
      against: against?.name ?? null,
      kept: kept.size,
      dropped: scores.length - kept.size,
      best: scored(order.filter((term) => kept.has(term)).subarray(0, most.best)),
      next: scored(order.filter((term) => !kept.has(term)).subarray(0, most.next)),
    },
    notes: [],
  }
}

/** The selection, or the sentence of why there is none. */
function selected(select: () => Int32Array): Int32Array | string {
  try {
    return select()
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}
