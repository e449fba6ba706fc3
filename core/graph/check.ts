import type { Column } from '#core/ports/columns'
import { type Graph, type GraphStage, parsePortRef } from './graph'
import { knownColumns } from './known-columns'
import { inOrder, stagesBelow } from './reach'
import { type RulesOf, readParams } from './stage-rules'

/** One thing that is wrong with a graph: a sentence, and where. `stage` is '' for the graph as a whole. */
export type GraphProblem = { stage: string; param?: string; port?: string; message: string; level: 'error' | 'warning' }

/**
 * Everything that would keep a graph from running, in words that the canvas, the API and the command line can show as
 * they are. `only` limits it to the stages that are to run.
 */
export function checkGraph(
  graph: Graph,
  rulesOf: RulesOf,
  { only, seen = {} }: { only?: ReadonlySet<string>; seen?: Record<string, readonly Column[]> } = {},
): GraphProblem[] {
  const problems = [...checkIds(graph), ...checkTypes(graph, rulesOf), ...checkEdges(graph, rulesOf), ...checkLoops(graph, rulesOf)]
  // Columns can only be followed along edges that make sense.
  const stagesInLoop = new Set(problems.filter((p) => p.port === undefined && p.param === undefined).map((p) => p.stage))
  const columns = knownColumns(graph, rulesOf, seen)
  for (const stage of graph.stages) {
    const rules = rulesOf(stage.type)
    if (!rules) continue
    const { params, problems: wrong } = readParams(rules, stage)
    for (const { param, message } of wrong) problems.push({ stage: stage.id, param, message, level: 'error' })
    if (!params || stagesInLoop.has(stage.id)) continue
    for (const { param, message } of rules.check?.(params, columns.get(stage.id)?.inputs ?? {}) ?? []) {
      problems.push({ stage: stage.id, param, message, level: 'error' })
    }
  }
  return only ? problems.filter((problem) => problem.stage === '' || only.has(problem.stage)) : problems
}

/** The problems as lines of text: "train (Logistic regression), target: Choose the target column." */
export function problemLines(graph: Graph, rulesOf: RulesOf, problems: readonly GraphProblem[]): string[] {
  const stages = new Map(graph.stages.map((stage) => [stage.id, stage]))
  return problems.map(({ stage, param, port, message }) => {
    const found = stages.get(stage)
    if (!found) return message
    const where = param ?? port
    return `${stage} (${titleOf(found, rulesOf)})${where ? `, ${where}` : ''}: ${message}`
  })
}

function titleOf(stage: GraphStage, rulesOf: RulesOf): string {
  return stage.title ?? rulesOf(stage.type)?.title ?? stage.type
}

function checkIds(graph: Graph): GraphProblem[] {
  const seen = new Set<string>()
  const problems: GraphProblem[] = []
  if (graph.stages.length === 0) {
    problems.push({
      stage: '',
      message: 'The workflow has no stage yet. Add one from the palette, or start from a template.',
      level: 'error',
    })
  }
  for (const { id } of graph.stages) {
    if (seen.has(id)) problems.push({ stage: id, message: `Two stages are called "${id}"; give one of them another id.`, level: 'error' })
    seen.add(id)
  }
  return problems
}

function checkTypes(graph: Graph, rulesOf: RulesOf): GraphProblem[] {
  return graph.stages
    .filter((stage) => !rulesOf(stage.type))
    .map((stage) => ({
      stage: stage.id,
      message: `There is no stage type "${stage.type}" in this version of Stageline. Remove the stage, or update Stageline.`,
      level: 'error' as const,
    }))
}

function checkEdges(graph: Graph, rulesOf: RulesOf): GraphProblem[] {
  const stages = new Map(graph.stages.map((stage) => [stage.id, stage]))
  const fed = new Map<string, string>()
  const problems: GraphProblem[] = []
  const add = (stage: string, port: string, message: string) => problems.push({ stage, port, message, level: 'error' })
  for (const edge of graph.edges) {
    const [from, to] = [parsePortRef(edge.from), parsePortRef(edge.to)]
    const [source, target] = [stages.get(from.stage), stages.get(to.stage)]
    if (!source || !target) {
      const missing = source ? to.stage : from.stage
      problems.push({
        stage: source || target ? (source ? from.stage : to.stage) : '',
        message: `The edge ${edge.from} -> ${edge.to} names a stage "${missing}" that is not there.`,
        level: 'error',
      })
      continue
    }
    const output = rulesOf(source.type)?.outputs
    const input = rulesOf(target.type)?.inputs
    if (output && !output[from.port]) {
      add(from.stage, from.port, `${titleOf(source, rulesOf)} has no output "${from.port}"; ${portWords(output, 'it has')}`)
    }
    if (input && !input[to.port]) {
      add(to.stage, to.port, `${titleOf(target, rulesOf)} has no input "${to.port}"; ${portWords(input, 'it has')}`)
    }
    const [gives, takes] = [output?.[from.port], input?.[to.port]]
    if (gives && takes && gives.kind !== takes.kind) {
      add(
        to.stage,
        to.port,
        `${titleOf(target, rulesOf)} takes a ${takes.kind} at "${to.port}"; ${titleOf(source, rulesOf)} gives a ${gives.kind}.`,
      )
    }
    const before = fed.get(edge.to)
    if (before !== undefined) add(to.stage, to.port, `Two edges lead into "${to.port}": from ${before} and from ${edge.from}. Keep one.`)
    fed.set(edge.to, edge.from)
  }
  for (const stage of graph.stages) {
    for (const [port, { kind, label, optional }] of Object.entries(rulesOf(stage.type)?.inputs ?? {})) {
      if (optional || fed.has(`${stage.id}.${port}`)) continue
      add(stage.id, port, `The input "${label}" is not connected. Connect a ${kind} to it.`)
    }
  }
  return problems
}

function checkLoops(graph: Graph, rulesOf: RulesOf): GraphProblem[] {
  const place = new Map(inOrder(graph).map((id, i) => [id, i]))
  const goesBack = ({ from, to }: Graph['edges'][number]) =>
    (place.get(parsePortRef(from).stage) ?? -1) >= (place.get(parsePortRef(to).stage) ?? Number.POSITIVE_INFINITY)
  if (!graph.edges.some(goesBack)) return []
  return graph.stages
    .filter((stage) => stagesBelow(graph.edges, [stage.id]).has(stage.id))
    .map((stage) => ({
      stage: stage.id,
      message: `${titleOf(stage, rulesOf)} needs its own result: it is part of a loop. Remove one edge of the loop.`,
      level: 'error' as const,
    }))
}

function portWords(ports: Record<string, unknown>, has: string): string {
  const names = Object.keys(ports)
  return names.length === 0 ? `${has} none.` : `${has} ${names.join(', ')}.`
}
