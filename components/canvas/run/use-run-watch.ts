import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { useTRPC, useTRPCClient } from '#components/api/client'
import type { Graph } from '#core/graph/graph'
import { isFinal } from '#core/runs/status'
import type { RunDetails } from '#core/runs/views'
import type { CanvasStore } from '../store.ts'

/** How often an open canvas looks for runs that others started. */
const lookMs = 5_000

/**
 * Keeps the canvas up to date with the newest run of the workflow: one subscription while it is open, a look now and
 * then while none is. `savedGraph` is what the newest version holds.
 */
export function useRunWatch(store: CanvasStore, workflowId: string, savedGraph: () => Graph): void {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queries = useQueryClient()
  const runId = useStore(store, (state) => state.run?.run.id ?? null)
  const isOpen = useStore(store, (state) => state.run !== null && !isFinal(state.run.run.status))
  const isPinned = useStore(store, (state) => state.run?.pinned ?? false)

  const { data: newest } = useQuery(
    trpc.runs.list.queryOptions(
      { workflowId, limit: 1 },
      { enabled: !isPinned, refetchInterval: isOpen ? false : lookMs, select: (page) => page.runs[0]?.id ?? null },
    ),
  )
  useEffect(() => {
    if (!newest || newest === runId || isPinned) return
    let isGone = false
    const load = async () => {
      const details = await client.runs.get.query({ id: newest })
      const { run: shown, version } = store.getState()
      if (isGone || (shown && shown.run.number >= details.run.number)) return
      const number = details.run.version.number
      const graph = number === version ? savedGraph() : (await client.workflows.version.query({ id: workflowId, number })).graph
      if (!isGone) showRun(store, details, graph)
    }
    void load().catch(() => undefined) // The next look tries again.
    return () => {
      isGone = true
    }
  }, [newest, runId, isPinned, client, store, workflowId, savedGraph])

  const { data: latest } = useQuery(trpc.runs.latest.queryOptions({ workflowId }, { enabled: !isPinned }))
  useEffect(() => {
    if (latest) store.setState({ latest: Object.fromEntries(latest.map((stage) => [stage.stage, stage])) })
  }, [latest, store])

  const { data: forecast } = useQuery(
    trpc.runs.forecast.queryOptions(
      { workflowId, scope: { kind: 'all' } },
      { enabled: !isPinned && !isOpen, placeholderData: (before) => before },
    ),
  )
  useEffect(() => {
    if (forecast) store.setState({ forecast: { forecast, graph: savedGraph() } })
  }, [forecast, store, savedGraph])

  const { data: pairs } = useQuery(trpc.workflows.pairs.queryOptions(undefined, { staleTime: 300_000 }))
  useEffect(() => {
    if (pairs) store.setState({ pairs })
  }, [pairs, store])

  const { data: sets } = useQuery(
    trpc.dataSets.list.queryOptions(undefined, {
      refetchInterval: (query) => (query.state.data?.some((set) => set.newest.status === 'loading') ? 1_000 : false),
    }),
  )
  useEffect(() => {
    const known = sets?.flatMap(({ id, name, newest: { columns } }) => (columns ? [[id, columns] as const, [name, columns] as const] : []))
    if (known) store.setState({ dataSets: Object.fromEntries(known) })
  }, [sets, store])

  useSubscription(
    trpc.runs.watch.subscriptionOptions(
      { id: runId ?? '' },
      {
        enabled: runId !== null && isOpen,
        onData: ({ data }) => {
          takeChange(store, data)
          if (isFinal(data.run.status)) {
            void queries.invalidateQueries({ queryKey: trpc.runs.latest.queryKey() })
            void queries.invalidateQueries({ queryKey: trpc.runs.forecast.queryKey() })
            void queries.invalidateQueries({ queryKey: trpc.runs.list.queryKey() })
          }
        },
      },
    ),
  )
}

/** Puts a run on the canvas. */
export function showRun(store: CanvasStore, { run, stages }: RunDetails, graph: Graph | null, pinned = false): void {
  store.setState({ run: { run, stages: Object.fromEntries(stages.map((stage) => [stage.stage, stage])), graph, pinned } })
}

/** Stages that changed replace what was known of them; older news than what is shown is dropped. */
function takeChange(store: CanvasStore, { run, stages }: RunDetails): void {
  store.setState((state) => {
    if (state.run?.run.id !== run.id || run.revision < state.run.run.revision) return state
    const changed = stages.filter((stage) => stage.revision >= (state.run?.stages[stage.stage]?.revision ?? 0))
    return {
      run: { ...state.run, run, stages: { ...state.run.stages, ...Object.fromEntries(changed.map((stage) => [stage.stage, stage])) } },
    }
  })
}
