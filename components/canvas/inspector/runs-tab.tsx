'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { Link } from '#components/ui/link'
import { StatusIcon, statusWord } from '#components/ui/status'
import { Ago } from '#components/ui/time'
import { formatDuration } from '#core/words/format'
import { useCanvas, useCanvasState } from '../canvas-context'

/** The runs of the workflow; of the one on the canvas also what this stage did. */
export function RunsTab({ stage }: { stage: string }) {
  const { workflowId } = useCanvas()
  const trpc = useTRPC()
  const live = useCanvasState((state) => state.run?.stages[stage])
  const { data, error, refetch } = useQuery(trpc.runs.list.queryOptions({ workflowId, limit: 30 }))
  if (error) return <Failure title="No runs" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} height={32} />
  if (data.runs.length === 0) return <p className="sm t3 p-3">This workflow has not run yet.</p>
  return (
    <ul className="history">
      {data.runs.map((run) => (
        <li key={run.id}>
          <Link className="line" href={`/workflows/${workflowId}?run=${run.id}`}>
            <span className="row">
              <StatusIcon status={run.status} />
              <span className="med">Run {run.number}</span>
              <span className="sm t3">v{run.version.number}</span>
              <span className="push sm t3">
                <Ago at={run.createdAt} />
              </span>
            </span>
            {live?.runId === run.id ? (
              <span className="sm t2">
                This stage: {statusWord(live.status)}
                {live.durationMs === null ? '' : ` in ${formatDuration(live.durationMs)}`}
                {live.figure ? `, ${live.figure.value} ${live.figure.label}` : ''}
              </span>
            ) : null}
          </Link>
        </li>
      ))}
    </ul>
  )
}
