import { AppError } from '#core/errors/app-error'
import { defineRun } from '../define'
import { deploy } from './spec'

export const run = defineRun(deploy, async ({ params, inputs: { model }, ctx }) => {
  if (params.deployment === '') {
    throw new AppError('bad_params', { detail: 'Name the deployment, for example email-triage.', hint: { param: 'deployment' } })
  }
  if (!model.registered) {
    throw new AppError('bad_input', {
      detail: 'This model is not in the registry, and only registered versions can be deployed. Put a Register stage before this one.',
      hint: { port: 'model', fix: { label: 'Insert Register', kind: 'insert-stage', value: 'register' } },
    })
  }
  const { release } = await ctx.call.deployModel({
    deployment: params.deployment,
    versionId: model.registered.versionId,
    lowConfidence: params.lowConfidence,
    strategy: params.strategy,
    reason: params.reason,
  })
  ctx.figure({ value: `release ${release}`, label: params.deployment })
  return {
    deployment: {
      kind: 'deployment',
      deployment: params.deployment,
      release,
      model: model.registered.model,
      version: model.registered.version,
    },
  }
})
