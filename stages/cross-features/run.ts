import { AppError } from '#core/errors/app-error'
import { defineRun } from '../define'
import { withDescription } from '../describe-step'
import { requireFeatureColumns, withFeature } from '../feature-columns'
import { crossFeatures } from './spec'

export const run = defineRun(crossFeatures, async ({ params, inputs: { table }, ctx }) => {
  const { smoothing, ...rest } = params
  const { columns, encoding } = rest
  await requireFeatureColumns(table, columns, ['text', 'boolean', 'integer'], ctx)
  if (new Set(columns).size < 2) {
    throw new AppError('bad_params', { detail: 'A cross needs at least two different columns.', hint: { param: 'columns' } })
  }
  const pairs = (columns.length * (columns.length - 1)) / 2
  ctx.figure({ value: pairs, label: pairs === 1 ? 'pair of columns' : 'pairs of columns' })
  return withDescription(withFeature(table, { kind: 'cross', ...rest, ...(encoding === 'target' && { smoothing }) }), ctx)
})
