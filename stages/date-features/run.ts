import { AppError } from '#core/errors/app-error'
import { parseMoment } from '#ml/features/moments'
import { defineRun } from '../define'
import { withDescription } from '../describe-step'
import { requireFeatureColumns, withFeature } from '../feature-columns'
import { dateFeatures } from './spec'

export const run = defineRun(dateFeatures, async ({ params, inputs: { table }, ctx }) => {
  await requireFeatureColumns(table, params.columns, ['timestamp', 'text'], ctx)
  const { age, ageTo, ...rest } = params
  if (rest.parts.length === 0 && age === 'none')
    throw new AppError('bad_params', { detail: 'Choose at least one part of the dates, or the age.', hint: { param: 'parts' } })
  if (age === 'moment' && Number.isNaN(parseMoment(ageTo))) {
    throw new AppError('bad_params', {
      detail: `"${ageTo}" is no moment that ages can be counted to: write it as 2026-01-31, or 2026-01-31T18:00:00Z.`,
      hint: { param: 'ageTo' },
    })
  }
  ctx.figure({ value: params.columns.length, label: params.columns.length === 1 ? 'date column' : 'date columns' })
  return withDescription(withFeature(table, { kind: 'date', ...rest, ageTo: { none: null, latest: 'latest', moment: ageTo }[age] }), ctx)
})
