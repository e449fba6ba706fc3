import { checkGraph } from '#core/graph/check'
import type { Graph, GraphStage } from '#core/graph/graph'
import { inOrder } from '#core/graph/reach'
import { isForced, stagesInScope } from '#core/graph/scope'
import { readParams } from '#core/graph/stage-rules'
import type { RunScope } from '#core/runs/scope'
import type { Forecast, Outputs, StageForecast } from '#core/runs/views'
import type { Db } from '#db/client'
import { type CacheEntry, findCacheEntries, findCacheEntriesOf } from '#db/queries/cache'
import { stageSeconds } from '#db/queries/runs'
import type { ArtifactStore } from '#server/artifacts/store'
import type { StageSpec } from '#stages/define'
import { noResources, resourcesOf } from './resources'
import { artifactsOf, type FindSpec, feedsOf, stageKey } from './stage-work'

type Input = {
  db: Db
  artifacts: Pick<ArtifactStore, 'has'>
  findSpec: FindSpec
  graph: Graph
  scope: RunScope
  workflowId: string | null
  /** Stage processes at once, for the estimate. */
  concurrency: number
}

type Candidate = { stage: GraphStage; spec: StageSpec; params: Record<string, unknown> }

/**
 * What a run would do, stage by stage, without doing it: exactly the stages whose result no longer holds must work.
 * Keys are followed through cached outputs; below the first stage that must work nobody can know.
 */
export async function forecast(input: Input): Promise<Forecast> {
  const { db, findSpec, graph, scope, workflowId } = input
  const wanted = stagesInScope(graph, scope)
  const order = inOrder(graph).filter((id) => wanted.has(id))
  const candidates = readCandidates(graph, findSpec, wanted)
  const [seconds, recent, resources] = await Promise.all([
    workflowId ? stageSeconds(db, workflowId) : new Map<string, number>(),
    workflowId ? findCacheEntriesOf(db, workflowId) : new Map<string, CacheEntry>(),
    resourcesOf(
      db,
      [...candidates.values()].map(({ stage, spec, params }) => ({ id: stage.id, spec, params })),
    ),
  ])
  const entries = recent
  const known = new Map<string, CacheEntry | null>()
  // Each round learns the next layer of keys that the newest runs did not use; usually there is none.
  for (;;) {
    const missing = new Map<string, string>()
    for (const id of order) {
      const key = known.has(id) ? undefined : keyOf(id)
      if (key === undefined) continue
      const entry = entries.get(key)
      if (entry) known.set(id, entry)
      else missing.set(id, key)
    }
    const found = await findCacheEntries(db, [...missing.values()])
    for (const [id, key] of missing) known.set(id, found.get(key) ?? null)
    if (found.size === 0) break
  }

  /** The key, once the outputs of all that the stage needs are known to be there; undefined before. */
  function keyOf(id: string): string | undefined {
    const candidate = candidates.get(id)
    if (!candidate) return undefined
    const inputs: Outputs = {}
    for (const [port, from] of feedsOf(graph, id)) {
      const feed = isForced(scope, from.stage, isVolatile(from.stage)) ? null : known.get(from.stage)
      if (!feed) return undefined
      const value = feed.outputs[from.port]
      if (value) inputs[port] = value
    }
    const { spec, params } = candidate
    return stageKey({ spec, params, inputs, resources: (resources.get(id) ?? noResources).artifacts, seed: graph.seed })
  }
  function isVolatile(id: string): boolean {
    return candidates.get(id)?.spec.volatile === 'always'
  }

  const stages: StageForecast[] = []
  const states = new Map<string, StageForecast['state']>()
  for (const id of order) {
    const fed = [...feedsOf(graph, id).values()].map((from) => states.get(from.stage))
    const entry = known.get(id)
    const held = entry && !isForced(scope, id, isVolatile(id)) && (await allThere(input.artifacts, entry.outputs))
    const state = fed.some((s) => s !== undefined && s !== 'cached') ? 'unknown' : held ? 'cached' : 'run'
    states.set(id, state)
    stages.push({ stage: id, state, seconds: state === 'cached' ? 0 : (seconds.get(id) ?? null) })
  }
  return summarise(graph, stages, input.concurrency, checkGraph(graph, findSpec, { only: wanted }))
}

/** Whether every artifact that the outputs name is still in the store. */
export async function allThere(artifacts: Pick<ArtifactStore, 'has'>, outputs: Outputs): Promise<boolean> {
  const there = await Promise.all(artifactsOf(outputs).map((hash) => artifacts.has(hash)))
  return there.every(Boolean)
}

function readCandidates(graph: Graph, findSpec: FindSpec, wanted: ReadonlySet<string>): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>()
  for (const stage of graph.stages) {
    const spec = wanted.has(stage.id) ? findSpec(stage.type) : undefined
    const params = spec && readParams(spec, stage).params
    if (spec && params) candidates.set(stage.id, { stage, spec, params })
  }
  return candidates
}

function summarise(graph: Graph, stages: StageForecast[], concurrency: number, problems: Forecast['problems']): Forecast {
  const cached = stages.filter((stage) => stage.state === 'cached').length
  const seconds = stages.some((stage) => stage.seconds === null) ? null : expectedSeconds(graph, stages, concurrency)
  const parts = [
    stages.length === 1 ? '1 stage' : `${stages.length} stages`,
    ...(cached > 0 ? [cached === stages.length ? 'all cached' : `${cached} cached`] : []),
    ...(seconds === null || cached === stages.length ? [] : [`about ${durationInWords(seconds)}`]),
  ]
  return { stages, total: stages.length, cached, seconds, words: parts.join(', '), problems }
}

/** The longest chain, or the sum over the processes, whichever is more. */
function expectedSeconds(graph: Graph, stages: readonly StageForecast[], concurrency: number): number {
  const ends = new Map<string, number>()
  let sum = 0
  for (const { stage, seconds } of stages) {
    const start = Math.max(0, ...[...feedsOf(graph, stage).values()].map((from) => ends.get(from.stage) ?? 0))
    ends.set(stage, start + (seconds ?? 0))
    sum += seconds ?? 0
  }
  return Math.max(sum / concurrency, 0, ...ends.values())
}

function durationInWords(seconds: number): string {
  if (seconds < 1) return '1 s'
  if (seconds < 90) return `${Math.round(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
