import type { z } from 'zod'
import { type EstimatorKind, estimators } from '#core/estimators/estimators'
import { experimentMetrics, sourceOf } from '#core/experiments/metric'
import type { Experiment, ExperimentChoices } from '#core/experiments/views'
import { describeOrigin } from '#core/model/describe-origin'
import { describeRecipe, type Param } from '#core/model/describe-recipe'
import { modelValueSchema, originSchema, recipeSchema } from '#core/ports/kinds'
import type { Db } from '#db/client'
import { listVersionsOfArtifacts } from '#db/queries/experiment-notes'
import { type ExperimentRow, listExperimentChoices, listExperimentMetrics } from '#db/queries/experiments'
import { findSpec, specs } from '#stages/specs'

/** Stages whose runs are experiments: those that learn a model, and those that search for one. */
export const experimentTypes: readonly string[] = Object.values(specs)
  .filter((spec) => spec.category === 'learn' && 'model' in spec.outputs)
  .map((spec) => spec.type)

/** A stored model, as far as experiments need it: those of earlier versions lack what came later. */
const storedModelSchema = modelValueSchema
  .pick({ artifact: true, rows: true })
  .extend({ recipe: recipeSchema.nullable(), origin: originSchema.optional() })

/** Rows as people read them, in the same order. */
export async function describeExperiments(db: Db, rows: readonly ExperimentRow[]): Promise<Experiment[]> {
  const read = rows.map((row) => ({ row, model: storedModelSchema.safeParse(row.model).data ?? null }))
  const versions = await listVersionsOfArtifacts(db, [...new Set(read.flatMap(({ model }) => (model ? [model.artifact] : [])))])
  return read.map(({ row, model }) => ({
    id: row.id,
    run: row.run,
    workflow: row.workflow,
    version: row.version,
    stage: row.stage,
    title: row.inGraph?.title ?? findSpec(row.type)?.title ?? row.stage,
    type: row.type,
    status: row.status,
    startedBy: row.startedBy,
    trigger: row.trigger,
    at: row.at,
    durationMs: row.durationMs,
    startedAt: row.startedAt,
    estimator: estimatorName(model?.recipe?.estimator.kind ?? row.type),
    params: paramsOf(model) ?? askedParams(row),
    metrics: experimentMetrics(row.reports),
    figure: row.figure,
    error: row.error,
    tags: row.tags ?? [],
    note: row.note ?? '',
    pinned: row.pinned ?? false,
    registered: versions
      .filter(({ artifact }) => artifact === model?.artifact)
      .map(({ model: name, version }) => ({ model: name, version })),
  }))
}

/** What experiments can be filtered by, and which metrics there are to choose from. */
export async function describeChoices(db: Db, workflowId: string | undefined): Promise<ExperimentChoices> {
  const [{ kinds, tags, workflows }, metrics] = await Promise.all([
    listExperimentChoices(db, { types: experimentTypes }),
    listExperimentMetrics(db, { types: experimentTypes, workflowId }),
  ])
  const known = new Map<string, ExperimentChoices['metrics'][number]>()
  for (const { report, name, better, experiments } of metrics) {
    const source = sourceOf(report)
    if (!source) continue
    const key = `${source}:${name}`
    const before = known.get(key)
    known.set(key, { source, name, better: before?.better ?? better, experiments: (before?.experiments ?? 0) + experiments })
  }
  return {
    metrics: [...known.values()],
    estimators: kinds.map((kind) => ({ kind, name: estimatorName(kind) })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    tags,
    workflows,
  }
}

/** What a model was trained with, or imported from; null while there is none. */
function paramsOf(model: z.output<typeof storedModelSchema> | null): Param[] | null {
  if (model?.recipe) return describeRecipe(model.recipe).filter(({ name }) => name !== 'estimator')
  return model?.origin ? describeOrigin(model.origin) : null
}

/** The name of an estimator, or the title of the stage: of one that has not come so far, or takes over what others trained. */
function estimatorName(kind: string): string {
  if (isEstimator(kind)) return estimators[kind].name
  const title = findSpec(kind)?.title ?? kind
  // names such as AutoML and Import ONNX stay as they are
  return /[A-Z]/.test(title.slice(1)) ? title : title.toLowerCase()
}

const isEstimator = (kind: string): kind is EstimatorKind => Object.hasOwn(estimators, kind)

/** The params of a stage that made no model, under the titles of its form. */
function askedParams({ type, inGraph, overrides, stage }: ExperimentRow): Param[] {
  const own = Object.entries(overrides).filter(([ref]) => ref.startsWith(`${stage}.`))
  const asked = { ...inGraph?.params, ...Object.fromEntries(own.map(([ref, value]) => [ref.slice(stage.length + 1), value])) }
  const spec = findSpec(type)
  const params = spec?.params.safeParse(asked).data ?? asked
  return Object.entries(params)
    .filter(([, value]) => value !== '' && value !== null && typeof value !== 'object')
    .map(([name, value]) => ({ name: titleOf(spec?.params.shape[name]?.meta()?.title, name), value: plainWords(value) }))
}

function titleOf(title: string | undefined, name: string): string {
  if (title === undefined) return name
  return title.length === 1 ? title : title.charAt(0).toLowerCase() + title.slice(1)
}

function plainWords(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
