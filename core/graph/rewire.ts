import { inputsFor, portOfKind, refusal } from './compatible'
import { addStage, connect, remove } from './edit'
import { type Graph, type GraphEdge, type GraphStage, parsePortRef } from './graph'
import type { ShapeOf } from './shapes'

/** Edits that change a stage and the edges around it together: each is one step of the history. */

/** Puts a stage (new, or already there) into an edge; null when it has no pair of ports that fits. The rest of its edges stay. */
export function insertOnEdge(graph: Graph, stage: GraphStage, edge: GraphEdge, shapeOf: ShapeOf): Graph | null {
  const shape = shapeOf(stage.type)
  const source = parsePortRef(edge.from)
  const sourceType = graph.stages.find((other) => other.id === source.stage)?.type
  const kind = sourceType === undefined ? undefined : shapeOf(sourceType)?.outputs[source.port]?.kind
  if (!shape || !kind || source.stage === stage.id || parsePortRef(edge.to).stage === stage.id) return null
  const [input, output] = [portOfKind(shape, 'inputs', kind), portOfKind(shape, 'outputs', kind)]
  if (input === undefined || output === undefined) return null
  const known = graph.stages.some((other) => other.id === stage.id)
  let next = remove(known ? graph : addStage(graph, stage), { edges: [edge.to] })
  const joins = [
    [edge.from, `${stage.id}.${input}`],
    [`${stage.id}.${output}`, edge.to],
  ] as const
  for (const [from, to] of joins) {
    if (refusal(next, from, to, shapeOf) !== null) return null
    next = connect(next, from, to)
  }
  return next
}

/** Takes stages away one by one and joins what fed each with what it fed, where the kinds fit. */
export function removeAndRejoin(graph: Graph, stages: readonly string[], shapeOf: ShapeOf): Graph {
  return stages.reduce((before, id) => {
    const incoming = before.edges.filter((edge) => parsePortRef(edge.to).stage === id)
    const outgoing = before.edges.filter((edge) => parsePortRef(edge.from).stage === id)
    return outgoing.reduce(
      (next, { to }) => {
        const source = incoming.find(({ from }) => refusal(next, from, to, shapeOf) === null)
        return source ? connect(next, source.from, to) : next
      },
      remove(before, { stages: [id] }),
    )
  }, graph)
}

/** Puts another type of stage in the place of one, keeping the edges whose kinds still fit. The id stays, so that what names it still does. */
export function replaceStage(graph: Graph, id: string, by: Omit<GraphStage, 'id'>, shapeOf: ShapeOf): Graph {
  const swapped: Graph = {
    ...graph,
    stages: graph.stages.map((stage) => (stage.id === id ? { ...by, id, ...(stage.position && { position: stage.position }) } : stage)),
    edges: graph.edges.filter((edge) => parsePortRef(edge.from).stage !== id && parsePortRef(edge.to).stage !== id),
  }
  const incoming = graph.edges.filter((edge) => parsePortRef(edge.to).stage === id)
  const outgoing = graph.edges.filter((edge) => parsePortRef(edge.from).stage === id)
  const taken = new Set<string>()
  const fed = incoming.reduce((next, { from }) => {
    const port = inputsFor(next, from, id, shapeOf).find((input) => !taken.has(input))
    if (port === undefined) return next
    taken.add(port)
    return connect(next, from, `${id}.${port}`)
  }, swapped)
  const outputs = Object.keys(shapeOf(by.type)?.outputs ?? {})
  return outgoing.reduce((next, { to }) => {
    const port = outputs.find((output) => refusal(next, `${id}.${output}`, to, shapeOf) === null)
    return port === undefined ? next : connect(next, `${id}.${port}`, to)
  }, fed)
}
