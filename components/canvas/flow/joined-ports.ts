import type { GraphEdge } from '#core/graph/graph'

const joined = new WeakMap<readonly GraphEdge[], ReadonlySet<string>>()

/** Refs of all ports that have an edge: `stage.port` for outputs, `>stage.port` for inputs, as the two may share a name. */
export function joinedPorts(edges: readonly GraphEdge[]): ReadonlySet<string> {
  const known = joined.get(edges)
  if (known) return known
  const made = new Set(edges.flatMap((edge) => [edge.from, `>${edge.to}`]))
  joined.set(edges, made)
  return made
}
