import { useQueryClient } from '@tanstack/react-query'
import { TRPCClientError } from '@trpc/client'
import { type RefObject, useEffect, useRef } from 'react'
import { useTRPC, useTRPCClient } from '#components/api/client'
import { errorSentence } from '#components/ui/failure'
import { tell } from '#components/ui/toasts'
import type { ErrorRecord } from '#core/errors/app-error'
import { sameJson } from '#core/graph/canonical'
import type { Graph } from '#core/graph/graph'
import { mergeGraphs } from '#core/graph/merge'
import { formatClock } from '#core/words/format'
import type { CanvasStore } from '../store.ts'
import { type Autosave, type Base, type SaveAnswer, startAutosave } from './autosave.ts'
import { type Draft, dropDraft, findDraft, writeDraft } from './draft.ts'

/** How often an open tab looks whether somebody else saved. */
const lookMs = 5_000
/** What a browser sends after a page is gone. */
const keepaliveBytes = 60_000

/** Saves what is drawn for as long as the canvas is open. Does nothing for a canvas that may not be changed. */
export function useAutosave(store: CanvasStore, workflowId: string, start: Base): RefObject<Autosave | null> {
  const client = useTRPCClient()
  const trpc = useTRPC()
  const queries = useQueryClient()
  const autosave = useRef<Autosave | null>(null)
  const first = useRef(start)
  useEffect(() => {
    if (store.getState().locked !== null) return
    const tab = crypto.randomUUID()
    const draft = findDraft(workflowId, Date.now())
    const base = first.current
    const saving = startAutosave(store, base, {
      save: async (edit) => {
        try {
          const saved = await client.workflows.save.mutate({ id: workflowId, baseNumber: edit.baseNumber, graph: edit.graph })
          return { kind: 'saved', number: saved.number, at: saved.at, merged: saved.merged }
        } catch (error) {
          return toAnswer(error)
        }
      },
      draft: (edit) => writeDraft(workflowId, tab, edit),
      onState: (save) => {
        store.setState({ save, version: saving.base().number })
        if (save.kind === 'saved') void queries.invalidateQueries({ queryKey: trpc.runs.forecast.queryKey() })
      },
      now: () => new Date(),
    })
    autosave.current = saving
    store.setState({ version: base.number })
    if (draft) void takeDraft(store, base, draft, (number) => client.workflows.version.query({ id: workflowId, number }))
    const stopLooking = lookForOthers(
      () => client.workflows.head.query({ id: workflowId }),
      () => client.workflows.get.query({ id: workflowId }),
      store,
      saving,
    )
    const stopLeaving = saveOnLeaving(store, workflowId, saving)
    return () => {
      stopLooking()
      stopLeaving()
      void saving.flush()
      saving.stop()
      autosave.current = null
    }
  }, [store, workflowId, client, trpc, queries])
  return autosave
}

/** What an ended tab had not saved is put on the canvas again, with what was saved since, and so goes to the server. */
async function takeDraft(
  store: CanvasStore,
  base: Base,
  draft: Draft,
  version: (number: number) => Promise<{ graph: Graph }>,
): Promise<void> {
  const began =
    draft.baseNumber === base.number
      ? base.graph
      : await version(draft.baseNumber).then(
          ({ graph }) => graph,
          () => null,
        )
  const merge = began ? mergeGraphs(began, draft.graph, base.graph) : null
  if (merge?.conflicts.length === 0) {
    dropDraft(draft.key)
    // The page's last message reached the server after all.
    if (sameJson(merge.graph, base.graph)) return
    store.setState(({ graph }) => ({ graph: graph === base.graph ? merge.graph : graph }))
    tell({ title: 'Brought back what was not saved', detail: `Drawn at ${formatClock(draft.at)}, before the page was closed.` })
    return
  }
  const copy = () =>
    navigator.clipboard.writeText(JSON.stringify({ format: 'stageline/1', ...draft.graph }, null, 2)).then(() => dropDraft(draft.key))
  tell({
    title: 'There is an edit that was never saved',
    detail: `Drawn at ${formatClock(draft.at)} on v${draft.baseNumber}; v${base.number} changed the same since. It is kept until you copy it.`,
    status: 'waiting',
    action: { label: 'Copy as JSON', onClick: () => void copy() },
  })
}

type Head = { number: number; by: string | null; at: Date }

function lookForOthers(
  head: () => Promise<Head>,
  newest: () => Promise<{ newest: { number: number; graph: Graph } }>,
  store: CanvasStore,
  saving: Autosave,
): () => void {
  const look = async () => {
    if (document.hidden || saving.state().kind !== 'saved') return
    try {
      const known = await head()
      if (known.number <= saving.base().number) return
      const { newest: version } = await newest()
      saving.take({ number: version.number, graph: version.graph })
      store.setState({ version: saving.base().number })
    } catch {
      // The next look or the next save says it.
    }
  }
  const timer = setInterval(() => void look(), lookMs)
  const onFocus = () => void look()
  window.addEventListener('focus', onFocus)
  return () => {
    clearInterval(timer)
    window.removeEventListener('focus', onFocus)
  }
}

/** The last edit leaves with the page; when it is too large for that, its draft is found at the next visit. */
function saveOnLeaving(store: CanvasStore, workflowId: string, saving: Autosave): () => void {
  const isWaiting = () => saving.state().kind !== 'saved'
  const onHide = () => {
    const { graph } = store.getState()
    if (!isWaiting() || graph === saving.base().graph) return
    const body = JSON.stringify({ json: { id: workflowId, baseNumber: saving.base().number, graph } })
    if (body.length > keepaliveBytes) return
    void fetch('/api/trpc/workflows.save', { method: 'POST', body, keepalive: true, headers: { 'content-type': 'application/json' } })
  }
  const onBeforeUnload = (event: BeforeUnloadEvent) => {
    const { kind } = saving.state()
    if (kind === 'offline' || kind === 'conflict' || kind === 'failed') event.preventDefault()
  }
  const onOnline = () => void saving.flush()
  window.addEventListener('pagehide', onHide)
  window.addEventListener('beforeunload', onBeforeUnload)
  window.addEventListener('online', onOnline)
  return () => {
    window.removeEventListener('pagehide', onHide)
    window.removeEventListener('beforeunload', onBeforeUnload)
    window.removeEventListener('online', onOnline)
  }
}

function toAnswer(error: unknown): SaveAnswer {
  const sentence = errorSentence(error)
  if (!(error instanceof TRPCClientError)) return { kind: 'offline', sentence }
  // The error formatter of the server puts an ErrorRecord or null here.
  const record = error.data?.app as ErrorRecord | null | undefined
  if (record?.hint.conflict) return { kind: 'conflict', conflict: record.hint.conflict, sentence: record.message }
  const status: unknown = error.data?.httpStatus
  return typeof status === 'number' && status < 500 ? { kind: 'refused', sentence } : { kind: 'offline', sentence }
}
