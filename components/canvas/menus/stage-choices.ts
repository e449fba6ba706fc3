import type { Graph } from '#core/graph/graph'
import { type PairUse, pairKey } from '#core/graph/pairs'
import { categories, type StageSpec } from '#stages/define'
import { findSpec, specs } from '#stages/specs'
import { type OpenEnd, stageOf } from '../store.ts'

export type StageChoice = { spec: StageSpec; use: number }

const all: readonly StageSpec[] = Object.values<StageSpec>(specs).sort(
  (a, b) => categories.indexOf(a.category) - categories.indexOf(b.category) || a.title.localeCompare(b.title),
)

/** The palette: every stage type by category, in palette order; `search` finds by title, summary and keywords. */
export function stagesByCategory(search: string): { category: (typeof categories)[number]; specs: StageSpec[] }[] {
  const found = all.filter((spec) => matches(spec, search))
  return categories
    .map((category) => ({ category, specs: found.filter((spec) => spec.category === category) }))
    .filter((group) => group.specs.length > 0)
}

/**
 * Stages to add. With an open end only those that have a port of its kind, the pair that is joined most often first;
 * without one in palette order.
 */
export function stageChoices(graph: Graph, from: OpenEnd | null, pairs: PairUse): StageChoice[] {
  if (!from) return all.map((spec) => ({ spec, use: 0 }))
  const type = graph.stages.find((stage) => stage.id === stageOf(from.ref))?.type ?? ''
  const port = from.ref.slice(from.ref.indexOf('.') + 1)
  const kind = findSpec(type)?.[from.side][port]?.kind
  const far = from.side === 'outputs' ? 'inputs' : 'outputs'
  return all
    .flatMap((spec) => {
      const fitting = Object.entries(spec[far]).filter(([, each]) => each.kind === kind)
      if (fitting.length === 0) return []
      const own = `${type}.${port}`
      const keys = fitting.map(([name]) =>
        from.side === 'outputs' ? pairKey(own, `${spec.type}.${name}`) : pairKey(`${spec.type}.${name}`, own),
      )
      return [{ spec, use: Math.max(...keys.map((key) => pairs[key] ?? 0)) }]
    })
    .sort((a, b) => b.use - a.use)
}

/** Whether a stage type is meant by what somebody typed: every word must begin a word of its title, summary or keywords. */
export function matches(spec: StageSpec, search: string): boolean {
  const words = `${spec.title} ${spec.summary} ${spec.type} ${(spec.keywords ?? []).join(' ')}`.toLowerCase().split(/[^a-z0-9]+/)
  return search
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every(
      (part) =>
        words.some((word) => word.startsWith(part)) || `${spec.title} ${(spec.keywords ?? []).join(' ')}`.toLowerCase().includes(part),
    )
}
