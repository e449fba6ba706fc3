import type { NumberStep } from '#core/ports/plan'
import { defineRun } from '../define'
import { withDescription } from '../describe-step'
import { requireFeatureColumns, withFeature } from '../feature-columns'
import { numberFeatures } from './spec'

export const run = defineRun(numberFeatures, async ({ params, inputs: { table }, ctx }) => {
  await requireFeatureColumns(table, params.columns, ['number', 'integer'], ctx)
  ctx.figure({ value: params.columns.length, label: params.columns.length === 1 ? 'number column' : 'number columns' })
  const { constant, bins, binCount, ...rest } = params
  const step: NumberStep = {
    kind: 'number',
    ...rest,
    ...(rest.impute === 'constant' && { constant }),
    ...(bins !== 'none' && { bins: { count: binCount, by: bins } }),
  }
  return withDescription(withFeature(table, step), ctx)
})
