import { AppError } from '#core/errors/app-error'
import type { TextStep } from '#core/ports/plan'
import { defineRun } from '../define'
import { withDescription } from '../describe-step'
import { requireFeatureColumns, withFeature } from '../feature-columns'
import { textFeatures } from './spec'

export const run = defineRun(textFeatures, async ({ params, inputs: { table }, ctx }) => {
  await requireFeatureColumns(table, params.columns, ['text'], ctx)
  const { words, chars, hashing, ...rest } = params
  if (words === 'none' && chars === 'none') {
    throw new AppError('bad_params', {
      detail: 'With neither words nor characters there are no terms; choose one of them.',
      hint: { param: 'words' },
    })
  }
  if (hashing !== 'none' && chars !== 'none')
    throw new AppError('bad_params', { detail: 'Only words can be hashed; take the characters out.', hint: { param: 'hashing' } })
  ctx.figure({ value: params.columns.length, label: params.columns.length === 1 ? 'text column' : 'text columns' })
  const hashed = hashing === 'none' ? {} : { hashBits: Number(hashing) }
  return withDescription(withFeature(table, { kind: 'text', words: lengths(words), chars: lengths(chars), ...rest, ...hashed }), ctx)
})

/** "1-2" -> { min: 1, max: 2 } */
function lengths(choice: string): TextStep['words'] {
  if (choice === 'none') return null
  const [min = 1, max = min] = choice.split('-').map(Number)
  return { min, max }
}
