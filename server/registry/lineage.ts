import { eq, inArray } from 'drizzle-orm'
import { parsePortRef } from '#core/graph/graph'
import { stagesAbove } from '#core/graph/reach'
import type { ModelValue, ReportValue } from '#core/ports/kinds'
import { artifactsOfPlan } from '#core/ports/plan'
import type { Db } from '#db/client'
import { getRun, getRunPlan } from '#db/queries/runs'
import { listStageRuns } from '#db/queries/stage-runs'
import { dataSetVersions } from '#db/schema/data-set-versions'
import { dataSets } from '#db/schema/data-sets'
import type { Lineage } from '#db/schema/model-versions'
import { codeVersion } from '#server/version'

/** Which stage of which run registers. */
export type RegisteringStage = { runId: string; stageId: string }

/** Where a model comes from: run, workflow version, every source above the stage that registers it, and the artifacts used. */
export async function traceLineage(
  db: Db,
  { model, report, by }: { model: ModelValue; report?: ReportValue | undefined; by: RegisteringStage | null },
): Promise<Lineage> {
  const artifacts = [
    ...(model.recipe ? [model.recipe.table, ...artifactsOfPlan(model.recipe.plan)] : []),
    ...(model.origin ? [model.origin.file] : []),
    ...(report ? [report.artifact] : []),
  ]
  if (!by) {
    return {
      runId: null,
      workflowId: null,
      workflowName: null,
      workflowVersion: null,
      stageId: null,
      dataSets: [],
      artifacts,
      codeVersion,
    }
  }
  const run = await getRun(db, by.runId)
  return {
    runId: run.id,
    workflowId: run.workflow.id,
    workflowName: run.workflow.name,
    workflowVersion: run.version.number,
    stageId: by.stageId,
    dataSets: await traceSources(db, by),
    artifacts,
    codeVersion,
  }
}

/** The tables that entered the run above the stage: data set versions by name and number, other sources by their stage's title. */
async function traceSources(db: Db, { runId, stageId }: RegisteringStage): Promise<Lineage['dataSets']> {
  const { graph } = await getRunPlan(db, runId)
  const above = stagesAbove(graph.edges, [stageId])
  const fed = new Set(graph.edges.map((edge) => parsePortRef(edge.to).stage))
  const sources = graph.stages.filter((stage) => above.has(stage.id) && !fed.has(stage.id))
  const outputs = new Map((await listStageRuns(db, { runId })).map((row) => [row.stageId, row.outputs]))
  const tables = sources.flatMap((stage) => {
    const table = Object.values(outputs.get(stage.id) ?? {}).find((value) => value.kind === 'table')
    return table ? [{ title: stage.title ?? stage.type, artifact: table.artifact }] : []
  })
  if (tables.length === 0) return []
  const known = await db
    .select({ name: dataSets.name, version: dataSetVersions.number, artifact: dataSetVersions.artifact })
    .from(dataSetVersions)
    .innerJoin(dataSets, eq(dataSets.id, dataSetVersions.dataSetId))
    .where(
      inArray(
        dataSetVersions.artifact,
        tables.map((table) => table.artifact),
      ),
    )
  return tables.map(({ title, artifact }) => {
    const set = known.find((row) => row.artifact === artifact)
    return { name: set?.name ?? title, version: set?.version ?? 1, artifact }
  })
}
