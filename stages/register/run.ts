import { AppError } from '#core/errors/app-error'
import { defineRun } from '../define'
import { register } from './spec'

export const run = defineRun(register, async ({ params, inputs: { model, report, sample }, ctx }) => {
  if (params.name === '') {
    throw new AppError('bad_params', { detail: 'Name the model, for example email-triage.', hint: { param: 'name' } })
  }
  const { versionId, version } = await ctx.call.registerModel({
    name: params.name,
    model,
    ...(report && { report }),
    ...(sample && { sample }),
    aliases: params.alias === 'none' ? [] : [params.alias],
    description: params.description,
  })
  ctx.log('info', `The model is ${params.name}@${version}.`)
  ctx.figure({ value: `v${version}`, label: params.name })
  return { model: { ...model, registered: { model: params.name, version, versionId } } }
})
