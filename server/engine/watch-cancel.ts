import { listCancelled } from '#db/queries/stage-runs'
import type { Engine } from './engine'

/** Should the notification of a cancel be lost, it is seen after this. */
const cancelLookMs = 1_000

/** Aborts its signal once the run, or this stage of it, is cancelled. Close it when the work is over. */
export function watchCancel(
  { house, changes, stopping }: Engine,
  { runId, stageRunId }: { runId: string; stageRunId: string },
): { signal: AbortSignal; close(): void } {
  const cancel = new AbortController()
  const lookForCancel = async () => {
    const cancelled = await listCancelled(house.db, [stageRunId]).catch(() => [])
    if (cancelled.length > 0) cancel.abort()
  }
  const stopListening = changes.on('run_cancelled', (cancelled) => {
    if (cancelled === runId) cancel.abort()
    else if (cancelled === '') void lookForCancel()
  })
  const look = setInterval(() => void lookForCancel(), cancelLookMs)
  const stopLooking = () => {
    stopListening()
    clearInterval(look)
  }
  // What a stopping worker has under way never settles: nobody would come by to close, and the process would never end.
  stopping.addEventListener('abort', stopLooking, { once: true })
  return {
    signal: cancel.signal,
    close() {
      stopping.removeEventListener('abort', stopLooking)
      stopLooking()
    },
  }
}
