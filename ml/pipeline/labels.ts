import { AppError } from '#core/errors/app-error'
import { textsOf } from '#ml/features/raw-columns'
import type { Target } from './fit-args'

/** Class names in code-unit order, and each row's index into them. */
export type Labels = { classes: string[]; y: Int32Array }

/** Codes the target column. Throws AppError for no rows, a row without a label, or a single class. */
export function codeLabels(target: readonly string[], name: string): Labels {
  const hint = { column: name, param: 'target' }
  if (target.length === 0) throw new AppError('bad_input', { detail: 'There are no rows to train on.', hint })
  const unlabelled = target.indexOf('')
  if (unlabelled >= 0) {
    const count = target.filter((label) => label === '').length
    throw new AppError('bad_input', {
      detail: `${count} ${count === 1 ? 'row has' : 'rows have'} no label in the column "${name}", the first is row ${unlabelled + 1}: filter or fill them first.`,
      hint: { ...hint, row: unlabelled + 1 },
    })
  }
  const classes = [...new Set(target)].sort()
  if (classes.length < 2) {
    throw new AppError('bad_input', {
      detail: `All ${target.length} rows have the same label "${classes[0]}" in the column "${name}": a classifier needs at least two classes. Choose another column, or add rows of another class.`,
      hint,
    })
  }
  const indexes = new Map(classes.map((label, i) => [label, i]))
  return { classes, y: Int32Array.from(target, (label) => indexes.get(label) ?? 0) }
}

/** Rows per class. */
export function countPerClass(y: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes)
  for (const label of y) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

/** Numbers as names of classes: 3 is "3". */
export function labelsOf(target: Target): readonly string[] {
  return target instanceof Float64Array ? textsOf({ type: 'number', values: target }) : target
}

/** A sentence on classes that have fewer rows than there are folds, so that some folds lack them; none when there are no such classes. */
export function smallClasses({ classes, y }: Labels, folds: number): string[] {
  const counts = countPerClass(y, classes.length)
  const few = classes.filter((_, k) => (counts[k] ?? 0) < folds)
  if (few.length === 0) return []
  const named = few.slice(0, 5).map((name) => `"${name}"`)
  const list = `${named.join(', ')}${few.length > 5 ? ` and ${few.length - 5} more` : ''}`
  return [
    `${few.length === 1 ? `The class ${list} has` : `${few.length} classes have`} fewer rows than the ${folds} folds${few.length === 1 ? '' : ` (${list})`}: hardly anything is known of how well ${few.length === 1 ? 'it is' : 'they are'} recognised. Add rows, or join classes.`,
  ]
}
