'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { formatClock } from '#core/words/format'
import { DockEmpty } from './dock-empty'

/** What the stage said while it ran. */
export function LogPanel({ stageRunId, isLive }: { stageRunId: string | null; isLive: boolean }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.runs.logs.queryOptions(
      { stageRunId: stageRunId ?? '', limit: 2000 },
      { enabled: stageRunId !== null, refetchInterval: isLive ? 1_000 : false },
    ),
  )
  if (stageRunId === null) return <DockEmpty title="No log yet">A stage writes its log while it runs.</DockEmpty>
  if (error) return <Failure title="No log" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={5} height={20} />
  if (data.length === 0) return <DockEmpty title="The log is empty">This stage had nothing to say.</DockEmpty>
  return (
    <ol className="log">
      {data.map((line) => (
        <li key={line.id} data-level={line.level}>
          <time className="mono t3">{formatClock(line.at)}</time> {line.level === 'info' ? null : <b>{line.level}</b>} {line.text}
        </li>
      ))}
    </ol>
  )
}
