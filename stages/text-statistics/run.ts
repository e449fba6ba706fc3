import { AppError } from '#core/errors/app-error'
import { defineRun } from '../define'
import { withDescription } from '../describe-step'
import { requireFeatureColumns, withFeature } from '../feature-columns'
import { textStatistics } from './spec'

export const run = defineRun(textStatistics, async ({ params, inputs: { table }, ctx }) => {
  await requireFeatureColumns(table, params.columns, ['text'], ctx)
  if (params.statistics.length === 0)
    throw new AppError('bad_params', { detail: 'Choose at least one statistic.', hint: { param: 'statistics' } })
  ctx.figure({ value: params.columns.length * params.statistics.length, label: 'features' })
  return withDescription(withFeature(table, { kind: 'statistics', ...params }), ctx)
})
