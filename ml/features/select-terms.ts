import { AppError } from '#core/errors/app-error'
import type { SelectionStep } from '#core/ports/plan'
import type { Answers, Supervision } from './answers'
import type { SparseRows } from './sparse-rows'
import { scoreTerms } from './term-scores'

/**
 * Terms that a selection keeps, ascending: of those that score above `above` the `keep` best, of equal ones the first. Columns
 * of codes stay, but by mutual information, because no other measure reads codes. Throws AppError when nothing is left, and for
 * answers or features that the method cannot read. `x` are the training rows, `rows` their places among the answers.
 */
export function selectTerms(
  x: SparseRows,
  rows: Int32Array,
  { step, supervision }: { step: SelectionStep; supervision?: Supervision | undefined },
): Int32Array {
  if (x.terms === 0) return new Int32Array()
  if (step.method === 'chi-square') refuseNegative(x)
  const scores = scoreTerms(x, step.method, step.method === 'variance' ? null : answersAt(rows, step, supervision))
  const isKept = (term: number) => step.method !== 'mutual-information' && (x.codes?.[term] ?? 0) > 0
  const terms = Int32Array.from(scores.keys())
  const good = terms.filter((term) => !isKept(term) && (scores[term] ?? 0) > step.above)
  good.sort((a, b) => compareScores(scores[b] ?? 0, scores[a] ?? 0) || a - b)
  const kept = Int32Array.from([...terms.filter(isKept), ...good.subarray(0, step.keep)]).sort()
  if (kept.length > 0) return kept
  const best = scores.reduce((most, score) => Math.max(most, score), 0)
  throw new AppError('bad_params', {
    detail: `The feature selection leaves nothing: none of ${x.terms} features scores above ${step.above} by ${step.method}; the best has ${best.toPrecision(3)}. Lower the score in the feature selection stage.`,
  })
}

function answersAt(rows: Int32Array, { method }: SelectionStep, supervision: Supervision | undefined): Answers {
  if (!supervision) throw new TypeError(`Features cannot be selected by ${method} without answers.`)
  const { answers } = supervision
  if (answers.classes !== null) return { y: Int32Array.from(rows, (row) => answers.y[row] ?? 0), classes: answers.classes }
  if (method === 'f-test') return { y: Float64Array.from(rows, (row) => answers.y[row] ?? 0), classes: null }
  throw new AppError('bad_params', {
    detail: `The feature selection by ${method} reads classes, and this model learns numbers: choose f-test or variance in the feature selection stage.`,
  })
}

function refuseNegative(x: SparseRows): void {
  const at = x.values.findIndex((value) => value < 0)
  if (at < 0) return
  const name = x.nameOf?.(x.ids[at] ?? 0) ?? ''
  throw new AppError('bad_params', {
    detail: `The feature selection by chi-square takes values for counts, but "${name}" has negative ones: scale it by minmax, or choose f-test in the feature selection stage.`,
  })
}

/** Below 0 when `a` is the lower score. Two infinite scores are equal, not NaN apart. */
export const compareScores = (a: number, b: number) => (a === b ? 0 : a - b)
