'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { formatClock } from '#core/words/format'

const looks = { info: 't2', warn: 'warn', error: 'bad' }

/** What one stage said while it ran. */
export function StageLogs({ stageRunId, isLive }: { stageRunId: string; isLive: boolean }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.runs.logs.queryOptions({ stageRunId, limit: 2000 }, { refetchInterval: isLive ? 1_000 : false }),
  )
  if (error) return <Failure title="The log did not load" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={3} height={20} />
  if (data.length === 0) return <p className="sm t3 py-1">This stage had nothing to say.</p>
  return (
    <ol className="mono sm max-h-80 overflow-auto py-1">
      {data.map((line) => (
        <li key={line.id} className={`${looks[line.level]} break-words`}>
          <time className="t3" dateTime={line.at.toISOString()}>
            {formatClock(line.at)}
          </time>{' '}
          {line.level === 'info' ? null : <b>{line.level} </b>}
          {line.text}
        </li>
      ))}
    </ol>
  )
}
