import { defineRun } from '../define'
import { withDescription } from '../describe-step'
import { withFeature } from '../feature-columns'
import { components } from './spec'

export const run = defineRun(components, async ({ params, inputs: { table }, ctx }) => {
  if (table.plan.features.length === 0)
    ctx.log('info', 'There is no feature stage before this one, so it reads the features that the training chooses by itself.')
  ctx.figure({ value: params.components, label: 'components at most' })
  return withDescription(withFeature(table, { kind: 'components', columns: [], ...params }), ctx)
})
