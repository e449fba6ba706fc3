import type { ErrorRecord } from '#core/errors/app-error'
import type { Graph, GraphStage } from '#core/graph/graph'
import { inOrder } from '#core/graph/reach'
import { isForced } from '#core/graph/scope'
import { readParams } from '#core/graph/stage-rules'
import { isFinal, isGood, runStatus, type Status } from '#core/runs/status'
import type { Outputs } from '#core/runs/views'
import type { Db } from '#db/client'
import { type CacheEntry, findCacheEntries, touchCacheEntries } from '#db/queries/cache'
import { getRunPlan, setRunStatus } from '#db/queries/runs'
import { advanceStage, listStageRuns, type StageRunRow } from '#db/queries/stage-runs'
import { isVolatile } from '#stages/define'
import type { Engine } from './engine'
import { allThere } from './forecast'
import { noResources, resourcesOf } from './resources'
import type { StageOrder } from './stage-order'
import { feedsOf, stageKey, withOverrides } from './stage-work'
import { untilDatabase } from './until-database'

/** Looks at the run at least this often, should every notification be lost. */
const lookMs = 2_000

/** What the interpreter decided: stages to start now, or that the run is over. */
export type Turn = { start: string[]; over: boolean }

/** One run as its coordinator sees it: the graph, and every stage run as the database last said. */
export type RunInterpreter = {
  /**
   * Waits until something can be decided and decides it: cached stages are cached, hopeless ones are skipped, ready ones
   * are named. `begun` are the stages that were named before; `whenQuiet` is called when nothing happens for a while.
   * Doing it twice changes nothing.
   */
  turn(begun: ReadonlySet<string>, whenQuiet: () => Promise<void>): Promise<Turn>
  /** What a worker needs to run a stage whose inputs are known. */
  orderFor(stageId: string): Promise<StageOrder>
}

type Feed = { stage: string; port: string }
type Ready = { stage: GraphStage; order: StageOrder; forced: boolean }

export async function openRun(engine: Engine, runId: string): Promise<RunInterpreter> {
  const { house } = engine
  const { db, log } = house
  const plan = await untilDatabase(log, () => getRunPlan(db, runId))
  const graph: Graph = withOverrides(plan.graph, plan.overrides)
  const stages = new Map(graph.stages.map((stage) => [stage.id, stage]))
  const order = inOrder(graph)
  const feeds = new Map(order.map((id) => [id, feedsOf(graph, id)]))
  const rows = new Map<string, StageRunRow>()
  let newest = 0

  async function refresh(): Promise<void> {
    for (const row of await untilDatabase(log, () => listStageRuns(db, { runId, newerThan: newest }))) {
      rows.set(row.stageId, row)
      newest = Math.max(newest, row.revision)
    }
  }

  function feedsInRun(id: string): [port: string, feed: Feed][] {
    return [...(feeds.get(id) ?? [])]
  }

  /** The inputs of a stage, or why it cannot run, or null while that is open. */
  function inputsOf(id: string): { inputs: Outputs } | { skip: ErrorRecord } | null {
    const inputs: Outputs = {}
    for (const [port, feed] of feedsInRun(id)) {
      const row = rows.get(feed.stage)
      if (!row || !isFinal(row.status)) return null
      if (!isGood(row.status)) return { skip: becauseOf(titleOf(feed.stage), row) }
      const value = row.outputs?.[feed.port]
      if (value) inputs[port] = value
    }
    for (const [port, feed] of feedsInRun(id)) {
      if (inputs[port]) continue
      const needed = engine.findSpec(stages.get(id)?.type ?? '')?.inputs[port]
      if (needed && !needed.optional) return { skip: gaveNothing(titleOf(feed.stage), feed.port, needed.label) }
    }
    return { inputs }
  }

  function titleOf(id: string): string {
    const stage = stages.get(id)
    return stage?.title ?? engine.findSpec(stage?.type ?? '')?.title ?? id
  }

  async function ordersFor(ids: readonly string[]): Promise<Ready[]> {
    const known = ids.flatMap((id) => {
      const [stage, found] = [stages.get(id), inputsOf(id)]
      if (!stage || !found || !('inputs' in found)) return []
      const spec = engine.findSpec(stage.type)
      return [{ id, stage, spec, params: spec ? readParams(spec, stage).params : null, inputs: found.inputs }]
    })
    const resources = await untilDatabase(log, () =>
      resourcesOf(
        db,
        known.flatMap(({ id, spec, params }) => (spec && params ? [{ id, spec, params }] : [])),
      ),
    )
    return known.map(({ id, stage, spec, params, inputs }) => {
      const { artifacts, versions } = resources.get(id) ?? noResources
      const key = spec && params ? stageKey({ spec, params, inputs, resources: artifacts, seed: graph.seed }) : null
      // A stage that only points at data sets is as good as its key: the key says which versions are meant.
      const looksOutside = spec && params ? isVolatile(spec, params) && Object.keys(artifacts).length === 0 : false
      return {
        stage,
        forced: isForced(plan.scope, id, looksOutside),
        order: {
          runId,
          stageId: id,
          workflow: plan.workflow,
          title: titleOf(id),
          type: stage.type,
          params: stage.params,
          version: stage.version ?? 1,
          inputs,
          seed: graph.seed,
          key,
          versions,
        },
      }
    })
  }

  /**
   * Decides whatever can be decided now, wave by wave: a cached stage may make the next ones ready. The waves go on in
   * memory; what was decided is written at once at the end, and read back, because a cancel may have come between.
   */
  async function settle(begun: ReadonlySet<string>): Promise<string[]> {
    const start: string[] = []
    const skips = new Map<string, ErrorRecord>()
    const hits = new Map<string, CacheEntry>()
    for (;;) {
      const open = order.filter((id) => rows.get(id)?.status === 'queued' && !begun.has(id) && !start.includes(id))
      const hopeless = open.flatMap((id) => {
        const found = inputsOf(id)
        return found && 'skip' in found ? [{ id, error: found.skip }] : []
      })
      for (const { id, error } of hopeless) {
        skips.set(id, error)
        assume(id, { status: 'skipped', error })
      }
      const ready = await ordersFor(open.filter((id) => !skips.has(id) && inputsOf(id) !== null))
      const found = await findHits(engine, ready)
      for (const [id, entry] of found) {
        hits.set(id, entry)
        assume(id, { status: 'cached', outputs: entry.outputs })
      }
      for (const { order } of ready) if (!found.has(order.stageId)) start.push(order.stageId)
      if (hopeless.length === 0 && found.size === 0) break
    }
    if (skips.size > 0 || hits.size > 0) {
      await untilDatabase(log, () => db.transaction((tx) => writeDecisions(tx, runId, skips, hits)))
      await refresh()
    }
    return start
  }

  function assume(id: string, change: Partial<StageRunRow>): void {
    const row = rows.get(id)
    if (row) rows.set(id, { ...row, ...change })
  }

  return {
    async turn(begun, whenQuiet) {
      const watcher = engine.changes.watch('run_changed', runId)
      try {
        for (;;) {
          await refresh()
          const start = await settle(begun)
          const over = order.every((id) => isFinal(rows.get(id)?.status ?? 'skipped'))
          // What is queued behind a question waits, too: only what a worker has or may take keeps the run running.
          const asks = [...rows.values()].some((row) => row.status === 'waiting')
          const counts = (id: string) => !asks || rows.get(id)?.status !== 'queued' || begun.has(id) || start.includes(id)
          const statuses = order.filter(counts).flatMap((id) => rows.get(id)?.status ?? [])
          await untilDatabase(log, () => setRunStatus(db, { id: runId, ...summary(statuses, rows, order, titleOf) }))
          if (over || start.length > 0) return { start, over }
          const since = performance.now()
          await watcher.next(lookMs, engine.stopping)
          // A worker that stops must not decide anything more: this step is done again elsewhere.
          if (engine.stopping.aborted) return await new Promise<never>(() => undefined)
          if (performance.now() - since >= lookMs) await untilDatabase(log, whenQuiet)
        }
      } finally {
        watcher.close()
      }
    },
    async orderFor(stageId) {
      if (rows.size === 0) await refresh()
      const [ready] = await ordersFor([stageId])
      if (!ready) throw new Error(`stage ${stageId} of run ${runId} is not ready`)
      return ready.order
    },
  }
}

async function findHits({ house }: Engine, ready: readonly Ready[]): Promise<Map<string, CacheEntry>> {
  const keys = ready.flatMap(({ order, forced }) => (order.key !== null && !forced ? [order.key] : []))
  const entries = await untilDatabase(house.log, () => findCacheEntries(house.db, keys))
  const hits = new Map<string, CacheEntry>()
  for (const { order, forced } of ready) {
    const entry = order.key === null || forced ? undefined : entries.get(order.key)
    if (entry && (await allThere(house.artifacts, entry.outputs))) hits.set(order.stageId, entry)
  }
  return hits
}

async function writeDecisions(
  tx: Db,
  runId: string,
  skips: ReadonlyMap<string, ErrorRecord>,
  hits: ReadonlyMap<string, CacheEntry>,
): Promise<void> {
  for (const [id, error] of skips) await advanceStage(tx, { runId, stageId: id, event: 'skip', change: { error } })
  for (const [stageId, { key, outputs, figure, durationMs }] of hits) {
    await advanceStage(tx, { runId, stageId, event: 'hit', change: { key, outputs, figure, durationMs } })
  }
  await touchCacheEntries(
    tx,
    [...hits.values()].map(({ key }) => key),
  )
}

function summary(
  statuses: readonly Status[],
  rows: ReadonlyMap<string, StageRunRow>,
  order: readonly string[],
  titleOf: (id: string) => string,
): { status: Status; error?: ErrorRecord } {
  const status = runStatus(statuses)
  if (!isFinal(status) || isGood(status)) return { status }
  const cause = order.map((id) => rows.get(id)).find((row) => row?.status === status && row.error)
  if (!cause?.error) return { status }
  const { message } = cause.error
  const title = titleOf(cause.stageId)
  return { status, error: { ...cause.error, message: message.includes(title) ? message : `${title}: ${message}` } }
}

/** Names the stage where the trouble began, however far above it is. */
function becauseOf(title: string, row: StageRunRow): ErrorRecord {
  if (row.status === 'skipped' && row.error) return row.error
  const words: Partial<Record<Status, string>> = {
    failed: 'failed',
    crashed: 'was lost',
    timed_out: 'took too long',
    cancelled: 'was cancelled',
    skipped: 'was skipped',
  }
  return {
    code: row.error?.code ?? 'cancelled',
    message: `Skipped, because ${title} ${words[row.status] ?? 'did not end well'}.`,
    hint: {},
  }
}

function gaveNothing(title: string, port: string, label: string): ErrorRecord {
  return {
    code: 'bad_input',
    message: `Skipped, because ${title} gave nothing at "${port}" for the input "${label}". Its settings decide whether there is something.`,
    hint: { port },
  }
}
