import { useRefusal } from '#components/api/use-actor'
import { isFinal } from '#core/runs/status'
import { useCanvasState } from '../canvas-context'

/** Why no run can be started now, or null. */
export function useRunRefusal(): string | null {
  const role = useRefusal('analyst')
  const blocked = useCanvasState(({ graph, run, locked }) => {
    if (graph.stages.length === 0) return 'There is no stage yet. Add one from the palette.'
    if (locked !== null) return locked
    if (run && !isFinal(run.run.status)) return `Run ${run.run.number} is still going. Wait for it, or cancel it.`
    return null
  })
  return role ?? blocked
}
