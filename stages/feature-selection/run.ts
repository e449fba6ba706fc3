import { defineRun } from '../define'
import { withFeature } from '../feature-columns'
import { featureSelection } from './spec'

export const run = defineRun(featureSelection, async ({ params, inputs: { table }, ctx }) => {
  const before = table.plan.features.length
  if (before === 0)
    ctx.log('info', 'There is no feature stage before this one, so it selects among the features that the training chooses by itself.')
  ctx.figure({ value: params.keep, label: 'features at most' })
  return { table: withFeature(table, { kind: 'selection', columns: [], ...params }) }
})
