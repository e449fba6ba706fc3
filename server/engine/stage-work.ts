import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Graph } from '#core/graph/graph'
import { parsePortRef } from '#core/graph/graph'
import { stageKeyText, studyKeyText } from '#core/graph/keys'
import { readParams } from '#core/graph/stage-rules'
import type { PortValue } from '#core/ports/kinds'
import { artifactsOfPlan } from '#core/ports/plan'
import type { Outputs } from '#core/runs/views'
import type { Search } from '#core/tune/search'
import type { StageSpec } from '#stages/define'
import type { StageOrder } from './stage-order'

/** Finds the spec of a stage type; an argument of the engine, so that tests bring their own stages. */
export type FindSpec = (type: string) => StageSpec | undefined

/** The key of a stage's work: sha256 over all that its result depends on. */
export function stageKey(input: {
  spec: StageSpec
  params: Record<string, unknown>
  inputs: Outputs
  resources: Record<string, string>
  seed: number
}): string {
  const { spec, params, inputs, resources, seed } = input
  return createHash('sha256')
    .update(stageKeyText({ type: spec.type, version: spec.version, params, inputs, resources, seed }))
    .digest('hex')
}

/** What a stage searches, and the study that it adds to; null for a stage that does not search, or whose params are wrong. */
export type Study = { key: string } & Search

export function studyOf(
  findSpec: FindSpec,
  { type, params: raw, version, inputs, seed }: Pick<StageOrder, 'type' | 'params' | 'version' | 'inputs' | 'seed'>,
): Study | null {
  const spec = findSpec(type)
  const params = spec?.search && readParams(spec, { params: raw, version }).params
  if (!spec?.search || !params) return null
  const { of, budget } = spec.search
  const asked = Object.fromEntries(Object.entries(params).filter(([name]) => !budget.includes(name)))
  const search = of(params)
  // The space may come from elsewhere than the params: from the usual ranges of this version.
  const text = studyKeyText({ type, version: spec.version, params: { ...asked, searched: search.space }, inputs, seed })
  return { key: createHash('sha256').update(text).digest('hex'), ...search }
}

/** Which output feeds each connected input of a stage: port -> `stage.port`. */
export function feedsOf(graph: Graph, stageId: string): Map<string, { stage: string; port: string }> {
  const feeds = new Map<string, { stage: string; port: string }>()
  for (const edge of graph.edges) {
    const to = parsePortRef(edge.to)
    if (to.stage === stageId) feeds.set(to.port, parsePortRef(edge.from))
  }
  return feeds
}

/** The graph with the params that a run sets for itself; `stage.param` -> value. */
export function withOverrides(graph: Graph, overrides: Record<string, unknown>): Graph {
  if (Object.keys(overrides).length === 0) return graph
  const byStage = new Map<string, Record<string, unknown>>()
  for (const [ref, value] of Object.entries(overrides)) {
    const { stage, port: param } = parsePortRef(ref)
    byStage.set(stage, { ...byStage.get(stage), [param]: value })
  }
  return {
    ...graph,
    stages: graph.stages.map((stage) => {
      const own = byStage.get(stage.id)
      return own ? { ...stage, params: { ...stage.params, ...own } } : stage
    }),
  }
}

/** The artifacts that outputs point at. */
export function artifactsOf(outputs: Outputs): string[] {
  return Object.values(outputs).flatMap(artifactsIn)
}

function artifactsIn(value: PortValue): string[] {
  switch (value.kind) {
    case 'table':
      return [value.artifact, value.stats, ...artifactsOfPlan(value.plan)]
    case 'model':
      return [
        value.artifact,
        ...(value.state === undefined ? [] : [value.state]),
        ...(value.recipe ? artifactsOfPlan(value.recipe.plan) : []),
        ...(value.origin ? [value.origin.file] : []),
      ]
    case 'report':
      return [value.artifact]
    case 'deployment':
    case 'signal':
      return []
  }
}

/** The params of a spec that point at a data set. */
export function dataSetParams(spec: StageSpec): string[] {
  return Object.entries(spec.params.shape).flatMap(([name, schema]) =>
    schema instanceof z.ZodType && schema.meta()?.control === 'data-set' ? [name] : [],
  )
}
