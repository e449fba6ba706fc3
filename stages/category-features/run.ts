import { defineRun } from '../define'
import { withDescription } from '../describe-step'
import { requireFeatureColumns, withFeature } from '../feature-columns'
import { categoryFeatures } from './spec'

export const run = defineRun(categoryFeatures, async ({ params, inputs: { table }, ctx }) => {
  await requireFeatureColumns(table, params.columns, ['text', 'boolean', 'integer'], ctx)
  ctx.figure({ value: params.columns.length, label: params.columns.length === 1 ? 'category column' : 'category columns' })
  const { smoothing, ...rest } = params
  return withDescription(withFeature(table, { kind: 'category', ...rest, ...(rest.encoding === 'target' && { smoothing }) }), ctx)
})
