import { AppError } from '#core/errors/app-error'
import type { FeatureStep } from '#core/ports/plan'
import type { FittedFeatures } from '#ml/features/fitted-features'
import { columnOf } from '#ml/features/raw-columns'
import type { TrainColumns } from './data'

/**
 * Refuses columns that cannot carry a feature (other length than the target, no value at all) and says in `notes` what
 * was done about odd ones (constant, infinite values).
 */
export function checkColumns(columns: TrainColumns, steps: readonly FeatureStep[], rows: number): string[] {
  const notes: string[] = []
  for (const name of new Set(steps.flatMap((step) => step.columns))) {
    const column = columnOf(columns, name)
    if (column.values.length !== rows) {
      throw new AppError('bad_input', {
        detail: `The column "${name}" has ${column.values.length} rows, the target has ${rows}.`,
        hint: { column: name },
      })
    }
    let first: string | number | undefined
    let isConstant = true
    let present = 0
    let infinite = 0
    for (const value of column.values) {
      if (value === '' || Number.isNaN(value)) continue
      if (typeof value === 'number' && !Number.isFinite(Math.fround(value))) {
        infinite += 1
        continue
      }
      present += 1
      first ??= value
      isConstant &&= value === first
    }
    if (present === 0) {
      throw new AppError('bad_input', {
        detail: `The column "${name}" has no value in any of the ${rows} training rows: remove it from the features, or fill it first.`,
        hint: { column: name, param: 'columns' },
      })
    }
    if (infinite > 0) notes.push(`${infinite} infinite or too large values of the column "${name}" count as missing.`)
    if (isConstant && present === rows) notes.push(`The column "${name}" has the same value in each row, so it cannot help.`)
  }
  return notes
}

/** Refuses a step of texts or lists whose vocabulary came out empty, by the name of its column. */
export function checkVocabularies(features: FittedFeatures): void {
  for (const block of features.blocks) if (block.kind === 'components') checkVocabularies(block.inner)
  const list = features.blocks.find((block) => block.kind === 'list' && block.terms === 0)
  if (list?.kind === 'list') {
    throw new AppError('bad_input', {
      detail: `No entry of the lists in the column "${list.name}" is in as many rows as "at least rows" asks for: lower it, or choose another column.`,
      hint: { column: list.name, param: 'minRows' },
    })
  }
  const empty = features.blocks.find((block) => block.kind === 'text' && block.terms === 0)
  if (empty?.kind === 'text') {
    throw new AppError('bad_input', {
      detail: `No term of the column "${empty.name}" is left: each is rarer than "at least rows" or more frequent than "at most share" allow, or the texts hold no words. Lower the first, raise the second, or choose another column.`,
      hint: { column: empty.name, param: 'minRows' },
    })
  }
}

const mostBytes = 3 * 1024 ** 3

/** Refuses a training that would not fit in a stage's memory, with the estimate: weights and their copies, logits of all rows. */
export function checkSize(rows: number, terms: number, outputs: number): void {
  const bytes = (terms * 12 + rows * 16) * outputs
  if (bytes <= mostBytes) return
  const estimate = `${(bytes / 1024 ** 3).toFixed(1)} GiB`
  if (outputs === 1) {
    throw new AppError('out_of_memory', {
      detail: `${rows} rows and ${terms} terms would need about ${estimate} of memory; ${mostBytes / 1024 ** 3} GiB are allowed. Lower "most terms" of the text features, or train on fewer rows.`,
      hint: { param: 'maxTerms' },
    })
  }
  throw new AppError('out_of_memory', {
    detail: `${rows} rows, ${terms} terms and ${outputs} classes would need about ${estimate} of memory; ${mostBytes / 1024 ** 3} GiB are allowed. Join rare classes, lower "most terms" of the text features, or check that the target column is not an identifier.`,
    hint: { param: 'target' },
  })
}

/** What components keep of the features that they are made of, and whether there are as many as were asked for. */
export function notesOnComponents(steps: readonly FeatureStep[], features: FittedFeatures): string[] {
  const asked = steps.filter((step) => step.kind === 'components').toReversed()
  let [notes, fitted]: [string[], FittedFeatures] = [[], features]
  for (const { components } of asked) {
    const [block] = fitted.blocks
    if (block?.kind !== 'components') break
    const kept = block.share.reduce((sum, share) => sum + share, 0)
    const of = `${block.inner.terms.toLocaleString('en')} ${block.inner.terms === 1 ? 'feature' : 'features'}`
    const fewer = block.terms < components ? `, as there cannot be ${components}` : ''
    notes = [
      `${block.terms} ${block.terms === 1 ? 'component' : 'components'} of ${of}${fewer}: they keep ${(kept * 100).toFixed(1)} % of the variance.`,
      ...notes,
    ]
    fitted = block.inner
  }
  return notes
}
