import type { Task } from '#core/estimators/define'
import { type EstimatorKind, estimators, taskOf } from '#core/estimators/estimators'
import type { Column } from '#core/ports/columns'
import { type Graph, parsePortRef } from './graph'
import { inOrder } from './reach'
import { type KnownTasks, type RulesOf, readParams } from './stage-rules'

type KnownColumns = Record<string, readonly Column[] | undefined>

/** Columns of every stage's table inputs and outputs, as far as they are known before a run. */
export type ColumnsOfStages = ReadonlyMap<string, { inputs: KnownColumns; outputs: KnownColumns }>

/**
 * Carries known columns along the edges. `seen` gives the columns that a stage's output had the last time it worked
 * (`stage.port` -> columns): better than nothing where a stage cannot tell from its params, such as a file.
 */
export function knownColumns(graph: Graph, rulesOf: RulesOf, seen: Record<string, readonly Column[]> = {}): ColumnsOfStages {
  const known = new Map<string, { inputs: KnownColumns; outputs: KnownColumns }>()
  const stages = new Map(graph.stages.map((stage) => [stage.id, stage]))
  /** Stage -> what the model that it gives answers. */
  const tasks = new Map<string, Task | undefined>()
  const feeds = new Map(graph.edges.map((edge) => [edge.to, edge.from]))
  for (const id of inOrder(graph)) {
    const stage = stages.get(id)
    const rules = stage && rulesOf(stage.type)
    if (!stage || !rules) continue
    const inputs: KnownColumns = {}
    for (const [port, { kind }] of Object.entries(rules.inputs)) {
      const from = feeds.get(`${id}.${port}`)
      if (kind !== 'table' || from === undefined) continue
      const source = parsePortRef(from)
      inputs[port] = known.get(source.stage)?.outputs[source.port]
    }
    const models: KnownTasks = {}
    for (const [port, { kind }] of Object.entries(rules.inputs)) {
      const from = feeds.get(`${id}.${port}`)
      if (kind === 'model' && from !== undefined) models[port] = tasks.get(parsePortRef(from).stage)
    }
    const { params } = readParams(rules, stage)
    tasks.set(id, taskOfModel(stage.type, params, models))
    const told = params && rules.columns ? rules.columns(params, inputs, models) : passThrough(rules.outputs, inputs)
    const outputs: KnownColumns = {}
    for (const [port, { kind }] of Object.entries(rules.outputs)) {
      if (kind === 'table') outputs[port] = told[port] ?? seen[`${id}.${port}`]
    }
    known.set(id, { inputs, outputs })
  }
  return known
}

/** Of a stage that trains by its own type, or by the estimator that it was told; else of the one model that it passes on. */
function taskOfModel(type: string, params: Record<string, unknown> | null, models: KnownTasks): Task | undefined {
  const kind = [type, params?.estimator].find(isEstimator)
  if (kind !== undefined) return taskOf({ kind })
  const [passed, ...others] = Object.values(models)
  return others.length === 0 ? passed : undefined
}

const isEstimator = (kind: unknown): kind is EstimatorKind => typeof kind === 'string' && Object.hasOwn(estimators, kind)

function passThrough(outputs: Record<string, { kind: string }>, inputs: KnownColumns): KnownColumns {
  const first = Object.values(inputs)[0]
  return Object.fromEntries(Object.entries(outputs).flatMap(([port, { kind }]) => (kind === 'table' ? [[port, first]] : [])))
}
