'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import type { ColumnStats } from '#core/ports/columns'
import type { TableValue } from '#core/ports/kinds'
import { formatDateTime, formatNumber, formatShare } from '#core/words/format'
import { ColumnIcon } from '../inspector/column-controls'

/** Every column with what is known of it. */
export function ColumnsPanel({ value }: { value: TableValue }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.ports.preview.queryOptions({ artifact: value.artifact, stats: value.stats, limit: 100 }, { staleTime: Number.POSITIVE_INFINITY }),
  )
  if (error) return <Failure title="No columns" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} height={26} />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="preview plain" tabIndex={0} aria-label="Columns">
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col" className="num">
              Missing
            </th>
            <th scope="col" className="num">
              Distinct
            </th>
            <th scope="col">Values</th>
          </tr>
        </thead>
        <tbody>
          {data.stats.map((stats) => (
            <tr key={stats.name}>
              <td>
                <span className="row tight">
                  <ColumnIcon type={stats.type} />
                  <span className="mono">{stats.name}</span>
                </span>
              </td>
              <td>{stats.type}</td>
              <td className="num">{stats.rows === 0 ? '–' : formatShare(stats.missing / stats.rows)}</td>
              <td className="num">{formatNumber(stats.distinct)}</td>
              <td className="t2 trunc">{valuesIn(stats)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function valuesIn(stats: ColumnStats): string {
  if (stats.kind === 'text')
    return stats.top
      .slice(0, 6)
      .map(({ value, count }) => `${value} (${formatNumber(count)})`)
      .join(', ')
  if (stats.min === null || stats.max === null) return 'all missing'
  const words = (n: number) => (stats.type === 'timestamp' ? formatDateTime(new Date(n)) : formatNumber(n))
  const mean = stats.mean === null || stats.type === 'timestamp' ? '' : `, mean ${formatNumber(stats.mean)}`
  return `${words(stats.min)} to ${words(stats.max)}${mean}`
}
