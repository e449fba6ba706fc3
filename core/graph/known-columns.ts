import type { Column } from '#core/ports/columns'
import { type Graph, parsePortRef } from './graph'
import { inOrder } from './reach'
import { type RulesOf, readParams } from './stage-rules'

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
    const { params } = readParams(rules, stage)
    const told = params && rules.columns ? rules.columns(params, inputs) : passThrough(rules.outputs, inputs)
    const outputs: KnownColumns = {}
    for (const [port, { kind }] of Object.entries(rules.outputs)) {
      if (kind === 'table') outputs[port] = told[port] ?? seen[`${id}.${port}`]
    }
    known.set(id, { inputs, outputs })
  }
  return known
}

function passThrough(outputs: Record<string, { kind: string }>, inputs: KnownColumns): KnownColumns {
  const first = Object.values(inputs)[0]
  return Object.fromEntries(Object.entries(outputs).flatMap(([port, { kind }]) => (kind === 'table' ? [[port, first]] : [])))
}
