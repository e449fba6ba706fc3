import type { RunScope } from '#core/runs/scope'
import type { Graph } from './graph'
import { stagesAbove, stagesBelow } from './reach'

/** The stages that a run of this scope must bring up to date. Whatever they need is among them, because only the cache knows whether it still holds. */
export function stagesInScope(graph: Graph, scope: RunScope): Set<string> {
  switch (scope.kind) {
    case 'all':
    case 'stale':
      return new Set(graph.stages.map((stage) => stage.id))
    case 'to':
      return closed(graph, [scope.stage])
    case 'from':
      return closed(graph, [scope.stage, ...stagesBelow(graph.edges, [scope.stage])])
  }
}

/** Whether a stage must work in this scope even when the cache holds its result. */
export function isForced(scope: RunScope, stage: string, volatile: boolean): boolean {
  if (scope.kind === 'from' && scope.stage === stage) return true
  return volatile && scope.kind !== 'stale'
}

function closed(graph: Graph, stages: string[]): Set<string> {
  return new Set([...stages, ...stagesAbove(graph.edges, stages)])
}
