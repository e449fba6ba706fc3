'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { Sparkline } from '#components/charts/sparkline'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { ScrollX } from '#components/ui/scroll-x'
import type { ColumnStats } from '#core/ports/columns'
import { formatDateTime, formatNumber, formatShare } from '#core/words/format'

/** What each column holds: type, missing share, distinct values, spread, and a histogram or its most frequent values. */
export function ColumnProfiles({ stats }: { stats: string }) {
  const trpc = useTRPC()
  const profile = useQuery(trpc.dataSets.profile.queryOptions({ stats }, { staleTime: Number.POSITIVE_INFINITY }))
  if (profile.isPending) return <SkeletonRows rows={6} />
  if (profile.isError) return <Failure title="The profile did not load" error={profile.error} onRetry={() => profile.refetch()} />
  return (
    <ScrollX label="Columns">
      <table>
        <thead>
          <tr>
            <th>column</th>
            <th>type</th>
            <th className="num">missing</th>
            <th className="num">distinct</th>
            <th className="num">smallest</th>
            <th className="num">mean</th>
            <th className="num">largest</th>
            <th>values</th>
          </tr>
        </thead>
        <tbody>
          {profile.data.map((column) => (
            <tr key={column.name}>
              <td className="mono h-10!">{column.name}</td>
              <td className="t2">{column.type}</td>
              <td className="num">{column.rows === 0 ? '–' : formatShare(column.missing / column.rows)}</td>
              <td className="num">{formatNumber(column.distinct)}</td>
              <Spread column={column} />
              <td>
                <Values column={column} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}

function Spread({ column }: { column: ColumnStats }) {
  if (column.kind === 'text') {
    return (
      <>
        <td className="num t3">–</td>
        <td className="num t2">{column.meanLength === null ? '–' : `${formatNumber(Math.round(column.meanLength))} characters`}</td>
        <td className="num t2">{column.maxLength === null ? '–' : `${formatNumber(column.maxLength)} characters`}</td>
      </>
    )
  }
  const words = (value: number | null) =>
    value === null ? '–' : column.type === 'timestamp' ? formatDateTime(new Date(value)) : formatNumber(value)
  return (
    <>
      <td className="num">{words(column.min)}</td>
      <td className="num">{words(column.mean)}</td>
      <td className="num">{words(column.max)}</td>
    </>
  )
}

function Values({ column }: { column: ColumnStats }) {
  const histogram = column.kind === 'numeric' ? column.histogram : column.distinct > 50 ? column.lengths : null
  if (histogram) return <Sparkline values={histogram.counts} kind="bars" />
  if (column.kind !== 'text' || column.top.length === 0) return <span className="t3">–</span>
  return (
    <span className="row tight">
      {column.top.slice(0, 4).map(({ value, count }) => (
        <span key={value} className="chip max-w-40" title={`${value}: ${formatNumber(count)} rows`}>
          <span className="trunc">{value === '' ? 'empty' : value}</span>
          <span className="t2">{formatShare(count / Math.max(1, column.rows), 0)}</span>
        </span>
      ))}
      {column.distinct > 4 ? <span className="t3 sm">and {formatNumber(column.distinct - 4)} more</span> : null}
    </span>
  )
}
