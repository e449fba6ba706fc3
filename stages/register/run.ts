import { AppError } from '#core/errors/app-error'
import { pointsLost, type SmallerMeasured, smallerWords } from '#core/model/smaller'
import type { ModelValue, TableValue } from '#core/ports/kinds'
import { formatNumber } from '#core/words/format'
import { defineRun, type StageContext } from '../define'
import { makeSmaller, type SmallerModel } from '../make-smaller'
import { rowsToMeasure } from '../rows-to-measure'
import { register } from './spec'

export const run = defineRun(register, async ({ params, inputs: { model, report, sample }, ctx }) => {
  if (params.name === '') {
    throw new AppError('bad_params', { detail: 'Name the model, for example email-triage.', hint: { param: 'name' } })
  }
  const smaller = params.weights === 'int8' ? await shrink(model, sample, params.tolerance, ctx) : null
  const registered = smaller ? { ...model, ...smaller.file } : model
  const { versionId, version } = await ctx.call.registerModel({
    name: params.name,
    model: registered,
    ...(report && { report }),
    ...(sample && { sample }),
    aliases: params.alias === 'none' ? [] : [params.alias],
    description: params.description,
    ...(smaller && { int8: { measured: smaller.measured, of: null } }),
  })
  ctx.log('info', `The model is ${params.name}@${version}.`)
  ctx.figure({ value: `v${version}`, label: params.name })
  return { model: { ...registered, registered: { model: params.name, version, versionId } } }
})

/** The model in int8; an AppError when that costs more than is tolerated. */
async function shrink(model: ModelValue, sample: TableValue | undefined, tolerance: number, ctx: StageContext): Promise<SmallerModel> {
  const smaller = await makeSmaller(model, await rowsToMeasure(model, { sample }, ctx), ctx)
  ctx.log('info', smallerWords(smaller.measured))
  const { lost, what } = costOf(smaller.measured)
  if (lost <= tolerance) return smaller
  throw new AppError('gate_failed', {
    detail: `In int8 ${what}: ${formatNumber(lost)} points, ${formatNumber(tolerance)} are allowed. Register it in float32, or raise the tolerance.`,
    hint: { param: 'weights', fix: { label: 'Register in float32', kind: 'set-param', value: 'float32' } },
  })
}

/** Points lost; where there are no right answers, hundredths of the rows that are answered otherwise, or of the largest difference. */
function costOf(measured: SmallerMeasured): { lost: number; what: string } {
  const lost = pointsLost(measured)
  if (lost !== null) return { lost, what: `the model loses ${measured.score?.name ?? 'accuracy'}` }
  if (measured.changed !== null)
    return { lost: measured.changed * 100, what: 'the model answers rows otherwise, and there are no right answers to judge that by' }
  return { lost: measured.largestDifference * 100, what: 'the numbers differ, and there are no right answers to judge that by' }
}
