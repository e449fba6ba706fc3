'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { ReportView } from '#components/charts/report-view'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import type { ReportValue } from '#core/ports/kinds'

/** A report as charts. */
export function ReportPanel({ value }: { value: ReportValue }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.ports.report.queryOptions({ artifact: value.artifact }, { staleTime: Number.POSITIVE_INFINITY }),
  )
  if (error) return <Failure title="No report" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} height={28} />
  return (
    <div className="report">
      <ReportView report={data} />
    </div>
  )
}
