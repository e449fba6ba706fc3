import { AppError } from '#core/errors/app-error'
import { type SmallerResult, smallerResultSchema, smallerWords } from '#core/model/smaller'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { getJob } from '#db/queries/jobs'
import { getModelVersion } from '#db/queries/model-versions'
import { submitting } from '#server/engine/submit'
import type { House } from '#server/house'
import { registerModel } from './register-model'
import { versionValue } from './version-value'

type Named = { model: string; version: number; actor: AuditActor }

/** Orders a registered model in int8, measured beside what it is; nothing is registered by that. */
export async function submitSmaller(house: House, { model, version, actor }: Named): Promise<{ id: string }> {
  const { weights } = await getModelVersion(house.db, { model, number: version })
  if (weights === 'int8') throw new AppError('conflict', { detail: `${model}@${version} is in int8 already.` })
  return submitting(house, async (tx, submit) => {
    const subject = `${model}@${version}`
    const job = await submit.job({ kind: 'quantise-model', subject, input: { model, version }, createdBy: actor.id })
    await writeAudit(tx, { actor, action: 'model.quantise', object: 'model', objectId: subject, after: { job: job.id } })
    return job
  })
}

/** Registers what such a job made as the next version. Accepted twice, it is one version. */
export async function acceptSmaller(
  house: House,
  { model, version, actor, job: id }: Named & { job: string },
): Promise<{ version: number }> {
  const result = await resultOf(house, { model, version, id })
  const from = await getModelVersion(house.db, { model, number: version })
  const { artifact, bytes, report, measured } = result
  const registered = await registerModel(
    house,
    {
      name: model,
      model: { ...versionValue(from), artifact, bytes },
      report: report ?? undefined,
      sample: from.sample === null ? undefined : { artifact: from.sample },
      aliases: [],
      description: `int8 of v${version}: ${smallerWords(measured).replace(/^int8: /, '')}`.slice(0, 500),
      int8: { measured, of: from.id },
      lineage: {
        ...from.lineage,
        artifacts: [...new Set([...from.lineage.artifacts, from.artifact, ...(report ? [report.artifact] : [])])],
      },
    },
    null,
    actor,
  )
  return { version: registered.version }
}

async function resultOf({ db }: House, { model, version, id }: { model: string; version: number; id: string }): Promise<SmallerResult> {
  const job = await getJob(db, id)
  if (job.kind !== 'quantise-model' || job.subject !== `${model}@${version}`) {
    throw new AppError('not_found', { detail: `That is no measurement of ${model}@${version} in int8. Measure it again.` })
  }
  if (job.status !== 'done') {
    throw new AppError('conflict', {
      detail: `The measurement of ${model}@${version} in int8 is ${job.status}. Wait until it is done, or order it again.`,
    })
  }
  return smallerResultSchema.parse(job.result)
}
