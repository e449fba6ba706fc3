import { drawPicture } from '#core/graph/picture'
import { isFinal, isGood } from '#core/runs/status'
import type { Db } from '#db/client'
import { listDeploymentsOf, listLastRuns, listWorkflows } from '#db/queries/workflows'
import { findSpec } from '#stages/specs'
import type { WorkflowCard } from './views'

type LastRun = Awaited<ReturnType<typeof listLastRuns>>[number]

/** The workflows page: each with its picture, last run and deployments. */
export async function listCards(
  db: Db,
  { search, show, actorId }: { search: string; show: 'all' | 'mine' | 'live'; actorId: string },
): Promise<WorkflowCard[]> {
  const rows = await listWorkflows(db, { search, ownerId: show === 'mine' ? actorId : undefined, limit: 300 })
  const ids = rows.map((row) => row.id)
  const [lastRuns, deployed] = await Promise.all([listLastRuns(db, ids), listDeploymentsOf(db, ids)])
  const runOf = new Map(lastRuns.map((run) => [run.workflowId, run]))
  const cards = rows.map((row) => {
    const run = runOf.get(row.id)
    return {
      id: row.id,
      name: row.name,
      description: row.description,
      owner: row.ownerId !== null && row.ownerName !== null ? { id: row.ownerId, name: row.ownerName } : null,
      updatedAt: row.updatedAt,
      version: row.number,
      stages: row.graph.stages.length,
      picture: drawPicture(row.graph, new Map(run?.stages.map((stage) => [stage.stage, stage.status]))),
      lastRun: run ? runLine(run) : null,
      figure: run ? tellingFigure(run) : null,
      deployments: deployed.filter(({ workflowId }) => workflowId === row.id).map(({ name }) => name),
    }
  })
  return show === 'live' ? cards.filter((card) => card.deployments.length > 0) : cards
}

function runLine(run: LastRun): NonNullable<WorkflowCard['lastRun']> {
  const asked = run.stages.filter((stage) => stage.status !== 'skipped')
  return {
    id: run.id,
    number: run.number,
    status: run.status,
    at: run.finishedAt ?? run.startedAt ?? run.createdAt,
    ms: run.startedAt && run.finishedAt ? run.finishedAt.getTime() - run.startedAt.getTime() : null,
    over: asked.filter((stage) => isFinal(stage.status)).length,
    bad: asked.filter((stage) => isFinal(stage.status) && !isGood(stage.status) && stage.status !== 'cancelled').length,
    total: asked.length,
  }
}

/** How good the model is says more than how many rows there were. */
function tellingFigure(run: LastRun): WorkflowCard['figure'] {
  const found = run.stages.filter((stage) => isGood(stage.status) && stage.figure !== null)
  const validated = found.find((stage) => findSpec(stage.type)?.category === 'validate')
  return (validated ?? found.at(-1))?.figure ?? null
}
