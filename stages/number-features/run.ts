import { defineRun } from '../define'
import { requireFeatureColumns, withFeature } from '../feature-columns'
import { numberFeatures } from './spec'

export const run = defineRun(numberFeatures, async ({ params, inputs: { table }, ctx }) => {
  await requireFeatureColumns(table, params.columns, ['number', 'integer'], ctx)
  ctx.figure({ value: params.columns.length, label: params.columns.length === 1 ? 'number column' : 'number columns' })
  return { table: withFeature(table, { kind: 'number', ...params }) }
})
