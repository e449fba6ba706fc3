import { type Graph, parsePortRef } from './graph'
import { stagesAbove, stagesBelow, wouldLoop } from './reach'
import type { PortShape, ShapeOf, StageShape } from './shapes'

/** A port of a stage in a graph, with what is known of both. */
type Found = { stage: string; title: string; port: PortShape }

/** Why an edge may not go from output `from` to input `to`, in words; null when it may. An occupied input is no reason: the edge there gives way. */
export function refusal(graph: Graph, from: string, to: string, shapeOf: ShapeOf): string | null {
  const source = findPort(graph, from, 'outputs', shapeOf)
  const target = findPort(graph, to, 'inputs', shapeOf)
  if (!source || !target) return 'One of the two ports does not exist.'
  const loop = source.stage === target.stage ? 'self' : wouldLoop(graph.edges, source.stage, target.stage) ? 'loop' : 'none'
  return reasonAgainst(source, target, loop)
}

function reasonAgainst(source: Found, target: Found, loop: 'self' | 'loop' | 'none'): string | null {
  if (loop === 'self') return 'A stage cannot feed itself.'
  if (source.port.kind !== target.port.kind) {
    return `${target.title} takes a ${target.port.kind} here; ${source.title} gives a ${source.port.kind}.`
  }
  return loop === 'loop' ? `This would make a loop: ${source.title} already needs ${target.title}.` : null
}

/** Why each port of the other side would be refused by the port `ref`, for a whole graph at once; null where it fits. */
export function refusalsOf(graph: Graph, ref: string, side: 'inputs' | 'outputs', shapeOf: ShapeOf): Map<string, string | null> {
  const own = findPort(graph, ref, side, shapeOf)
  const reasons = new Map<string, string | null>()
  if (!own) return reasons
  const far = side === 'outputs' ? 'inputs' : 'outputs'
  const loops = side === 'outputs' ? stagesAbove(graph.edges, [own.stage]) : stagesBelow(graph.edges, [own.stage])
  for (const stage of graph.stages) {
    const shape = shapeOf(stage.type)
    if (!shape) continue
    const other = { stage: stage.id, title: stage.title ?? shape.title }
    for (const [name, port] of Object.entries(shape[far])) {
      const [source, target] = side === 'outputs' ? [own, { ...other, port }] : [{ ...other, port }, own]
      const loop = stage.id === own.stage ? 'self' : loops.has(stage.id) ? 'loop' : 'none'
      reasons.set(`${stage.id}.${name}`, reasonAgainst(source, target, loop))
    }
  }
  return reasons
}

/** The inputs of a stage that output `from` may feed: free ones, or all when every one is taken. */
export function inputsFor(graph: Graph, from: string, stage: string, shapeOf: ShapeOf): string[] {
  const type = graph.stages.find((candidate) => candidate.id === stage)?.type
  const shape = type === undefined ? undefined : shapeOf(type)
  const fitting = Object.keys(shape?.inputs ?? {}).filter((port) => refusal(graph, from, `${stage}.${port}`, shapeOf) === null)
  const taken = new Set(graph.edges.map((edge) => edge.to))
  const free = fitting.filter((port) => !taken.has(`${stage}.${port}`))
  return free.length > 0 ? free : fitting
}

/** The outputs of a stage that may feed input `to`. */
export function outputsFor(graph: Graph, to: string, stage: string, shapeOf: ShapeOf): string[] {
  const type = graph.stages.find((candidate) => candidate.id === stage)?.type
  const shape = type === undefined ? undefined : shapeOf(type)
  return Object.keys(shape?.outputs ?? {}).filter((port) => refusal(graph, `${stage}.${port}`, to, shapeOf) === null)
}

/** The first port of a stage type on the given side that carries `kind`; needed ones before optional ones. */
export function portOfKind(shape: StageShape, side: 'inputs' | 'outputs', kind: PortShape['kind']): string | undefined {
  const ports = Object.entries(shape[side]).filter(([, port]) => port.kind === kind)
  return (ports.find(([, port]) => !port.optional) ?? ports[0])?.[0]
}

function findPort(graph: Graph, ref: string, side: 'inputs' | 'outputs', shapeOf: ShapeOf): Found | undefined {
  const at = parsePortRef(ref)
  const stage = graph.stages.find((candidate) => candidate.id === at.stage)
  const shape = stage && shapeOf(stage.type)
  const port = shape?.[side][at.port]
  return stage && shape && port ? { stage: stage.id, title: stage.title ?? shape.title, port } : undefined
}
