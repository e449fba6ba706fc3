'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '#components/api/client'
import { Dialog } from '#components/ui/dialog'
import { SkeletonRows } from '#components/ui/empty'
import { Failure } from '#components/ui/failure'
import { formatNumber, formatValue } from '#core/words/format'

/** All columns of one row of a table, at the side. `row` counts from 0; null is closed. */
export function RowRecord({ table, row, onClose }: { table: string; row: number | null; onClose(): void }) {
  return (
    <Dialog
      sheet
      open={row !== null}
      onOpenChange={(open) => !open && onClose()}
      title={row === null ? '' : `Row ${formatNumber(row + 1)}`}
    >
      {row === null ? null : <Record table={table} row={row} />}
    </Dialog>
  )
}

/** The text of a row in a list, which opens the row where `onOpen` is known. */
export function RowText({ row, text, onOpen }: { row: number; text: string; onOpen: ((row: number) => void) | undefined }) {
  if (!onOpen) return text
  return (
    <button
      type="button"
      className="trunc w-full cursor-pointer text-left hover:underline"
      aria-label={`Open row ${row + 1}: ${text}`}
      onClick={() => onOpen(row)}
    >
      {text || 'Open'}
    </button>
  )
}

function Record({ table, row }: { table: string; row: number }) {
  const trpc = useTRPC()
  const { data, error, refetch } = useQuery(
    trpc.ports.preview.queryOptions({ artifact: table, offset: row, limit: 1 }, { staleTime: Number.POSITIVE_INFINITY }),
  )
  if (error) return <Failure title="The row did not load" error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={8} />
  const cells = data.rows[0]
  if (!cells) return <p className="sm t3">The table no longer has this row.</p>
  return (
    <dl className="col gap-3">
      {data.columns.map((column, i) => (
        <div key={column.name}>
          <dt className="sm t3 mono">{column.name}</dt>
          <dd style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{cellText(cells[i] ?? null)}</dd>
        </div>
      ))}
      {data.columnCount > data.columns.length ? (
        <p className="sm t3">{`The first ${data.columns.length} of ${formatNumber(data.columnCount)} columns.`}</p>
      ) : null}
    </dl>
  )
}

function cellText(cell: string | number | boolean | null): string {
  if (cell === null) return '–'
  return typeof cell === 'number' ? formatValue(cell) : String(cell)
}
