import { and, desc, eq, ilike, inArray, isNull, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Graph } from '#core/graph/graph'
import type { Db } from '#db/client'
import { deployments } from '#db/schema/deployments'
import { modelVersions } from '#db/schema/model-versions'
import { models } from '#db/schema/models'
import { runs } from '#db/schema/runs'
import { stageRuns } from '#db/schema/stage-runs'
import { users } from '#db/schema/users'
import { workflowVersions } from '#db/schema/workflow-versions'
import { workflows } from '#db/schema/workflows'

export type WorkflowRow = typeof workflows.$inferSelect & { ownerName: string | null }

/** One workflow without its versions. */
export async function getWorkflow(db: Db, id: string): Promise<WorkflowRow> {
  const [row] = await db
    .select({ workflow: workflows, ownerName: users.name })
    .from(workflows)
    .leftJoin(users, eq(users.id, workflows.ownerId))
    .where(eq(workflows.id, id))
  if (!row) throw new AppError('not_found', { detail: 'This workflow does not exist. It may have been removed.' })
  return { ...row.workflow, ownerName: row.ownerName }
}

/** Holds the workflow until the transaction ends, so that saves come one after the other. */
export async function lockWorkflow(db: Db, id: string): Promise<void> {
  const [row] = await db.select({ id: workflows.id }).from(workflows).where(eq(workflows.id, id)).for('update')
  if (!row) throw new AppError('not_found', { detail: 'This workflow does not exist. It may have been removed.' })
}

export async function createWorkflow(
  db: Db,
  input: { name: string; description: string; template: string | null; ownerId: string | null },
): Promise<{ id: string }> {
  const [row] = await db.insert(workflows).values(input).returning({ id: workflows.id })
  if (!row) throw new AppError('bug')
  return row
}

/** Changes what is given and moves the workflow to the front of the list. */
export async function updateWorkflow(
  db: Db,
  id: string,
  change: { name?: string; description?: string; archivedAt?: Date | null },
): Promise<void> {
  await db
    .update(workflows)
    .set({ ...change, updatedAt: new Date() })
    .where(eq(workflows.id, id))
}

export type WorkflowListRow = {
  id: string
  name: string
  description: string
  template: string | null
  ownerId: string | null
  ownerName: string | null
  updatedAt: Date
  graph: Graph
  number: number
}

/** Workflows with their newest graph, the last changed first. */
export async function listWorkflows(
  db: Db,
  { search, ownerId, archived, limit }: { search: string; ownerId?: string | undefined; archived?: boolean | undefined; limit: number },
): Promise<WorkflowListRow[]> {
  const newest = db
    .selectDistinctOn([workflowVersions.workflowId], {
      workflowId: workflowVersions.workflowId,
      graph: workflowVersions.graph,
      number: workflowVersions.number,
    })
    .from(workflowVersions)
    .orderBy(workflowVersions.workflowId, desc(workflowVersions.number))
    .as('newest')
  return db
    .select({
      id: workflows.id,
      name: workflows.name,
      description: workflows.description,
      template: workflows.template,
      ownerId: workflows.ownerId,
      ownerName: users.name,
      updatedAt: workflows.updatedAt,
      graph: newest.graph,
      number: newest.number,
    })
    .from(workflows)
    .innerJoin(newest, eq(newest.workflowId, workflows.id))
    .leftJoin(users, eq(users.id, workflows.ownerId))
    .where(
      and(
        archived ? sql`${workflows.archivedAt} is not null` : isNull(workflows.archivedAt),
        search === '' ? undefined : ilike(workflows.name, `%${search.replaceAll(/[%_\\]/g, '\\$&')}%`),
        ownerId === undefined ? undefined : eq(workflows.ownerId, ownerId),
      ),
    )
    .orderBy(desc(workflows.updatedAt), workflows.id)
    .limit(limit)
}

/** The newest run of each workflow, with its stage runs. */
export async function listLastRuns(db: Db, workflowIds: string[]) {
  if (workflowIds.length === 0) return []
  const last = await db
    .selectDistinctOn([runs.workflowId], {
      id: runs.id,
      workflowId: runs.workflowId,
      number: runs.number,
      status: runs.status,
      createdAt: runs.createdAt,
      startedAt: runs.startedAt,
      finishedAt: runs.finishedAt,
    })
    .from(runs)
    .where(inArray(runs.workflowId, workflowIds))
    .orderBy(runs.workflowId, desc(runs.number))
  const stages =
    last.length === 0
      ? []
      : await db
          .select({
            runId: stageRuns.runId,
            stage: stageRuns.stageId,
            type: stageRuns.type,
            status: stageRuns.status,
            figure: stageRuns.figure,
          })
          .from(stageRuns)
          .where(
            inArray(
              stageRuns.runId,
              last.map((run) => run.id),
            ),
          )
  return last.map((run) => ({ ...run, stages: stages.filter((stage) => stage.runId === run.id) }))
}

/** Names of the live deployments that serve a model made by each workflow. */
export async function listDeploymentsOf(db: Db, workflowIds: string[]): Promise<{ workflowId: string; name: string }[]> {
  if (workflowIds.length === 0) return []
  const workflowId = sql<string>`${modelVersions.lineage} ->> 'workflowId'`
  return db
    .selectDistinct({ workflowId, name: deployments.name })
    .from(deployments)
    .innerJoin(models, eq(models.id, deployments.modelId))
    .innerJoin(modelVersions, eq(modelVersions.modelId, models.id))
    .where(and(isNull(deployments.archivedAt), inArray(workflowId, workflowIds)))
    .orderBy(deployments.name)
}

/** Newest graphs of the workflows that were changed last, to learn from what people build. */
export async function listRecentGraphs(db: Db, limit: number): Promise<Graph[]> {
  const rows = await listWorkflows(db, { search: '', limit })
  return rows.map((row) => row.graph)
}

/** The newest workflow of exactly this name that is not archived. */
export async function findWorkflowByName(db: Db, name: string): Promise<WorkflowRow | null> {
  const [row] = await db
    .select({ id: workflows.id })
    .from(workflows)
    .where(and(eq(workflows.name, name), isNull(workflows.archivedAt)))
    .orderBy(desc(workflows.updatedAt))
    .limit(1)
  return row ? getWorkflow(db, row.id) : null
}
