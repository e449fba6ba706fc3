import { and, desc, eq, isNull, notInArray, sql } from 'drizzle-orm'
import { AppError } from '#core/errors/app-error'
import type { Role } from '#core/people/roles'
import { isFinal, statuses } from '#core/runs/status'
import type { Db } from '#db/client'
import { approvals } from '#db/schema/approvals'
import { runs } from '#db/schema/runs'
import { users } from '#db/schema/users'
import { workflows } from '#db/schema/workflows'

const finalStatuses = statuses.filter(isFinal)

const columns = {
  id: approvals.id,
  run: { id: runs.id, number: runs.number },
  workflow: { id: workflows.id, name: workflows.name },
  stage: approvals.stageId,
  question: approvals.question,
  role: approvals.role,
  deadline: approvals.deadline,
  fallback: approvals.fallback,
  decision: approvals.decision,
  decidedBy: { id: users.id, name: users.name },
  note: approvals.note,
  createdAt: approvals.createdAt,
  decidedAt: approvals.decidedAt,
  open: sql<boolean>`(${approvals.decision} is null and ${runs.status} not in ${finalStatuses})`,
}

function select(db: Db) {
  return db
    .select(columns)
    .from(approvals)
    .innerJoin(runs, eq(runs.id, approvals.runId))
    .innerJoin(workflows, eq(workflows.id, runs.workflowId))
    .leftJoin(users, eq(users.id, approvals.decidedBy))
    .$dynamic()
}

/** Newest first; `open` leaves out those that were answered or whose run is over. */
export async function listApprovals(
  db: Db,
  { runId, open, limit }: { runId?: string | undefined; open?: boolean | undefined; limit: number },
) {
  return select(db)
    .where(
      and(
        runId ? eq(approvals.runId, runId) : undefined,
        open ? and(isNull(approvals.decision), notInArray(runs.status, finalStatuses)) : undefined,
      ),
    )
    .orderBy(desc(approvals.createdAt))
    .limit(limit)
}

export async function getApproval(db: Db, id: string) {
  const [row] = await select(db).where(eq(approvals.id, id))
  if (!row) throw new AppError('not_found', { detail: 'There is no such approval.' })
  return row
}

/** The question of one stage of a run, if it was asked. */
export async function findApproval(db: Db, { runId, stageId }: { runId: string; stageId: string }) {
  const [row] = await select(db).where(and(eq(approvals.runId, runId), eq(approvals.stageId, stageId)))
  return row ?? null
}

export type NewApproval = { runId: string; stageId: string; question: string; role: Role; deadline: Date; fallback: 'approve' | 'reject' }

/** Asks once per stage of a run: asking again after a lost worker finds the question, its deadline and perhaps its answer. */
export async function askApproval(db: Db, input: NewApproval): Promise<typeof approvals.$inferSelect> {
  await db.insert(approvals).values(input).onConflictDoNothing()
  const [row] = await db
    .select()
    .from(approvals)
    .where(and(eq(approvals.runId, input.runId), eq(approvals.stageId, input.stageId)))
  if (!row) throw new Error('insert into approvals left nothing')
  return row
}

export type Decision = { id: string; decision: 'approve' | 'reject'; decidedBy: string | null; note: string }

/** Writes the answer; false when somebody was first. */
export async function decideApproval(db: Db, { id, decision, decidedBy, note }: Decision): Promise<boolean> {
  const rows = await db
    .update(approvals)
    .set({ decision, decidedBy, note, decidedAt: sql`now()` })
    .where(and(eq(approvals.id, id), isNull(approvals.decision)))
    .returning({ id: approvals.id })
  return rows.length > 0
}
