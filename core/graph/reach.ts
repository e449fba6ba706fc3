import { type Graph, type GraphEdge, parsePortRef } from './graph'

/** The stages that need any of `from`, directly or not; without `from` itself unless there is a loop. */
export function stagesBelow(edges: readonly GraphEdge[], from: Iterable<string>): Set<string> {
  return walk(edges, from, (edge) => [parsePortRef(edge.from).stage, parsePortRef(edge.to).stage])
}

/** The stages that any of `from` needs, directly or not. */
export function stagesAbove(edges: readonly GraphEdge[], from: Iterable<string>): Set<string> {
  return walk(edges, from, (edge) => [parsePortRef(edge.to).stage, parsePortRef(edge.from).stage])
}

/** Whether an edge from `source` to `target` would close a loop. */
export function wouldLoop(edges: readonly GraphEdge[], source: string, target: string): boolean {
  return source === target || stagesBelow(edges, [target]).has(source)
}

/** Stages in an order in which each comes after all that it needs; stages of a loop come last, in graph order. */
export function inOrder(graph: Pick<Graph, 'stages' | 'edges'>): string[] {
  const open = new Map(graph.stages.map((stage) => [stage.id, 0]))
  const next = new Map<string, string[]>()
  for (const edge of graph.edges) {
    const [source, target] = [parsePortRef(edge.from).stage, parsePortRef(edge.to).stage]
    if (!open.has(source) || !open.has(target)) continue
    open.set(target, (open.get(target) ?? 0) + 1)
    next.set(source, [...(next.get(source) ?? []), target])
  }
  const ordered: string[] = []
  const ready = graph.stages.map((stage) => stage.id).filter((id) => open.get(id) === 0)
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    ordered.push(id)
    for (const target of next.get(id) ?? []) {
      const left = (open.get(target) ?? 0) - 1
      open.set(target, left)
      if (left === 0) ready.push(target)
    }
  }
  const placed = new Set(ordered)
  return [...ordered, ...graph.stages.map((stage) => stage.id).filter((id) => !placed.has(id))]
}

function walk(edges: readonly GraphEdge[], from: Iterable<string>, ends: (edge: GraphEdge) => [string, string]): Set<string> {
  const next = new Map<string, string[]>()
  for (const edge of edges) {
    const [near, far] = ends(edge)
    const known = next.get(near)
    if (known) known.push(far)
    else next.set(near, [far])
  }
  const seen = new Set<string>()
  const open = [...from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const far of next.get(id) ?? []) {
      if (seen.has(far)) continue
      seen.add(far)
      open.push(far)
    }
  }
  return seen
}
