import { AppError } from '#core/errors/app-error'
import type { AnswerKind } from '#core/model/model-file-ref'
import { type AnswerPlan, codesOf } from './plan-answer'
import type { Answering } from './wrap-model'

/** What a sample answered: `scores` row by row, `width` a row; `labels` are the file's own, as texts. */
export type Probed = {
  scores: Float32Array
  width: number
  labels: readonly string[] | null
  /** Of each row, its number in the table, from 1. */
  rows: ArrayLike<number>
}

/** How far probabilities may lie outside [0, 1] and their sum from 1: sums of float32 over many trees. */
const slack = 1e-3

/**
 * Decides what an imported model answers: from what the file says, what the person says, and what the sample answered.
 * Throws AppError when they contradict each other, or when nobody says what numbers mean that are no probabilities.
 */
export function decideAnswer({
  plan,
  kind,
  names,
  probed,
}: {
  plan: AnswerPlan
  kind: AnswerKind
  /** Names of the classes as the person gives them; empty: those of the file. */
  names: readonly string[]
  probed: Probed
}): Exclude<Answering, { task: 'probe' }> {
  const { width } = probed
  if (plan.width !== null && plan.width !== width) {
    throw new AppError('bad_file', {
      detail: `The model promises ${numbersWords(plan.width)} a row in its output "${plan.scores}" and gives ${width}. Export it again.`,
      hint: { param: 'file' },
    })
  }
  refuseUnanswered(probed)
  if (kind === 'number' || (kind === 'automatic' && isNumber(plan, width))) return answersNumber(width, names)
  const form = formOf(plan, kind, probed)
  const classes = classesOf(plan, names, width === 1 ? 2 : width)
  if (plan.label && probed.labels) refuseStrangeLabels(plan, classes, probed.labels)
  return { task: 'classification', form, width, classes }
}

/** A label, or an operator that makes probabilities, says that there are classes; so do several numbers. */
function isNumber({ label, form }: AnswerPlan, width: number): boolean {
  return width === 1 && label === null && form === null
}

function answersNumber(width: number, names: readonly string[]): { task: 'regression' } {
  if (width !== 1) {
    throw new AppError('bad_params', {
      detail: `The model gives ${width} numbers a row; a model that answers a number gives one. Choose probabilities or logits under What the numbers are.`,
      hint: { param: 'answer' },
    })
  }
  if (names.length > 0) {
    throw new AppError('bad_params', {
      detail:
        'Class names are given, but the model answers a number. If it is the probability of the second of two classes, choose probabilities under What the numbers are; else empty the class names.',
      hint: { param: 'answer' },
    })
  }
  return { task: 'regression' }
}

function formOf(plan: AnswerPlan, kind: AnswerKind, probed: Probed): 'probabilities' | 'logits' {
  if (kind === 'logits') return 'logits'
  const row = rowThatIsNoDistribution(probed)
  if (row === null) return 'probabilities'
  if (kind === 'automatic' && plan.form === 'logits') return 'logits'
  const shown = Array.from(probed.scores.subarray(row * probed.width, row * probed.width + Math.min(probed.width, 4)), (value) =>
    Number(value.toPrecision(3)),
  ).join(', ')
  const where = `The ${probed.width === 1 ? 'number' : 'numbers'} of row ${probed.rows[row]} (${shown}${probed.width > 4 ? ', …' : ''})`
  throw new AppError('bad_params', {
    detail:
      plan.form === 'sigmoid' && probed.width > 1
        ? `${where} do not add up to 1: the model says yes or no to each class by itself (several labels a row), which Stageline does not deploy. Export a model that chooses one class.`
        : `${where} ${probed.width === 1 ? 'is no probability' : 'are no probabilities that add up to 1'}. If they are scores before a softmax or a sigmoid, choose logits under What the numbers are.`,
    hint: { param: 'answer' },
  })
}

/** The first row whose numbers are not probabilities, or null. */
function rowThatIsNoDistribution({ scores, rows, width }: Probed): number | null {
  for (let row = 0; row < rows.length; row++) {
    const own = scores.subarray(row * width, (row + 1) * width)
    const sum = own.reduce((all, value) => all + value, 0)
    const isIn = own.every((value) => value >= -slack && value <= 1 + slack)
    if (!isIn || (width > 1 && Math.abs(sum - 1) > slack)) return row
  }
  return null
}

function classesOf(plan: AnswerPlan, names: readonly string[], count: number): string[] {
  const own = plan.classes?.length === count ? plan.classes : null
  if (names.length === 0) return own ?? Array.from({ length: count }, (_, k) => String(k))
  const twice = names.find((name, i) => names.indexOf(name) !== i || name.trim() === '')
  if (names.length !== count || twice !== undefined) {
    throw new AppError('bad_params', {
      detail:
        twice === undefined
          ? `The model has ${count} classes, and ${names.length} ${names.length === 1 ? 'name is' : 'names are'} given. Give one name for each, in the order of its scores${own ? ` (${own.slice(0, 12).join(', ')}${count > 12 ? ', …' : ''})` : ''}.`
          : `The class name "${twice}" is empty or given twice.`,
      hint: { param: 'classes' },
    })
  }
  if (plan.label?.type === 'text' && own && own.some((name, k) => name !== names[k])) {
    throw new AppError('bad_params', {
      detail: `The file names its classes itself: ${own.slice(0, 12).join(', ')}. Empty the class names.`,
      hint: { param: 'classes' },
    })
  }
  return [...names]
}

/** The file's own labels must be classes: as texts their names, as numbers their codes. */
function refuseStrangeLabels(plan: AnswerPlan, classes: readonly string[], labels: readonly string[]): void {
  const known = plan.label?.type === 'text' ? classes : codesOf(plan, classes.length)
  const strange = labels.find((each) => !known.includes(each))
  if (strange === undefined) return
  throw new AppError('bad_params', {
    detail: `The model answers the label "${strange}", which is none of its classes (${known.slice(0, 12).join(', ')}). Give the class names, in the order of its scores.`,
    hint: { param: 'classes' },
  })
}

function refuseUnanswered({ scores, rows, width }: Probed): void {
  const wrong = new Set<number>()
  for (const [i, value] of scores.entries()) if (!Number.isFinite(value)) wrong.add(Math.floor(i / width))
  const [first] = wrong
  if (first === undefined) return
  throw new AppError('bad_input', {
    detail: `The model has no answer (not a number, or infinite) to ${wrong.size} of ${rows.length} rows, the first of them row ${rows[first]}. Fill the missing values before this stage, or leave those rows out.`,
    hint: { port: 'sample', row: rows[first] ?? 1 },
  })
}

const numbersWords = (count: number) => (count === 1 ? '1 number' : `${count} numbers`)
