import { defineRun } from '../define'
import { withDescription } from '../describe-step'
import { requireFeatureColumns, withFeature } from '../feature-columns'
import { listFeatures } from './spec'

export const run = defineRun(listFeatures, async ({ params, inputs: { table }, ctx }) => {
  await requireFeatureColumns(table, params.columns, ['text'], ctx)
  ctx.figure({ value: params.columns.length, label: params.columns.length === 1 ? 'column of lists' : 'columns of lists' })
  return withDescription(withFeature(table, { kind: 'list', ...params }), ctx)
})
