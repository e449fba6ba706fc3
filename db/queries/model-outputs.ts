import { AppError } from '#core/errors/app-error'
import { parsePortRef } from '#core/graph/graph'
import type { ModelValue, PortValue, ReportValue, TableValue } from '#core/ports/kinds'
import type { Db } from '#db/client'
import { getRunPlan } from './runs'
import { listStageRuns } from './stage-runs'

/** Reports that say how good a model is, the one to prefer first. */
const evaluations = ['classification', 'regression', 'cross-validation', 'regression-cross-validation']

/** Those of one table of rows that the model has not seen. */
const evaluatesRows = new Set(['classification', 'regression'])

/** A recommender holds out items itself: the stage that trains it has the evaluation as well. */
const measuresItself = (value: PortValue): value is ReportValue => value.kind === 'report' && value.report === 'recommendation'

/** The model that a stage of a run made, and the report of the stage that evaluated it in that run, if one did. */
export async function findModelOutputs(
  db: Db,
  { runId, stageId }: { runId: string; stageId: string },
): Promise<{ model: ModelValue; report: ReportValue | undefined }> {
  const [{ graph }, stages] = await Promise.all([getRunPlan(db, runId), listStageRuns(db, { runId })])
  const outputsOf = (id: string) => Object.values(stages.find((row) => row.stageId === id)?.outputs ?? {})
  const model = outputsOf(stageId).find((value) => value.kind === 'model')
  if (!model)
    throw new AppError('not_found', { detail: `The stage "${stageId}" of this run made no model. Run it again, or choose another stage.` })
  const readers = graph.edges.filter((edge) => parsePortRef(edge.from).stage === stageId).map((edge) => parsePortRef(edge.to).stage)
  const reports = readers.flatMap((id) => outputsOf(id).filter((value) => value.kind === 'report'))
  const found = evaluations.map((kind) => reports.find((report) => report.report === kind)).find((report) => report !== undefined)
  return { model, report: found ?? outputsOf(stageId).find(measuresItself) }
}

/** The table that the stage read which made this report; null when no stage of the run did, or it read none. */
export async function findEvaluationTable(db: Db, { runId, report }: { runId: string; report: string }): Promise<TableValue | null> {
  const [{ graph }, stages] = await Promise.all([getRunPlan(db, runId), listStageRuns(db, { runId })])
  const outputsOf = (id: string) => stages.find((row) => row.stageId === id)?.outputs ?? {}
  const judge = stages.find(({ outputs }) =>
    Object.values(outputs ?? {}).some((value) => value.kind === 'report' && value.artifact === report && evaluatesRows.has(value.report)),
  )
  const edge = graph.edges.find(({ to }) => judge !== undefined && to === `${judge.stageId}.table`)
  if (!edge) return null
  const { stage, port } = parsePortRef(edge.from)
  const table = outputsOf(stage)[port]
  return table?.kind === 'table' ? table : null
}
