import { z } from 'zod'
import { sameJson } from '#core/graph/canonical'
import type { Graph } from '#core/graph/graph'
import { statuses } from './status'
import type { StageRunView } from './views'

const sideSchema = z.object({ status: z.enum(statuses).nullable(), durationMs: z.int().nullable() })

export const stageComparisonSchema = z.object({
  stage: z.string(),
  type: z.string(),
  title: z.string().nullable(),
  change: z.enum(['same', 'changed', 'added', 'removed']),
  /** Only params that differ; undefined where a side does not set it. */
  params: z.array(z.object({ param: z.string(), before: z.unknown(), after: z.unknown() })),
  /** Figures of the stage's reports on both sides; null where a side has none. */
  figures: z.array(
    z.object({
      name: z.string(),
      unit: z.string().optional(),
      better: z.enum(['higher', 'lower']).optional(),
      before: z.number().nullable(),
      after: z.number().nullable(),
    }),
  ),
  before: sideSchema,
  after: sideSchema,
})
export type StageComparison = z.output<typeof stageComparisonSchema>

/** One side of a comparison; the graph holds the params that the run really used. */
export type ComparedRun = { graph: Graph; stages: readonly StageRunView[] }

/** Two runs of a workflow side by side, stage by stage, in the order of the later graph; removed stages last. */
export function compareRuns(before: ComparedRun, after: ComparedRun): StageComparison[] {
  const [a, b] = [index(before), index(after)]
  const ids = [...b.stages.keys(), ...[...a.stages.keys()].filter((id) => !b.stages.has(id))]
  return ids.map((id) => {
    const [was, is] = [a.stages.get(id), b.stages.get(id)]
    const [ran, runs] = [a.runs.get(id), b.runs.get(id)]
    const params = was && is ? differingParams(was.params, is.params) : []
    const same = was && is && params.length === 0 && was.type === is.type && sameFeeds(a.feeds.get(id), b.feeds.get(id))
    return {
      stage: id,
      type: (is ?? was)?.type ?? '',
      title: (is ?? was)?.title ?? null,
      change: !was ? 'added' : !is ? 'removed' : same ? 'same' : 'changed',
      params,
      figures: mergeFigures(figuresOf(ran), figuresOf(runs)),
      before: { status: ran?.status ?? null, durationMs: ran?.durationMs ?? null },
      after: { status: runs?.status ?? null, durationMs: runs?.durationMs ?? null },
    }
  })
}

function index({ graph, stages }: ComparedRun) {
  const feeds = new Map<string, string[]>()
  for (const { from, to } of graph.edges) {
    const id = to.slice(0, to.indexOf('.'))
    feeds.set(id, [...(feeds.get(id) ?? []), `${from} -> ${to}`].sort())
  }
  return {
    stages: new Map(graph.stages.map((stage) => [stage.id, stage])),
    runs: new Map(stages.map((stage) => [stage.stage, stage])),
    feeds,
  }
}

function sameFeeds(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return sameJson(a, b)
}

function differingParams(before: Record<string, unknown>, after: Record<string, unknown>) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names
    .filter((param) => !sameJson(before[param], after[param]))
    .map((param) => ({ param, before: before[param], after: after[param] }))
}

type Figure = { name: string; value: number; unit?: string | undefined; better?: 'higher' | 'lower' | undefined }

function figuresOf(stage: StageRunView | undefined): Figure[] {
  return Object.values(stage?.outputs ?? {}).flatMap((value) => (value.kind === 'report' ? value.figures : []))
}

function mergeFigures(before: readonly Figure[], after: readonly Figure[]): StageComparison['figures'] {
  const names = [...new Set([...after, ...before].map((figure) => figure.name))]
  return names.map((name) => {
    const [was, is] = [before.find((f) => f.name === name), after.find((f) => f.name === name)]
    const { unit, better } = is ?? was ?? {}
    return { name, ...(unit && { unit }), ...(better && { better }), before: was?.value ?? null, after: is?.value ?? null }
  })
}
