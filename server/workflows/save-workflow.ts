import { createHash } from 'node:crypto'
import { AppError } from '#core/errors/app-error'
import { canonicalJson } from '#core/graph/canonical'
import { describeDiff, diffGraphs } from '#core/graph/diff'
import type { Graph, GraphStage } from '#core/graph/graph'
import { type Conflict, mergeGraphs } from '#core/graph/merge'
import type { Db } from '#db/client'
import { type AuditActor, writeAudit } from '#db/queries/audit'
import { createVersion, getNewestVersion, getVersion, type WorkflowVersionRow } from '#db/queries/workflow-versions'
import { createWorkflow, lockWorkflow, updateWorkflow } from '#db/queries/workflows'
import { findSpec } from '#stages/specs'

export type Saved = {
  number: number
  hash: string
  at: Date
  /** Somebody had saved in between: the graph that holds both edits, which the caller must take over. */
  merged: Graph | null
  /** The graph equals the newest version, so that there is nothing to save. */
  unchanged: boolean
}

/** The address of a graph: equal graphs have equal hashes. */
export function graphHash(graph: Graph): string {
  return createHash('sha256').update(canonicalJson(graph)).digest('hex')
}

/**
 * Saves an edit that was made from version `baseNumber`. When that is no longer the newest, the edit is merged with
 * what came in between; where both changed the same thing the save is refused with a conflict, and nothing is written.
 */
export async function saveWorkflow(
  db: Db,
  input: { id: string; baseNumber: number; graph: Graph; summary?: string | undefined; actor: AuditActor },
): Promise<Saved> {
  return db.transaction(async (tx) => {
    await lockWorkflow(tx, input.id)
    const newest = await getNewestVersion(tx, input.id)
    if (input.baseNumber > newest.number) {
      throw new AppError('bad_request', {
        detail: `There is no version ${input.baseNumber} of this workflow; the newest is ${newest.number}.`,
      })
    }
    const isStale = input.baseNumber < newest.number
    const graph = isStale ? await mergeWithNewest(tx, input, newest) : input.graph
    const hash = graphHash(graph)
    const merged = isStale ? graph : null
    if (hash === newest.hash) return { number: newest.number, hash, at: newest.createdAt, merged, unchanged: true }
    const summary = input.summary || describeDiff(diffGraphs(newest.graph, graph), nameOfStage, labelOfParam)
    const { number, at } = await addVersion(tx, { id: input.id, number: newest.number + 1, hash, graph, summary, actor: input.actor })
    return { number, hash, at, merged, unchanged: false }
  })
}

/** Makes a workflow with its first version. */
export async function startWorkflow(
  db: Db,
  input: {
    name: string
    description?: string | undefined
    template?: string | undefined
    graph: Graph
    actor: AuditActor
    ownerId: string | null
  },
): Promise<{ id: string }> {
  return db.transaction(async (tx) => {
    const { id } = await createWorkflow(tx, {
      name: input.name,
      description: input.description ?? '',
      template: input.template ?? null,
      ownerId: input.ownerId,
    })
    const first = {
      workflowId: id,
      number: 1,
      hash: graphHash(input.graph),
      graph: input.graph,
      summary: 'Created',
      authorId: input.ownerId,
    }
    await createVersion(tx, first)
    await writeAudit(tx, {
      actor: input.actor,
      action: 'workflow.create',
      object: 'workflow',
      objectId: id,
      after: { name: input.name, template: input.template ?? null, stages: input.graph.stages.length },
    })
    return { id }
  })
}

/** Puts the graph of an earlier version on top as a new one. Nothing is lost: the newest stays in the history. */
export async function restoreVersion(db: Db, input: { id: string; number: number; actor: AuditActor }): Promise<Saved & { graph: Graph }> {
  return db.transaction(async (tx) => {
    await lockWorkflow(tx, input.id)
    const newest = await getNewestVersion(tx, input.id)
    const { graph, hash } = await getVersion(tx, { workflowId: input.id, number: input.number })
    if (hash === newest.hash) return { number: newest.number, hash, at: newest.createdAt, merged: null, unchanged: true, graph }
    const summary = `Restored v${input.number}`
    const { number, at } = await addVersion(tx, { id: input.id, number: newest.number + 1, hash, graph, summary, actor: input.actor })
    return { number, hash, at, merged: null, unchanged: false, graph }
  })
}

async function mergeWithNewest(
  db: Db,
  { id, baseNumber, graph }: { id: string; baseNumber: number; graph: Graph },
  newest: WorkflowVersionRow,
): Promise<Graph> {
  const base = await getVersion(db, { workflowId: id, number: baseNumber })
  const merge = mergeGraphs(base.graph, graph, newest.graph)
  if (merge.conflicts.length === 0) return merge.graph
  const by = newest.authorName ?? 'Stageline'
  const at = newest.createdAt.toISOString()
  throw new AppError('conflict', {
    detail: `${by} saved v${newest.number} at ${at.slice(11, 19)} UTC: ${conflictWords(merge.conflicts, newest.graph, graph)}. Your edit is kept; choose which holds.`,
    hint: { conflict: { number: newest.number, by, at, summary: newest.summary, graph: newest.graph, conflicts: merge.conflicts } },
  })
}

async function addVersion(
  db: Db,
  {
    id,
    number,
    hash,
    graph,
    summary,
    actor,
  }: { id: string; number: number; hash: string; graph: Graph; summary: string; actor: AuditActor },
): Promise<{ number: number; at: Date }> {
  const authorId = ['cli', 'system'].includes(actor.id) ? null : actor.id
  const { createdAt } = await createVersion(db, { workflowId: id, number, hash, graph, summary: summary.slice(0, 400), authorId })
  await updateWorkflow(db, id, {})
  await writeAudit(db, {
    actor,
    action: 'workflow.save',
    object: 'workflow',
    objectId: id,
    before: { number: number - 1 },
    after: { number, hash },
    reason: summary.slice(0, 400),
  })
  return { number, at: createdAt }
}

/** What a stage is called: its own name or the title of its type. */
function nameOfStage(stage: GraphStage): string {
  return stage.title ?? findSpec(stage.type)?.title ?? stage.type
}

function labelOfParam(stage: GraphStage, param: string): string {
  const meta = findSpec(stage.type)?.params.shape[param]?.meta?.()
  return meta?.title?.toLowerCase() ?? param
}

function conflictWords(conflicts: readonly Conflict[], theirs: Graph, mine: Graph): string {
  const words = conflicts.slice(0, 3).map((conflict) => {
    const stage = [...theirs.stages, ...mine.stages].find(({ id }) => id === conflict.id)
    return placeWords(conflict, stage)
  })
  const more = conflicts.length > 3 ? ` and ${conflicts.length - 3} more` : ''
  return `both of you changed ${words.join(' and ')}${more}`
}

function placeWords({ what, id, param }: Conflict, stage: GraphStage | undefined): string {
  const name = stage ? nameOfStage(stage) : id
  switch (what) {
    case 'param':
      return `${name}, ${stage ? labelOfParam(stage, param) : param}`
    case 'input':
      return `the input ${param} of ${name}`
    case 'seed':
      return 'the seed'
    case 'note':
      return 'a note'
    case 'words':
      return `the note of ${name}`
    case 'title':
      return `the name of ${name}`
    case 'type':
    case 'stage':
      return name
  }
}
