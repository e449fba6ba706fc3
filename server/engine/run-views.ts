import { inOrder } from '#core/graph/reach'
import type { ProgressView, RunDetails, RunView, StageRunView } from '#core/runs/views'
import type { Db } from '#db/client'
import { getRun, getRunPlan, type RunRow } from '#db/queries/runs'
import { listStageRuns, type StageRunRow } from '#db/queries/stage-runs'

/** One run with its stages in the order in which they run. */
export async function readRun(db: Db, id: string): Promise<RunDetails> {
  // The run first: its stages are then at least as new, and no finished run is shown with a stage under way.
  const run = await getRun(db, id)
  const [stages, { graph }] = await Promise.all([listStageRuns(db, { runId: id }), getRunPlan(db, id)])
  const place = new Map(inOrder(graph).map((stage, i) => [stage, i]))
  const sorted = stages.toSorted((a, b) => (place.get(a.stageId) ?? 0) - (place.get(b.stageId) ?? 0))
  return { run: toRunView(run), stages: sorted.map(toStageRunView) }
}

export function toRunView(row: RunRow): RunView {
  return row
}

export function toStageRunView(row: StageRunRow): StageRunView {
  return {
    id: row.id,
    runId: row.runId,
    stage: row.stageId,
    type: row.type,
    status: row.status,
    attempt: row.attempt,
    progress: row.progress && { ...row.progress, secondsLeft: secondsLeft(row) },
    outputs: row.outputs,
    figure: row.figure,
    error: row.error,
    durationMs: row.durationMs,
    queuedAt: row.queuedAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    revision: row.revision,
  }
}

/** From the pace so far; null before a twentieth is done, when it would only mislead. */
function secondsLeft({ progress, startedAt }: StageRunRow): ProgressView['secondsLeft'] {
  if (!progress || !startedAt || progress.total <= 0 || progress.done < progress.total / 20) return null
  const elapsed = (Date.now() - startedAt.getTime()) / 1000
  return Math.max(0, Math.round((elapsed * (progress.total - progress.done)) / progress.done))
}
