import { AppError } from '#core/errors/app-error'
import { readModelFile } from '#core/model/model-file'
import type { SmallerMeasured } from '#core/model/smaller'
import type { Figure, ModelValue, ReportValue, TableValue } from '#core/ports/kinds'
import { isBaselineFigure } from '#core/reports/baselines'
import { reportFigures } from '#core/reports/figures'
import { reportSchema } from '#core/reports/report'
import { type AuditActor, systemActor, writeAudit } from '#db/queries/audit'
import { createModelVersion, findVersionByArtifact, setVersionState } from '#db/queries/model-versions'
import { lockModel } from '#db/queries/models'
import type { Lineage } from '#db/schema/model-versions'
import { starterOf } from '#server/engine/starter'
import type { House } from '#server/house'
import { type RegisteringStage, traceLineage } from './lineage'
import { moveAlias } from './move-alias'

export type Registration = {
  name: string
  model: ModelValue
  report?: ReportValue | undefined
  sample?: Pick<TableValue, 'artifact'> | undefined
  aliases: readonly string[]
  description: string
  /** Of a model whose weights are int8: what that cost and gained, and the version that it is the int8 form of. */
  int8?: { measured: SmallerMeasured; of: string | null } | undefined
  /** Where it comes from, when that is known and is not the stage that registers it. */
  lineage?: Lineage | undefined
}

/**
 * Puts a model into the registry. The same .onnx file registered again under the same name is the same version, so that
 * a stage that runs twice (a lost worker, a retry) leaves one version behind. Version, aliases and audit lines are
 * written in one transaction.
 */
export async function registerModel(
  { db, artifacts }: Pick<House, 'db' | 'artifacts'>,
  { name, model, report, sample, aliases, description, int8, lineage: given }: Registration,
  stage: RegisteringStage | null,
  actor?: AuditActor,
): Promise<{ versionId: string; version: number }> {
  const { reference, signature, classes } = readModelFile(await artifacts.read(model.artifact))
  const metrics = await readMetrics(artifacts, report)
  const lineage = given ?? (await traceLineage(db, { model, report, by: stage }))
  const by = actor ?? (stage ? await starterOf(db, stage.runId) : null) ?? systemActor
  const createdBy = by === systemActor ? null : by.id

  return db.transaction(async (tx) => {
    const { id: modelId } = await lockModel(tx, name)
    const known = await findVersionByArtifact(tx, { modelId, artifact: model.artifact })
    // a file may have been registered before what it learned was kept
    if (known && known.state === null && model.state !== undefined) await setVersionState(tx, { id: known.id, state: model.state })
    const version =
      known ??
      (await createModelVersion(tx, {
        modelId,
        artifact: model.artifact,
        bytes: model.bytes,
        state: model.state ?? null,
        signature,
        classes,
        recipe: model.recipe,
        origin: model.origin ?? null,
        metrics,
        report: report?.artifact ?? null,
        reference,
        lineage,
        sample: sample?.artifact ?? null,
        weights: int8 ? 'int8' : 'float32',
        smallerOf: int8?.of ?? null,
        smaller: int8?.measured ?? null,
        description,
        createdBy,
      }))
    if (!known) {
      await writeAudit(tx, {
        actor: by,
        action: 'model.register',
        object: 'model',
        objectId: `${name}@${version.number}`,
        after: { artifact: model.artifact, metrics, runId: lineage.runId, ...(int8 && { weights: 'int8' }) },
        reason: description,
      })
    }
    for (const alias of aliases) await moveAlias(tx, { modelId, name, alias, version, actor: by, reason: description })
    return { versionId: version.id, version: version.number }
  })
}

async function readMetrics(artifacts: House['artifacts'], report: ReportValue | undefined): Promise<Figure[]> {
  if (!report) return []
  const parsed = reportSchema.safeParse(JSON.parse(new TextDecoder().decode(await artifacts.read(report.artifact))))
  if (!parsed.success) throw new AppError('bad_input', { detail: `The report "${report.title}" cannot be read.`, hint: { port: 'report' } })
  return reportFigures(parsed.data).filter((figure) => !isBaselineFigure(figure))
}
