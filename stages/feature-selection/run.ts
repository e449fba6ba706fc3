import { defineRun } from '../define'
import { withDescription } from '../describe-step'
import { withFeature } from '../feature-columns'
import { requireColumns } from '../require-columns'
import { featureSelection } from './spec'

export const run = defineRun(featureSelection, async ({ params: { against, ...params }, inputs: { table }, ctx }) => {
  if (against !== '') requireColumns(table, 'against', [against], { what: 'the column to show scores against' })
  const before = table.plan.features.length
  if (before === 0)
    ctx.log('info', 'There is no feature stage before this one, so it selects among the features that the training chooses by itself.')
  ctx.figure({ value: params.keep, label: 'features at most' })
  return withDescription(withFeature(table, { kind: 'selection', columns: [], ...params }), ctx, against)
})
