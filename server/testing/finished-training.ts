import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Graph } from '#core/graph/graph'
import type { Figure, ModelValue, ReportValue, TableValue } from '#core/ports/kinds'
import { emptyPlan } from '#core/ports/plan'
import type { Status } from '#core/runs/status'
import type { Outputs } from '#core/runs/views'
import { createRun } from '#db/queries/runs'
import { runs } from '#db/schema/runs'
import { stageRuns } from '#db/schema/stage-runs'
import { workflowVersions } from '#db/schema/workflow-versions'
import { workflows } from '#db/schema/workflows'
import type { House } from '#server/house'

/** A sha256 that is nobody's. */
export const anyHash = () => `${randomUUID()}${randomUUID()}`.replaceAll('-', '')

export type Training = {
  workflowId?: string | undefined
  name?: string
  startedBy?: string | null
  at?: Date
  type?: string
  status?: Status
  key?: string
  c?: number
  durationMs?: number
  artifact?: string
  table?: string
  seed?: number
  training?: Figure[]
  /** What an Evaluate stage, and a Cross-validate stage, left: figures, or whole outputs. */
  evaluated?: Figure[] | Outputs
  validated?: Figure[] | Outputs
  /** The table that Evaluate read. */
  rows?: TableValue
}

/** A run source -> train -> evaluate, cross-validate whose stages are as told, as if a worker had been there. */
export async function finishedTraining(house: House, of: Training = {}) {
  const { type = 'logistic-regression', status = 'done', seed = 42 } = of
  const workflowId = of.workflowId ?? (await newWorkflow(house, of.name ?? 'Mail'))
  const graph: Graph = {
    stages: [
      { id: 'rows', type: 'sample-data', params: {} },
      { id: 'train', type, title: 'Train', params: { target: 'label', c: of.c ?? 1 } },
      { id: 'judge', type: 'evaluate', params: {} },
      { id: 'folds', type: 'cross-validate', params: {} },
    ],
    edges: [
      { from: 'rows.table', to: 'train.train' },
      { from: 'train.model', to: 'judge.model' },
      { from: 'rows.table', to: 'judge.table' },
      { from: 'train.model', to: 'folds.model' },
    ],
    notes: [],
    seed,
  }
  const number = (await house.db.select().from(workflowVersions).where(eq(workflowVersions.workflowId, workflowId))).length + 1
  const [version] = await house.db
    .insert(workflowVersions)
    .values({ workflowId, number, graph, hash: anyHash() })
    .returning({ id: workflowVersions.id })
  const runId = randomUUID()
  await createRun(house.db, {
    id: runId,
    workflowId,
    versionId: version?.id ?? '',
    scope: { kind: 'all' },
    overrides: {},
    startedBy: of.startedBy ?? null,
    trigger: 'person',
    stages: graph.stages.map((stage) => ({ stageId: stage.id, type: stage.type })),
  })
  if (of.at) await house.db.update(runs).set({ createdAt: of.at }).where(eq(runs.id, runId))
  const table = of.rows ?? tableValue(of.table)
  const isGood = status === 'done' || status === 'cached'
  const made: Record<string, Outputs> = {
    rows: { table },
    train: isGood ? { model: modelValue(of, table.artifact, seed), report: report('training', of.training ?? []) } : {},
    judge: outputsOf('classification', of.evaluated),
    folds: outputsOf('cross-validation', of.validated),
  }
  const ids = new Map<string, string>()
  for (const row of await house.db.select().from(stageRuns).where(eq(stageRuns.runId, runId))) {
    const isTrain = row.stageId === 'train'
    ids.set(row.stageId, row.id)
    await house.db
      .update(stageRuns)
      .set({
        outputs: made[row.stageId] ?? {},
        status: isTrain ? status : 'done',
        key: isTrain ? (of.key ?? anyHash()) : anyHash(),
        durationMs: isTrain ? (of.durationMs ?? 1000) : 5,
        startedAt: new Date(),
      })
      .where(eq(stageRuns.id, row.id))
  }
  return { id: ids.get('train') ?? '', runId, workflowId }
}

async function newWorkflow(house: House, name: string): Promise<string> {
  const [row] = await house.db.insert(workflows).values({ name }).returning({ id: workflows.id })
  return row?.id ?? ''
}

function outputsOf(kind: string, told: Figure[] | Outputs | undefined): Outputs {
  return Array.isArray(told) ? { report: report(kind, told) } : (told ?? {})
}

export const report = (kind: string, figures: Figure[], artifact = anyHash()): ReportValue => ({
  kind: 'report',
  artifact,
  report: kind,
  title: kind,
  figures,
})

export const tableValue = (artifact = anyHash()): TableValue => ({
  kind: 'table',
  artifact,
  rows: 1,
  bytes: 1,
  columns: [],
  stats: anyHash(),
  plan: emptyPlan,
})

function modelValue({ c = 1, artifact = anyHash() }: Training, table: string, seed: number): ModelValue {
  return {
    kind: 'model',
    artifact,
    bytes: 1,
    classes: ['ham', 'spam'],
    signature: { inputs: [{ name: 'body', type: 'text', example: 'a' }], target: 'label' },
    recipe: {
      estimator: { kind: 'logistic-regression', c, penalty: 'l2', l1Share: 0.5, balanced: false, maxEpochs: 100 },
      plan: emptyPlan,
      target: 'label',
      table,
      seed,
      calibration: 'none',
    },
    rows: 100,
    terms: 10,
    registered: null,
  }
}
