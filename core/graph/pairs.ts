import { type Graph, parsePortRef } from './graph'

/** How often a port of one stage type is joined with a port of another: `type.port type.port` -> count. */
export type PairUse = Record<string, number>

/** Counts the pairs of ports that graphs join. */
export function countPairs(graphs: Iterable<Pick<Graph, 'stages' | 'edges'>>): PairUse {
  const use: PairUse = {}
  for (const graph of graphs) {
    const types = new Map(graph.stages.map((stage) => [stage.id, stage.type]))
    for (const edge of graph.edges) {
      const [from, to] = [parsePortRef(edge.from), parsePortRef(edge.to)]
      const [source, target] = [types.get(from.stage), types.get(to.stage)]
      if (source === undefined || target === undefined) continue
      const key = pairKey(`${source}.${from.port}`, `${target}.${to.port}`)
      use[key] = (use[key] ?? 0) + 1
    }
  }
  return use
}

/** The key of a pair; each end is `type.port`. */
export function pairKey(output: string, input: string): string {
  return `${output} ${input}`
}
