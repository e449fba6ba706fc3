import { and, desc, eq, lt } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Graph } from '#core/graph/graph'
import type { Db } from '#db/client'
import { users } from '#db/schema/users'
import { workflowVersions } from '#db/schema/workflow-versions'

const columns = {
  id: workflowVersions.id,
  number: workflowVersions.number,
  hash: workflowVersions.hash,
  graph: workflowVersions.graph,
  summary: workflowVersions.summary,
  createdAt: workflowVersions.createdAt,
  authorId: workflowVersions.authorId,
  authorName: users.name,
}

export type WorkflowVersionRow = {
  id: string
  number: number
  hash: string
  graph: Graph
  summary: string
  createdAt: Date
  authorId: string | null
  authorName: string | null
}

/** The newest version of a workflow. */
export async function getNewestVersion(db: Db, workflowId: string): Promise<WorkflowVersionRow> {
  const [version] = await db
    .select(columns)
    .from(workflowVersions)
    .leftJoin(users, eq(users.id, workflowVersions.authorId))
    .where(eq(workflowVersions.workflowId, workflowId))
    .orderBy(desc(workflowVersions.number))
    .limit(1)
  if (!version) throw new AppError('not_found', { detail: 'This workflow does not exist. It may have been removed.' })
  return version
}

/** One version by its number. */
export async function getVersion(db: Db, { workflowId, number }: { workflowId: string; number: number }): Promise<WorkflowVersionRow> {
  const [version] = await db
    .select(columns)
    .from(workflowVersions)
    .leftJoin(users, eq(users.id, workflowVersions.authorId))
    .where(and(eq(workflowVersions.workflowId, workflowId), eq(workflowVersions.number, number)))
  if (!version) throw new AppError('not_found', { detail: `There is no version ${number} of this workflow.` })
  return version
}

/** Versions without their graphs, newest first, a page at a time. */
export async function listVersions(
  db: Db,
  { workflowId, before, limit }: { workflowId: string; before?: number | undefined; limit: number },
) {
  const { graph: _, ...light } = columns
  return db
    .select(light)
    .from(workflowVersions)
    .leftJoin(users, eq(users.id, workflowVersions.authorId))
    .where(and(eq(workflowVersions.workflowId, workflowId), before ? lt(workflowVersions.number, before) : undefined))
    .orderBy(desc(workflowVersions.number))
    .limit(limit)
}

/** Adds an immutable version. The caller holds the lock of the workflow, so that numbers have no gaps. */
export async function createVersion(
  db: Db,
  input: { workflowId: string; number: number; hash: string; graph: Graph; summary: string; authorId: string | null },
): Promise<{ id: string; createdAt: Date }> {
  const [row] = await db
    .insert(workflowVersions)
    .values(input)
    .returning({ id: workflowVersions.id, createdAt: workflowVersions.createdAt })
  if (!row) throw new AppError('bug')
  return row
}
