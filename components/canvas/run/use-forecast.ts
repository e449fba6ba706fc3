import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import type { RunScope } from '#core/runs/scope'
import type { Forecast } from '#core/runs/views'
import { useCanvas, useCanvasState } from '../canvas-context'

/** What a run of this scope would do with the saved version; undefined until it is known. */
export function useForecast(scope: RunScope): Forecast | undefined {
  const { workflowId } = useCanvas()
  const trpc = useTRPC()
  const isEmpty = useCanvasState(({ graph }) => graph.stages.length === 0)
  const { data } = useQuery(
    trpc.runs.forecast.queryOptions({ workflowId, scope }, { enabled: !isEmpty, placeholderData: (before) => before }),
  )
  return data
}
