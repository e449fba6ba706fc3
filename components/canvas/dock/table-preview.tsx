'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { Sparkline } from '#components/charts/sparkline'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { type Column, type ColumnStats, isCategorical } from '#core/ports/columns'
import type { TableValue } from '#core/ports/kinds'
import type { Preview } from '#core/runs/views'
import { formatDateTime, formatNumber, formatShare } from '#core/words/format'
import { ColumnIcon } from '../inspector/column-controls'

type Cell = Preview['rows'][number][number]

/** The first 100 rows with type, missing share and distribution of each column. */
export function TablePreview({ value }: { value: TableValue }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.ports.preview.queryOptions({ artifact: value.artifact, stats: value.stats, limit: 100 }, { staleTime: Number.POSITIVE_INFINITY }),
  )
  if (error) return <Failure title="No preview" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={6} height={26} />
  const stats = new Map(data.stats.map((each) => [each.name, each]))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="preview" tabIndex={0} aria-label={`First ${data.rows.length} of ${formatNumber(data.rowCount)} rows`}>
      <table>
        <thead>
          <tr>
            {data.columns.map((column) => (
              <ColumnHead key={column.name} column={column} stats={stats.get(column.name)} />
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of an immutable table have no other identity
            <tr key={i}>
              {row.map((cell, at) => (
                <CellView
                  key={data.columns[at]?.name}
                  cell={cell}
                  column={data.columns[at]}
                  stats={stats.get(data.columns[at]?.name ?? '')}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="xs t3 p-2">
        {data.rows.length < data.rowCount
          ? `First ${formatNumber(data.rows.length)} of ${formatNumber(data.rowCount)} rows`
          : `All ${formatNumber(data.rowCount)} rows`}
        , in {data.ms} ms
      </p>
    </section>
  )
}

function ColumnHead({ column, stats }: { column: Column; stats: ColumnStats | undefined }) {
  const missing = stats && stats.rows > 0 ? stats.missing / stats.rows : 0
  return (
    <th scope="col" title={stats ? headWords(column, stats) : column.type}>
      <span className="h">
        <ColumnIcon type={column.type} />
        <span className="trunc">{column.name}</span>
        {missing > 0 ? <span className="m">{formatShare(missing)}</span> : null}
      </span>
      <span className="grey">
        <Sparkline kind="bars" values={stats ? distribution(stats) : []} width={69} height={22} />
      </span>
    </th>
  )
}

function CellView({ cell, column, stats }: { cell: Cell; column: Column | undefined; stats: ColumnStats | undefined }) {
  if (cell === null) {
    return (
      <td>
        <span className="t3">missing</span>
      </td>
    )
  }
  if (column?.type === 'number' || column?.type === 'integer')
    return <td className="num">{typeof cell === 'number' ? formatNumber(cell) : cell}</td>
  if (column?.type === 'timestamp') return <td className="mono">{timeText(cell)}</td>
  const text = String(cell)
  return (
    <td className="trunc" title={text.length > 24 ? text : undefined}>
      {stats && isCategorical(stats) && stats.distinct <= 20 ? <span className="chip">{text}</span> : text}
    </td>
  )
}

function timeText(cell: Cell): string {
  const at = new Date(typeof cell === 'number' || typeof cell === 'string' ? cell : Number.NaN)
  return Number.isNaN(at.getTime()) ? String(cell) : formatDateTime(at)
}

/** Counts to draw small: a histogram, the top values, or text lengths. */
function distribution(stats: ColumnStats): number[] {
  if (stats.kind === 'numeric') return stats.histogram?.counts.slice(0, 24) ?? []
  return isCategorical(stats) ? stats.top.slice(0, 10).map(({ count }) => count) : (stats.lengths?.counts.slice(0, 24) ?? [])
}

function headWords(column: Column, stats: ColumnStats): string {
  const missing = stats.missing === 0 ? 'none missing' : `${formatNumber(stats.missing)} missing`
  const range =
    stats.kind === 'numeric' && stats.min !== null && stats.max !== null && column.type !== 'timestamp'
      ? `, ${formatNumber(stats.min)} to ${formatNumber(stats.max)}`
      : ''
  return `${column.name}: ${column.type}, ${formatNumber(stats.distinct)} distinct, ${missing}${range}`
}
