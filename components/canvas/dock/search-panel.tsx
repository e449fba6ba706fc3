'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { SearchView } from '#components/charts/reports/search'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { DockEmpty } from './dock-empty'

/** A search while it runs: the trials so far, each fold as it is told. */
export function SearchPanel({ stageRunId }: { stageRunId: string }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(trpc.runs.search.queryOptions({ stageRunId }, { refetchInterval: 1_000 }))
  if (error) return <Failure title="No search" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <SkeletonRows rows={6} height={28} />
  if (data === null) return <DockEmpty title="The search begins">The first trial is not proposed yet.</DockEmpty>
  return (
    <div className="report">
      <SearchView report={data} />
    </div>
  )
}
