import { AppError } from '#core/errors/app-error'
import type { Reference, Signature } from '#core/model/signature'
import { cutAtDeciles } from '#core/monitor/bins'
import { textsOf } from '#ml/features/raw-columns'
import { middlesOf } from '#ml/metrics/baselines'
import { intervalShare, residualInterval } from '#ml/metrics/prediction-interval'
import { confidenceReference } from '#ml/pipeline/confidence-reference'
import type { TrainColumn, TrainColumns } from '#ml/pipeline/data'
import { referenceOfInputs } from '#ml/pipeline/prepare-fit'

type Of = { signature: Signature; columns: TrainColumns; rows: number; truth: TrainColumn | null }

/**
 * The reference of an imported classifier: the sample stands for the training rows, which nobody has, and its answers for
 * answers out of fold. Without right answers no class has labelled rows. Throws AppError when none of the right answers is
 * a class of the model.
 */
export function referenceOfClasses(
  { signature, columns, rows, truth }: Of,
  { classes, labels, probabilities }: { classes: readonly string[]; labels: readonly string[]; probabilities: Float32Array },
): Reference {
  const places = new Map(classes.map((name, k) => [name, k]))
  const right = truth ? textsOf(truth) : []
  const known = right.filter((label) => places.has(label))
  if (truth && known.length === 0) {
    throw new AppError('bad_params', {
      detail: `None of the right answers in "${signature.target}" (${[...new Set(right)].filter(Boolean).slice(0, 5).join(', ')}) is a class of the model (${classes.slice(0, 5).join(', ')}). Give the class names, in the order of the scores.`,
      hint: { param: 'classes' },
    })
  }
  const labelled = countsOf(known)
  const called = countsOf(labels)
  const confidence = Float64Array.from(labels, (label, row) => probabilities[row * classes.length + (places.get(label) ?? 0)] ?? 0)
  return {
    ...referenceOfInputs(signature, columns, rows),
    classes: classes.map((name) => ({ name, rows: labelled.get(name) ?? 0, predicted: called.get(name) ?? 0 })),
    confidence: confidenceReference(confidence),
  }
}

/**
 * The reference of an imported regressor. Its prediction interval comes from the right answers of the sample. Throws
 * AppError when there are none.
 */
export function referenceOfNumbers({ signature, columns, rows, truth }: Of, values: Float32Array): Reference {
  if (truth?.type !== 'number') {
    throw new AppError('bad_params', {
      detail: truth
        ? `The model answers a number, but the right answers in "${signature.target}" are text. Choose a column of numbers, or cast it in an SQL stage.`
        : 'The model answers a number, and every number is answered with the interval in which the right one lies. Choose the column with the right answers, from which the interval is measured.',
      hint: { param: 'target' },
    })
  }
  const known = Array.from(truth.values.keys()).filter((row) => Number.isFinite(truth.values[row]))
  if (known.length === 0) {
    throw new AppError('bad_input', {
      detail: `No row of the sample has an answer in the column "${signature.target}".`,
      hint: { param: 'target', column: signature.target },
    })
  }
  const right = Float64Array.from(known, (row) => truth.values[row] ?? 0)
  const answered = Float64Array.from(known, (row) => values[row] ?? 0)
  return {
    task: 'regression',
    ...referenceOfInputs(signature, columns, rows),
    values: cutAtDeciles(Array.from(values)),
    residuals: residualInterval(right, answered, intervalShare),
    answers: middlesOf(right),
  }
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
