'use client'

import '@xyflow/react/dist/base.css'
import './canvas.css'
import { useQueryClient } from '@tanstack/react-query'
import { ReactFlowProvider } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTRPC, useTRPCClient } from '#components/api/client'
import { Page } from '#components/shell/page'
import { tell, tellError } from '#components/ui/toasts'
import type { LatestStage, RunDetails } from '#core/runs/views'
import { BuilderActions } from './builder-actions'
import { type Canvas, CanvasProvider, type RunAsk } from './canvas-context'
import type { Opened } from './opened.ts'
import { showRun, useRunWatch } from './run/use-run-watch.ts'
import { useAutosave } from './save/use-autosave.ts'
import { createCanvasStore } from './store.ts'
import { Workbench } from './workbench'

/** One open workflow: its store, its saving, its runs, and all that is drawn around them. */
export function Builder({ opened }: { opened: Opened }) {
  const { about, shown, run, locked } = opened
  const workflowId = about.id
  const [store] = useState(() => openStore(opened))
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queries = useQueryClient()
  const autosave = useAutosave(store, workflowId, shown)
  const savedGraph = useCallback(() => autosave.current?.base().graph ?? shown.graph, [autosave, shown])
  useRunWatch(store, workflowId, savedGraph)
  const [isHistoryOpen, setHistoryOpen] = useState(false)
  const isStarting = useRef(false)

  useEffect(() => {
    if (run) store.setState({ latest: latestOf(run) })
  }, [run, store])

  const canvas = useMemo<Canvas>(() => {
    const flush = async () => {
      await autosave.current?.flush()
    }
    const start = async (scope: RunAsk) => {
      // A double click or a held key asks twice: one run is meant.
      if (isStarting.current) return
      isStarting.current = true
      try {
        await flush()
        const { save } = store.getState()
        if (save.kind !== 'saved') {
          tell({ title: 'Not started', detail: 'What is drawn is not saved yet; see the top bar.', status: 'failed' })
          return
        }
        const { id } = await client.runs.start.mutate({ workflowId, scope })
        showRun(store, await client.runs.get.query({ id }), savedGraph())
        void queries.invalidateQueries({ queryKey: trpc.runs.list.queryKey() })
      } catch (error) {
        tellError('Not started', error)
      } finally {
        isStarting.current = false
      }
    }
    return { store, workflowId, flush, run: start }
  }, [store, workflowId, client, autosave, savedGraph, queries, trpc])

  return (
    <CanvasProvider value={canvas}>
      <ReactFlowProvider>
        <Page
          flush
          crumbs={[{ label: 'Workflows', href: '/workflows' }, { label: about.name }]}
          actions={
            <BuilderActions
              opened={opened}
              autosave={autosave}
              isHistoryOpen={isHistoryOpen}
              onHistory={() => setHistoryOpen((open) => !open)}
            />
          }
        >
          <Workbench opened={opened} autosave={autosave} isHistoryOpen={isHistoryOpen} onCloseHistory={() => setHistoryOpen(false)} />
        </Page>
      </ReactFlowProvider>
    </CanvasProvider>
  )

  function openStore({ newest }: Opened) {
    const made = createCanvasStore(shown.graph, locked)
    made.setState({ version: newest.number, save: { kind: 'saved', at: newest.createdAt } })
    if (run) showRun(made, run, shown.graph, true)
    return made
  }
}

/** The outputs of a past run, as the dock and the column pickers want them. */
function latestOf({ run, stages }: RunDetails): Record<string, LatestStage> {
  return Object.fromEntries(
    stages.flatMap((stage) =>
      stage.outputs
        ? [
            [
              stage.stage,
              {
                stage: stage.stage,
                runId: run.id,
                stageRunId: stage.id,
                runNumber: run.number,
                status: stage.status,
                outputs: stage.outputs,
                figure: stage.figure,
                durationMs: stage.durationMs,
                finishedAt: stage.finishedAt,
              },
            ],
          ]
        : [],
    ),
  )
}
